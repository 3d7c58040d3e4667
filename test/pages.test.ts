import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildProgram } from '../src/commands/program.js'
import { commandLineOf } from '../src/commands/usage/command-line.js'
import {
  callsIn,
  callsOf,
  mentionsOf,
  PAGES,
  pageText,
  ROOT,
  readCall,
  runSessions,
  unknownWords,
} from './page.js'

const pages = suite('pages')

for (const page of PAGES) {
  pages(`links to files lead somewhere: ${page}`, () => {
    const links = [...pageText(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(
      ([, path = '']) => path,
    )
    assert.equal(
      links.filter(path => !existsSync(join(ROOT, dirname(page), path))),
      [],
    )
  })

  pages(`command lines are such: ${page}`, async () => {
    for (const words of callsOf(page))
      await readCall(words).catch(error => assert.unreachable(`${words.join(' ')}: ${error}`))
    for (const words of mentionsOf(page)) assert.equal(unknownWords(words), [], words.join(' '))
  })

  pages(`sessions print what is shown: ${page}`, () => runSessions(page))
}

pages('README is a front door', () => {
  assert.ok(pageText('README.md').split('\n').length <= 300)
})

pages('the examples of --help are such', async () => {
  const { program, commands } = commandLineOf(buildProgram(() => {}))
  const examples = [program, ...commands].flatMap(({ notes }) =>
    notes.split('\n').filter(line => line.startsWith('  ')),
  )
  const calls = examples.flatMap(callsIn)
  for (const words of calls)
    await readCall(words).catch(error => assert.unreachable(`${words.join(' ')}: ${error}`))
  assert.ok(calls.length > 30)
})

pages.run()
