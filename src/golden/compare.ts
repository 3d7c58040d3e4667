import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'
import { compile } from '../compile.js'
import { formatDiagnostics } from '../diagnostics/format.js'
import { LAYOUTS, type LayoutName } from '../layouts.js'
import { type GoldenCase, layoutFile, OUTPUT_FILES, type OutputFile, type Outputs } from './case.js'

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
 * @param layouts whose rules must have a file of their own; others are compared where they have one
 * @throws UsageError if an option of the case is unknown or has no valid value
 */
export function compareCase(
  golden: GoldenCase,
  layouts: readonly LayoutName[] = [],
): readonly Difference[] {
  const actual = { ...compileCase(golden), ...compileLayouts(golden, layouts) }
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
  return { 'expected.nft': rules, 'expected.err': messages }
}

function compileLayouts(golden: GoldenCase, required: readonly LayoutName[]): Outputs {
  const names = Object.keys(LAYOUTS) as LayoutName[]
  const wanted = names.filter(
    name => required.includes(name) || golden.expected[layoutFile(name)] !== undefined,
  )
  const rulesOf = (layout: LayoutName): string | undefined =>
    compile(golden.sources, { ...golden.options, layout }).rules
  return Object.fromEntries(wanted.map(name => [layoutFile(name), rulesOf(name)]))
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
