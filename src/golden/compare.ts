import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'
import { compile } from '../compile.js'
import { formatDiagnostics } from '../report/diagnostics.js'
import { type GoldenCase, OUTPUT_FILES, type OutputFile, type Outputs } from './case.js'
import { rulesFile, VARIANTS } from './variants.js'

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
