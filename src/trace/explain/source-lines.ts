import type { FieldPath, Subject } from '../../diagnostics/diagnostic.js'
import { locateAll } from '../../input/locate.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Concern } from '../../rules/table.js'

/** A field of an object whose line is to be told. */
export interface Located {
  readonly subject: Subject
  readonly path: FieldPath
}

/** `file:line` of every field, in one pass over each document. */
export function sourceLines(fields: readonly Located[]): ReadonlyMap<Located, string> {
  const unique = [...new Set(fields)]
  const positions = locateAll(unique.map(({ subject, path }) => ({ place: subject.place, path })))
  return new Map(
    unique.map((field, index) => [
      field,
      `${field.subject.place.source.name}:${positions[index]?.line ?? 1}`,
    ]),
  )
}

/** The field of a service port that rules of a concern come from; one and the same each time. */
export function fieldFinder(): (port: ServicePort, concern: Concern) => Located {
  const known = new Map<ServicePort, Map<string, Located>>()
  return (port, concern) => {
    const path = pathOf(port, concern)
    const key = path.join()
    const ofPort = known.get(port) ?? new Map<string, Located>()
    known.set(port, ofPort)
    const field = ofPort.get(key) ?? { subject: port.service, path }
    ofPort.set(key, field)
    return field
  }
}

function pathOf(port: ServicePort, concern: Concern): FieldPath {
  if (concern === 'source-ranges') return ['spec', 'loadBalancerSourceRanges']
  if (concern === 'affinity') return ['spec', 'sessionAffinity']
  return ['spec', 'ports', port.index]
}
