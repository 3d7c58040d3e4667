import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const layers = suite('layers')
const SRC = fileURLToPath(new URL('../src', import.meta.url))

/** The way of the data: a file imports from its own place and from places before it. */
const ORDER = [
  'util',
  'generated',
  'address',
  'diagnostics',
  'input',
  'report',
  'model',
  'allocate',
  'plan',
  'rules',
  'options',
  'text',
  'layouts',
  'compile.ts',
  'listing',
  'traffic',
  'check',
  'trace',
  'diff',
  'incremental',
  'library.ts',
  'migrate',
  'verify',
  'golden',
  'version.ts',
  'commands',
  'index.ts',
  'cli.ts',
]
/** Folders of many small members of one shape. */
const CATALOGUES = ['build', 'check/rules', 'diagnostics/catalog']
const SMALL = 40
/** What touches files, streams and processes. */
const EFFECTS = ['build', 'commands', 'cli.ts', 'input/read.ts', 'golden', 'verify/lab']

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter(file => /\.ts$/.test(file) && !/\.gen\./.test(file))
  .sort()
const textOf = (file: string): string => readFileSync(join(SRC, file), 'utf8')
const rank = (file: string): number =>
  ORDER.findIndex(place => file === place || file.startsWith(`${place}/`))
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) =>
    relative(SRC, resolve(SRC, dirname(file), path)).replace(/\.js$/, '.ts'),
  )

layers('every file has a place in the order', () => {
  const lost = files.filter(file => !file.startsWith('build/') && rank(file) < 0)
  assert.equal(lost, [])
})

layers('imports point from later places to earlier ones', () => {
  const wrong = files
    .filter(file => !file.startsWith('build/'))
    .flatMap(file =>
      importsOf(file)
        .filter(target => rank(target) > rank(file))
        .map(target => `${file} -> ${target}`),
    )
  assert.equal(wrong, [])
})

layers('a small file that one neighbour alone imports is part of that neighbour', () => {
  const importers = new Map<string, string[]>()
  for (const file of files)
    for (const target of importsOf(file))
      importers.set(target, [...(importers.get(target) ?? []), file])
  const closets = files.filter(file => {
    const [importer, ...others] = importers.get(file) ?? []
    return (
      textOf(file).split('\n').length <= SMALL &&
      importer !== undefined &&
      others.length === 0 &&
      dirname(importer) === dirname(file) &&
      !CATALOGUES.includes(dirname(file))
    )
  })
  assert.equal(closets, [])
})

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
  const touching = files.filter(file => /from 'node:/.test(textOf(file)))
  const wrong = touching.filter(
    file => !EFFECTS.some(edge => file === edge || file.startsWith(`${edge}/`)),
  )
  assert.equal(wrong, [])
})

layers('nothing beneath the library needs Node.js: browsers run it', () => {
  const beneath = new Set<string>()
  const visit = (file: string): void => {
    if (beneath.has(file)) return
    beneath.add(file)
    for (const target of importsOf(file)) if (files.includes(target)) visit(target)
  }
  visit('index.ts')
  const needing = [...beneath].filter(file =>
    /from 'node:|\b(?:Buffer|process)\./.test(textOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
  )
  assert.equal(needing, [])
  assert.ok(beneath.has('layouts/registry.ts'))
})

layers('the plan speaks Kubernetes, the rules speak netfilter', () => {
  const words = (file: string, pattern: RegExp): boolean =>
    pattern.test(textOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''))
  const plan = files.filter(
    file => file.startsWith('plan/') && words(file, /\b(chain|jump|vmap|ip6)\b/i),
  )
  assert.equal(plan, [])
  const family = files.filter(
    file =>
      /^(rules|layouts|text)\//.test(file) && file !== 'rules/build.ts' && words(file, /'ip6'/),
  )
  assert.equal(family, ['rules/table.ts'])
})

layers.run()
