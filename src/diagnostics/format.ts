import pc from 'picocolors'
import { locateAll } from '../input/locate.js'
import { type Position, positionsOf } from '../input/text-position.js'
import { compareText } from '../util/compare.js'
import type { Diagnostic, Source } from './diagnostic.js'
import { excerptAt } from './excerpt.js'
import { fieldPathText } from './field-path.js'
import { visible } from './visible.js'

const DEFAULT_LIMIT = 50

/**
 * Diagnostics for a terminal, one `file:line:column: error[KN012]: default/web: spec.type: ...` each
 * with its source line and a caret, then a count. Of more than `limit` the errors are shown first.
 */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  options: { readonly color: boolean; readonly limit?: number },
): string {
  if (diagnostics.length === 0) return ''
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning')
  const shown = [...errors, ...warnings].slice(0, options.limit ?? DEFAULT_LIMIT)
  const colors = pc.createColors(options.color)
  const lines = locate(shown)
    .sort(compareLocated)
    .map(located => diagnosticText(located, colors))
  const counts = [count(errors.length, 'error'), count(warnings.length, 'warning')]
  const hidden = diagnostics.length - shown.length
  const rest = hidden > 0 ? ` (${hidden} not shown)` : ''
  return `${lines.join('')}${counts.filter(text => text !== '').join(' and ')}${rest}\n`
}

interface Located {
  readonly diagnostic: Diagnostic
  readonly source?: Source
  readonly position?: Position
}

function locate(diagnostics: readonly Diagnostic[]): Located[] {
  const inObjects = diagnostics.flatMap(({ subject, path }) =>
    subject ? [{ place: subject.place, path }] : [],
  )
  const fields = locateAll(inObjects).values()
  return diagnostics.map(diagnostic => {
    const { subject, at } = diagnostic
    if (subject) return withPosition(diagnostic, subject.place.source, fields.next().value)
    if (!at) return { diagnostic }
    const [position] = at.offset === undefined ? [] : positionsOf(at.source.text, [at.offset])
    return withPosition(diagnostic, at.source, position)
  })
}

const withPosition = (diagnostic: Diagnostic, source: Source, position?: Position): Located =>
  position ? { diagnostic, source, position } : { diagnostic, source }

/** By file, line and column; what belongs to no file comes last. */
function compareLocated(a: Located, b: Located): number {
  if (!a.source || !b.source) return Number(!a.source) - Number(!b.source)
  return (
    compareText(a.source.name, b.source.name) ||
    (a.position?.offset ?? -1) - (b.position?.offset ?? -1)
  )
}

const MAX_MESSAGE = 1000

function diagnosticText(located: Located, colors: ReturnType<typeof pc.createColors>): string {
  const { diagnostic, source, position } = located
  const { code, severity, subject, path, message } = diagnostic
  const where = [source?.name ?? '', position?.line ?? '', position?.column ?? '']
  const head = where.filter(part => part !== '').join(':')
  const body = [subject?.label ?? '', fieldPathText(path), message].filter(part => part !== '')
  const paint = severity === 'error' ? colors.red : colors.yellow
  const kind = colors.bold(paint(`${severity}[${code}]:`))
  const line = `${head && `${colors.bold(oneLine(head))}: `}${kind} ${oneLine(body.join(': '))}\n`
  if (!source || !position) return line
  const excerpt = excerptAt(source.text, position.offset, position.column)
  return `${line}${excerpt.line}\n${excerpt.indent}${colors.bold(colors.green('^'))}\n`
}

/** Foreign text on one line of bearable length. */
function oneLine(text: string): string {
  const cut = text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}...` : text
  return visible(cut).replaceAll('\t', '\\t')
}

const count = (n: number, what: string): string =>
  n === 0 ? '' : `${n} ${what}${n === 1 ? '' : 's'}`
