import pc from 'picocolors'
import type { Severity } from '../diagnostics/catalog/index.js'
import { type Diagnostic, fieldPathText } from '../diagnostics/diagnostic.js'
import { compareLocated, type Located, locateDiagnostics } from '../input/locate.js'
import { visible } from '../util/text.js'

const DEFAULT_LIMIT = 50

/** What is shown first where not all is. */
const BY_WEIGHT: readonly Severity[] = ['error', 'warning', 'note']

/**
 * Diagnostics for a terminal, one `file:line:column: error[KN012]: default/web: spec.type: ...` each
 * with its source line and a caret, then a count. Of more than `limit` the errors are shown first.
 */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  options: { readonly color: boolean; readonly limit?: number },
): string {
  if (diagnostics.length === 0) return ''
  const ordered = BY_WEIGHT.flatMap(weight =>
    diagnostics.filter(({ severity }) => severity === weight),
  )
  const shown = ordered.slice(0, options.limit ?? DEFAULT_LIMIT)
  const lines = locateDiagnostics(shown)
    .sort(compareLocated)
    .map(located => diagnosticText(located, options.color))
  const hidden = diagnostics.length - shown.length
  const rest = hidden > 0 ? ` (${hidden} not shown)` : ''
  return `${lines.join('')}${countsText(diagnostics)}${rest}\n`
}

/** How many diagnostics there are of each severity: `1 error and 2 warnings`; empty for none. */
export function countsText(diagnostics: readonly { readonly severity: Severity }[]): string {
  const counts = BY_WEIGHT.flatMap(weight => {
    const { length } = diagnostics.filter(({ severity }) => severity === weight)
    return length === 0 ? [] : [`${length} ${weight}${length === 1 ? '' : 's'}`]
  })
  return counts.join(', ').replace(/, (?=[^,]*$)/, ' and ')
}

const MAX_MESSAGE = 1000
const PAINT = { error: 'red', warning: 'yellow', note: 'cyan' } as const

/** One diagnostic with its source line and a caret below it. */
export function diagnosticText(located: Located, color: boolean): string {
  const colors = pc.createColors(color)
  const { diagnostic, source, position } = located
  const { code, severity } = diagnostic
  const head = [source?.name ?? '', position?.line ?? '', position?.column ?? '']
    .filter(part => part !== '')
    .join(':')
  const kind = colors.bold(colors[PAINT[severity]](`${severity}[${code}]:`))
  const line = `${head && `${colors.bold(oneLine(head))}: `}${kind} ${oneLine(bodyOf(diagnostic))}\n`
  if (!source || !position) return line
  const excerpt = excerptAt(source.text, position.offset, position.column)
  return `${line}${excerpt.line}\n${excerpt.indent}${colors.bold(colors.green('^'))}\n`
}

/** `default/web: spec.type: must be ...`, as far as there is an object and a field. */
export const bodyOf = ({ subject, path, message }: Diagnostic): string =>
  [subject?.label ?? '', fieldPathText(path), message].filter(part => part !== '').join(': ')

/** Foreign text on one line of bearable length. */
export function oneLine(text: string): string {
  const cut = text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}...` : text
  return visible(cut).replaceAll('\t', '\\t')
}

/** A line of a text, fit for a terminal, and the blanks that bring a caret below its column. */
export interface Excerpt {
  readonly line: string
  readonly indent: string
}

const MAX_BEFORE = 60
const MAX_AFTER = 60
const CUT = '...'

/** The line around an offset; of a long one the part around it. `column` counts from 1. */
export function excerptAt(text: string, offset: number, column: number): Excerpt {
  const lineStart = offset - (column - 1)
  const before =
    column - 1 > MAX_BEFORE
      ? text.slice(offset - MAX_BEFORE, offset)
      : text.slice(lineStart, offset)
  const newline = text.indexOf('\n', offset)
  const lineEnd = newline < 0 ? text.length : newline
  const isLong = lineEnd - offset > MAX_AFTER
  const after = text.slice(offset, isLong ? offset + MAX_AFTER : lineEnd).replace(/\r$/, '')
  const left = (column - 1 > MAX_BEFORE ? CUT : '') + visible(before)
  return {
    line: left + visible(after) + (isLong ? CUT : ''),
    // A tab stays a tab, so that the caret stands right whatever the width of tabs is.
    indent: left.replace(/[\ud800-\udbff][\udc00-\udfff]|[^\t]/g, ' '),
  }
}
