import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printed } from './answer.js'

const readme = suite('page on tracing')

readme('shows what the command prints', () => {
  const text = readFileSync(new URL('../../src/commands/trace.md', import.meta.url), 'utf8')
  const [, command = ''] = /```sh\nkubenat trace (.*)\n```/.exec(text) ?? []
  const [, shown = ''] = /```text\n([\s\S]*?)```/.exec(text) ?? []
  const flagIn = (flag: string): string => new RegExp(`${flag} (\\S+)`).exec(command)?.[1] ?? ''
  const options = { node: flagIn('--node'), 'cluster-cidr': flagIn('--cluster-cidr') }
  assert.is(shown, printed('example-shop', { from: flagIn('--from'), to: flagIn('--to') }, options))
})

readme.run()
