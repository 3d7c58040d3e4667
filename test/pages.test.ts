import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildProgram } from '../src/commands/program.js'
import { kubenat } from './cli.js'

const pages = suite('pages of commands')
const SRC = fileURLToPath(new URL('../src/', import.meta.url))
const program = buildProgram(() => {})

const texts = [
  ['README.md', readFileSync(fileURLToPath(new URL('../README.md', import.meta.url)), 'utf8')],
  ...readdirSync(`${SRC}commands`)
    .filter(name => name.endsWith('.md'))
    .map(name => [name, readFileSync(`${SRC}commands/${name}`, 'utf8')]),
] as unknown as readonly (readonly [string, string])[]

/** Every command line in the blocks of a page, without what is piped in or out. */
const linesOf = (text: string): readonly string[] =>
  [...text.matchAll(/^```(?:sh|text|console)\n([\s\S]*?)^```$/gm)]
    .flatMap(([, block = '']) => block.replace(/\\\n\s*/g, ' ').split('\n'))
    .flatMap(line => line.split(/(?<!\|)\|(?!\|)/))
    .flatMap(
      part =>
        /(?:^|\s|\$ )kubenat ((?:[a-z]+)(?: .*)?)$/.exec(
          part.split(/\s#\s|\s>{1,2}\s/)[0]?.trim() ?? '',
        )?.[1] ?? [],
    )

for (const [name, text] of texts) {
  pages(`${name}: every command line has a command and flags that there are`, () => {
    const lines = linesOf(text)
    assert.ok(lines.length > 0 || name === 'explain.md' || name === 'golden.md', name)
    for (const line of lines) {
      const [verb = '', ...words] = line.split(/\s+/)
      const command: Command | undefined = program.commands.find(one => one.name() === verb)
      assert.ok(command, `${name}: kubenat ${line}`)
      for (const word of words.filter(one => /^--?[a-z]/i.test(one))) {
        const flag = word.split('=')[0]
        const isKnown = command.options.some(({ short, long }) => flag === short || flag === long)
        assert.ok(isKnown || flag === '--help', `${name}: kubenat ${line}: ${flag}`)
      }
    }
  })
}

pages('help NAME prints the page, or where there is none what --help says', () => {
  const { code, out } = kubenat(['help', 'trace'])
  assert.is(code, 0)
  assert.match(out, /^# kubenat trace\n/)
  assert.match(kubenat(['help', 'explain']).out, /\| KN001 \| error \|/)
  assert.match(kubenat(['help', 'completion']).out, /^Usage: kubenat completion/)
  assert.match(kubenat(['help']).out, /^Usage: kubenat/)
})

pages('README is a front door', () => {
  const [, readme = ''] = texts[0] ?? []
  assert.ok(readme.split('\n').length <= 300)
  for (const [, path = ''] of readme.matchAll(/\]\((src\/[^)#]+|test\/[^)#]+)/g))
    assert.ok(readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8'), path)
})

pages.run()
