import { locateAll } from '../input/locate.js'
import { type Position, positionsOf } from '../input/text-position.js'
import { compareText } from '../util/collections.js'
import type { Diagnostic, Source } from './diagnostic.js'

/** A diagnostic with its place in the text, as far as it has one. */
export interface Located {
  readonly diagnostic: Diagnostic
  readonly source?: Source
  readonly position?: Position
}

/** Finds the places of diagnostics, in their order. */
export function locateDiagnostics(diagnostics: readonly Diagnostic[]): Located[] {
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
export function compareLocated(a: Located, b: Located): number {
  if (!a.source || !b.source) return Number(!a.source) - Number(!b.source)
  return (
    compareText(a.source.name, b.source.name) ||
    (a.position?.offset ?? -1) - (b.position?.offset ?? -1)
  )
}
