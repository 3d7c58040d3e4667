import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { load } from 'js-yaml'
import type { Source } from '../diagnostics/diagnostic.js'
import { LAYOUTS } from '../layouts/registry.js'
import type { LayoutName } from '../options/modes.js'
import type { RawOptions } from '../options/table.js'
import { compareText } from '../util/collections.js'

/** The file of a case that holds its options and makes a folder a case. */
export const OPTIONS_FILE = 'kubenat.yaml'

/**
 * Files that hold what a compile gives: rules, diagnostics, and the rules that the same objects give in
 * one layout or for iptables, whatever the options say.
 */
export type OutputFile =
  | 'expected.nft'
  | 'expected.err'
  | `expected.${LayoutName}.nft`
  | RestoreFile
type RestoreFile = 'expected.iptables' | 'expected.ip6tables'

/** What a compile gives, or should give, as file contents; nothing where there is no file. */
export type Outputs = { readonly [file in OutputFile]?: string | undefined }

const LAYOUT_NAMES = Object.keys(LAYOUTS) as LayoutName[]
/** The file for the rules of a layout. */
export const layoutFile = (layout: LayoutName): OutputFile => `expected.${layout}.nft`
export const RESTORE_FILES: readonly RestoreFile[] = ['expected.iptables', 'expected.ip6tables']
export const OUTPUT_FILES: readonly OutputFile[] = [
  'expected.nft',
  'expected.err',
  ...LAYOUT_NAMES.map(layoutFile),
  ...RESTORE_FILES,
]

/** One folder of a golden directory, read into memory. */
export interface GoldenCase {
  readonly name: string
  readonly dir: string
  readonly sources: readonly Source[]
  readonly options: RawOptions
  readonly expected: Outputs
}

/** The cases of a directory, and what is wrong with the rest of it, a message each. */
export interface Discovery {
  readonly cases: readonly GoldenCase[]
  readonly problems: readonly string[]
}

/** Reads a directory that is one case or holds one case a folder; every stray file is a problem. */
export function discoverCases(dir: string): Discovery {
  const entries = listing(dir)
  if (!entries) return { cases: [], problems: [`${dir}: is not a directory that can be read`] }
  const isCase = entries.some(entry => entry.name === OPTIONS_FILE)
  const found = isCase ? [readCase(dir, entries)] : entries.map(entry => readEntry(dir, entry))
  const problems = found.flatMap(one => ('problems' in one ? one.problems : []))
  const cases = found.flatMap(one => ('problems' in one ? [] : [one]))
  if (found.length === 0) problems.push(`${dir}: holds no case (a folder with ${OPTIONS_FILE})`)
  return { cases, problems }
}

interface Unusable {
  readonly problems: readonly string[]
}

function readEntry(dir: string, { name, kind }: Entry): GoldenCase | Unusable {
  const path = join(dir, name)
  const entries = kind === 'folder' ? listing(path) : undefined
  if (!entries) return { problems: [`${path}: belongs to no case`] }
  const isCase = entries.some(entry => entry.name === OPTIONS_FILE)
  return isCase ? readCase(path, entries) : { problems: [`${path}: has no ${OPTIONS_FILE}`] }
}

function readCase(dir: string, entries: readonly Entry[]): GoldenCase | Unusable {
  const inputs = entries.map(({ name }) => name).filter(isInput)
  const orphans = entries.filter(({ name, kind }) => kind !== 'file' || !isKnown(name))
  const options = readOptions(join(dir, OPTIONS_FILE))
  const problems = orphans.map(({ name }) => `${join(dir, name)}: is no file of a case`)
  if (inputs.length === 0) problems.push(`${dir}: has no input (*.yaml, *.yml or *.json)`)
  if (typeof options === 'string') problems.push(`${join(dir, OPTIONS_FILE)}: ${options}`)
  if (problems.length > 0 || typeof options === 'string') return { problems }
  const sources = inputs.map(name => ({ name, text: readFileSync(join(dir, name), 'utf8') }))
  return {
    name: basename(resolve(dir)),
    dir,
    sources,
    options,
    expected: readExpected(dir, entries),
  }
}

function readExpected(dir: string, entries: readonly Entry[]): Outputs {
  const present = OUTPUT_FILES.filter(file => entries.some(({ name }) => name === file))
  return Object.fromEntries(present.map(file => [file, readFileSync(join(dir, file), 'utf8')]))
}

/** The options as written, or what is wrong with the file as such; values are the compile's matter. */
function readOptions(path: string): RawOptions | string {
  let options: unknown
  try {
    options = load(readFileSync(path, 'utf8'))
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  }
  const isMapping = typeof options === 'object' && options !== null && !Array.isArray(options)
  return isMapping ? (options as RawOptions) : 'must be a mapping of option names to values'
}

const isInput = (name: string): boolean => /\.(?:ya?ml|json)$/.test(name) && name !== OPTIONS_FILE
const isKnown = (name: string): boolean =>
  isInput(name) || name === OPTIONS_FILE || OUTPUT_FILES.some(file => file === name)

interface Entry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'other'
}

/** What a directory holds, in name order; links stand for what they point to. */
function listing(dir: string): readonly Entry[] | undefined {
  try {
    return readdirSync(dir)
      .sort(compareText)
      .map(name => ({ name, kind: kindOf(join(dir, name)) }))
  } catch {
    return undefined
  }
}

function kindOf(path: string): Entry['kind'] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isFile()) return 'file'
  return stat?.isDirectory() ? 'folder' : 'other'
}
