import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'
import { compile } from '../compile.js'
import { LAYOUTS } from '../layouts/registry.js'
import type { LayoutName } from '../options/modes.js'
import { OPTIONS, type OptionRow, type RawOptions } from '../options/table.js'
import { formatDiagnostics } from '../report/diagnostics.js'
import { UsageError } from '../util/errors.js'
import {
  discoverCases,
  type GoldenCase,
  layoutFile,
  OPTIONS_FILE,
  OUTPUT_FILES,
  type OutputFile,
  type Outputs,
} from './case.js'

/** How one case came out; after an update the differences are those that were written away. */
export interface CaseReport {
  readonly name: string
  readonly status: 'same' | 'different' | 'updated'
  readonly differences: readonly Difference[]
}

export interface GoldenReport {
  readonly cases: readonly CaseReport[]
  /** What is wrong with the directory itself: no case, stray files, unreadable options. */
  readonly problems: readonly string[]
}

export interface GoldenMode {
  /** Whether to write what differs instead of failing; see `updateRefusal`. */
  readonly update: boolean
  /** Files that every case must have beside those of its own options, if it has such rules. */
  readonly required?: readonly OutputFile[]
}

/** Why expected files must not be rewritten here: a CI run that rewrites its goldens proves nothing. */
export function updateRefusal(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { CI } = env
  if (CI === undefined || CI === '' || CI === 'false' || CI === '0') return undefined
  return `expected files are not rewritten under CI (CI=${CI})`
}

/** Compares the cases of a directory, or rewrites their expected files. */
export function runGoldens(dir: string, mode: GoldenMode): GoldenReport {
  const found = discoverCases(dir)
  const cases: CaseReport[] = []
  const problems = [...found.problems]
  for (const golden of found.cases) {
    try {
      cases.push(runCase(golden, mode))
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      problems.push(`${join(golden.dir, OPTIONS_FILE)}: ${error.message}`)
    }
  }
  return { cases, problems }
}

/**
 * Compares one case, or rewrites its expected files and removes those that must not exist.
 *
 * @throws UsageError if an option of the case is unknown or has no valid value
 */
function runCase(golden: GoldenCase, { update, required }: GoldenMode): CaseReport {
  const { name } = golden
  const differences = compareCase(golden, required)
  if (differences.length === 0) return { name, status: 'same', differences }
  if (!update) return { name, status: 'different', differences }
  for (const { file, actual } of differences) {
    const path = join(golden.dir, file)
    if (actual === undefined) rmSync(path)
    else writeFileSync(path, actual)
  }
  return { name, status: 'updated', differences }
}

/** One output that is not as expected; `actual` is undefined where the file must not exist. */
export interface Difference {
  readonly file: OutputFile
  readonly actual: string | undefined
  /** A unified diff from the expected to the actual text, cut to a readable length. */
  readonly diff: string
}

const CONTEXT_LINES = 3
const SHOWN_LINES = 80
/** Milliseconds for finding the shortest diff; texts too different for it are not worth reading. */
const DIFF_TIMEOUT = 2000

/**
 * Compiles a case and compares exactly what comes out, byte by byte, with its expected files.
 *
 * @param required files that must be there beside those of the case's own options, unless the case
 * has no such rules; others are compared where they are there
 * @throws UsageError if an option of the case is unknown or has no valid value
 */
export function compareCase(
  golden: GoldenCase,
  required: readonly OutputFile[] = [],
): readonly Difference[] {
  const actual: Outputs = { ...compileVariants(golden, required), ...compileCase(golden) }
  return OUTPUT_FILES.filter(file => actual[file] !== golden.expected[file]).map(file => ({
    file,
    actual: actual[file],
    diff: unifiedDiff(`${golden.name}/${file}`, golden.expected[file], actual[file]),
  }))
}

function compileCase(golden: GoldenCase): Outputs {
  const { rules, diagnostics } = compile(golden.sources, golden.options)
  const messages =
    diagnostics.length > 0 ? formatDiagnostics(diagnostics, { color: false }) : undefined
  return { [rulesFile(golden.options)]: rules, 'expected.err': messages }
}

function compileVariants(
  { sources, options, expected }: GoldenCase,
  required: readonly OutputFile[],
): Outputs {
  const wanted = OUTPUT_FILES.filter(
    file => required.includes(file) || expected[file] !== undefined,
  )
  const outputs = wanted.flatMap(file => {
    const given = VARIANTS[file]?.(options)
    return given ? [[file, compile(sources, given).rules] as const] : []
  })
  return Object.fromEntries(outputs)
}

function unifiedDiff(
  file: string,
  expected: string | undefined,
  actual: string | undefined,
): string {
  const patch = createTwoFilesPatch(
    expected === undefined ? '/dev/null' : file,
    actual === undefined ? '/dev/null' : `${file} (actual)`,
    expected ?? '',
    actual ?? '',
    '',
    '',
    { context: CONTEXT_LINES, timeout: DIFF_TIMEOUT, headerOptions: FILE_HEADERS_ONLY },
  )
  if (patch === undefined) return `--- ${file}\ntoo different to show\n`
  const lines = patch.trimEnd().split('\n')
  const rest = lines.length - SHOWN_LINES
  const shown = lines.slice(0, SHOWN_LINES)
  if (rest > 0) shown.push(`... and ${rest} more lines`)
  return `${shown.join('\n')}\n`
}

/** Under which options a file's rules are compiled; absent where a case has no such file. */
type Variant = (given: RawOptions) => RawOptions | undefined

/** Every file of rules beside that of the case's own options. */
export const VARIANTS: { readonly [file in OutputFile]?: Variant } = {
  ...Object.fromEntries(
    (Object.keys(LAYOUTS) as LayoutName[]).map(layout => [
      layoutFile(layout),
      (given: RawOptions) => (isIptables(given) ? undefined : { ...given, layout }),
    ]),
  ),
  'expected.iptables': given => forIptables(given, 'ipv4'),
  'expected.ip6tables': given => forIptables(given, 'ipv6'),
}

/** The file for the rules of the case's own options. */
function rulesFile(given: RawOptions): OutputFile {
  if (!isIptables(given)) return 'expected.nft'
  return given['ip-family'] === 'ipv6' ? 'expected.ip6tables' : 'expected.iptables'
}

const isIptables = (given: RawOptions): boolean => given['proxy-mode'] === 'iptables'

/** The options without those of nftables mode; nothing for a family that the case leaves out. */
function forIptables(given: RawOptions, family: 'ipv4' | 'ipv6'): RawOptions | undefined {
  const { 'ip-family': wanted = 'dual' } = given
  if (isIptables(given) || (wanted !== 'dual' && wanted !== family)) return undefined
  const kept = Object.entries(given).filter(([name]) => !isOfNftables(name))
  return { ...Object.fromEntries(kept), 'proxy-mode': 'iptables', 'ip-family': family }
}

const isOfNftables = (name: string): boolean => {
  const rows: Readonly<Record<string, OptionRow>> = OPTIONS
  return Object.hasOwn(rows, name) && rows[name]?.mode === 'nftables'
}
