import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const layers = suite('layers')
const SRC = fileURLToPath(new URL('../src', import.meta.url))

/** What touches files, streams and processes. */
const EFFECTS = ['build', 'commands', 'cli.ts', 'input/read.ts', 'golden', 'verify/lab']

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(file => /\.ts$/.test(file) && !/\.gen\./.test(file))
  .sort()
const textOf = (file: string): string => readFileSync(join(SRC, file), 'utf8')
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) =>
    relative(SRC, resolve(SRC, dirname(file), path)).replace(/\.js$/, '.ts'),
  )

layers('no file imports itself through others', () => {
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    assert.not.ok(path.includes(file), [...path, file].join(' -> '))
    if (done.has(file)) return
    for (const target of importsOf(file)) if (files.includes(target)) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
})

layers('only the edges touch the world', () => {
  const touching = files.filter(file => /from 'node:(?!(?:buffer|crypto|net)')/.test(textOf(file)))
  const wrong = touching.filter(
    file => !EFFECTS.some(edge => file === edge || file.startsWith(`${edge}/`)),
  )
  assert.equal(wrong, [])
})

layers.run()
