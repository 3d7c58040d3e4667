import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printed } from './answer.js'

const readme = suite('README on tracing')

readme('shows what the command prints', () => {
  const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, section = ''] = text.split('## Tracing a packet\n')
  const [, command = ''] = /```sh\nkubenat trace (.*)\n```/.exec(section) ?? []
  const [, shown = ''] = /```text\n([\s\S]*?)```/.exec(section) ?? []
  const flagIn = (flag: string): string => new RegExp(`${flag} (\\S+)`).exec(command)?.[1] ?? ''
  const options = { node: flagIn('--node'), 'cluster-cidr': flagIn('--cluster-cidr') }
  assert.is(shown, printed('example-shop', { from: flagIn('--from'), to: flagIn('--to') }, options))
})

readme.run()
