import { readdirSync, readFileSync } from 'node:fs'
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
import { compareCase, runCase } from '../../src/golden/golden.js'
import type { RawOptions } from '../../src/options/table.js'

// The golden cases of the repository.

const GOLDEN = fileURLToPath(new URL('../../golden', import.meta.url))
/** What is compiled of every case beside its own options. */
const REQUIRED = [layoutFile('maps'), ...RESTORE_FILES]

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
  const inputs = files.filter(file => file !== OPTIONS_FILE && /\.(?:ya?ml|json)$/.test(file))
  const stray = files.filter(file => ![OPTIONS_FILE, ...inputs, ...OUTPUT_FILES].includes(file))
  if (inputs.length === 0 || stray.length > 0) throw new Error(`${dir}: no case, or ${stray}`)
  const expected = OUTPUT_FILES.filter(file => files.includes(file)).map(file => [
    file,
    textOf(file),
  ])
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

/** Stores what a compile gives now. */
export function updateCase(golden: GoldenCase): void {
  runCase(golden, { update: true, required: REQUIRED })
}
