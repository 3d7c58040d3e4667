import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import {
  type GoldenCase,
  layoutFile,
  OPTIONS_FILE,
  OUTPUT_FILES,
  type OutputFile,
  RESTORE_FILES,
} from '../../src/golden/case.js'
import { compareCase } from '../../src/golden/golden.js'
import type { RawOptions } from '../../src/options/table.js'
import { complete, excerpt } from './excerpt.js'

// The golden cases of the repository. Unlike those of users, most of them store excerpts; to tests
// they are cases with whole files.

const GOLDEN = fileURLToPath(new URL('../../golden', import.meta.url))
/** The cases without Services, one for each family: all others store what they have beyond these. */
export const BASES = ['no-services', 'no-services-ipv6']
/** What is compiled of every case beside its own options. */
const REQUIRED = [layoutFile('maps'), ...RESTORE_FILES]

/** Says why kube-proxy programs a case otherwise, or why no API server takes it. */
export const OTHERWISE_FILE = 'kube-proxy.txt'

/** The bases have whole files, and so have the forms that no base is in. */
const isWhole = ({ name, options }: Pick<GoldenCase, 'name' | 'options'>): boolean =>
  BASES.includes(name) || (options.form ?? 'body') !== 'body'

/** The name under which a case stores an output. */
const storedAs = (file: OutputFile, golden: Pick<GoldenCase, 'name' | 'options'>): string =>
  isWhole(golden) || file === 'expected.err' ? file : file.replace('expected', 'adds')

const baseOf = (file: OutputFile): string =>
  BASES.map(name => join(GOLDEN, name, file))
    .filter(path => existsSync(path))
    .map(path => readFileSync(path, 'utf8'))
    .join('\n')

/**
 * All cases, their expected files whole.
 *
 * @throws Error if a file belongs to no case
 */
export function goldenCases(): readonly GoldenCase[] {
  const names = readdirSync(GOLDEN).filter(name => name !== 'README.md')
  return names.sort().map(goldenNamed)
}

/** One case by its name. */
export function goldenNamed(name: string): GoldenCase {
  const dir = join(GOLDEN, name)
  const textOf = (file: string): string => readFileSync(join(dir, file), 'utf8')
  const options = load(textOf(OPTIONS_FILE)) as RawOptions
  const files = readdirSync(dir).sort()
  const stored = new Map(OUTPUT_FILES.map(file => [storedAs(file, { name, options }), file]))
  const inputs = files.filter(file => file !== OPTIONS_FILE && /\.(?:ya?ml|json)$/.test(file))
  const known = [OPTIONS_FILE, OTHERWISE_FILE, ...inputs, ...stored.keys()]
  const stray = files.filter(file => !known.includes(file))
  if (inputs.length === 0 || stray.length > 0) throw new Error(`${dir}: no case, or ${stray}`)
  const expected = [...stored]
    .filter(([file]) => files.includes(file))
    .map(([file, output]) => {
      const text = textOf(file)
      return [output, file === output ? text : complete(text, baseOf(output))]
    })
  const sources = inputs.map(file => ({ name: file, text: textOf(file) }))
  return { name, dir, sources, options, expected: Object.fromEntries(expected) }
}

/** A whole file of rules that a case expects. */
export function expectedRules(name: string, file: OutputFile): string {
  const { [file]: rules } = goldenNamed(name).expected
  if (rules === undefined) throw new Error(`${name} has no ${file}`)
  return rules
}

/** How what a compile gives differs from what a case expects, as diffs of whole files. */
export const differencesOf = (golden: GoldenCase): string =>
  compareCase(golden, REQUIRED)
    .map(({ diff }) => diff)
    .join('')

/** The files that a case would store of what a compile gives now. */
export function filesOf(golden: GoldenCase): ReadonlyMap<string, string> {
  const outputs = compareCase({ ...golden, expected: {} }, REQUIRED)
  return new Map(
    outputs.map(({ file, actual = '' }) => {
      const stored = storedAs(file, golden)
      return [stored, stored === file ? actual : excerpt(actual, baseOf(file))]
    }),
  )
}

/** Stores what a compile gives now. */
export function updateCase(golden: GoldenCase): void {
  const files = filesOf(golden)
  for (const file of OUTPUT_FILES.map(one => storedAs(one, golden)))
    if (!files.has(file)) rmSync(join(golden.dir, file), { force: true })
  for (const [file, text] of files) writeFileSync(join(golden.dir, file), text)
}
