import { locateAll } from '../input/locate.js'
import type { Finding, Touch } from './finding.js'

/** A touch with its position in the user's input. */
export interface LocatedTouch extends Touch {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A finding whose touches have positions. */
export interface LocatedFinding extends Finding {
  readonly touches: readonly LocatedTouch[]
}

/** Finds the positions of all touches in one pass over the texts. */
export function locateFindings(findings: readonly Finding[]): readonly LocatedFinding[] {
  const requests = findings.flatMap(({ touches }) =>
    touches.map(({ service: { place }, path }) => ({ place, path })),
  )
  const positions = locateAll(requests).values()
  return findings.map(finding => ({
    ...finding,
    touches: finding.touches.map(touch => {
      const { line, column } = positions.next().value ?? { line: 1, column: 1 }
      return { ...touch, file: touch.service.place.source.name, line, column }
    }),
  }))
}
