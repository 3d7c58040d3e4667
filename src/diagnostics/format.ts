import pc from 'picocolors'
import { compareLocated, type Located, locateDiagnostics } from '../input/locate.js'
import { visible } from '../util/text.js'
import type { Severity } from './catalog/index.js'
import { type Diagnostic, fieldPathText } from './diagnostic.js'
import { excerptAt } from './excerpt.js'

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
