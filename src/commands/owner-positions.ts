import { FAMILIES } from '../address/address.js'
import type { OwnerPosition } from '../diff/report/github.js'
import { ownerText } from '../diff/traffic/fold.js'
import type { TrafficReport } from '../diff/traffic/report.js'
import type { Clusters } from '../diff/traffic/scope.js'
import { type FieldRequest, locateAll } from '../input/locate.js'
import { STDIN } from '../input/read.js'
import type { ServicePort } from '../model/service-port.js'
import type { Owner } from '../traffic/packet.js'

/** Finds where the service ports of a report stand, in the newer input where they are in both. */
export function ownerPositions(
  { groups }: TrafficReport,
  { before, after }: Clusters,
): (owner: Owner) => OwnerPosition | undefined {
  const wanted = new Set(groups.flatMap(({ owner }) => (owner ? [ownerText(owner)] : [])))
  const requests = new Map<string, FieldRequest>()
  for (const { ports } of [after, before]) {
    for (const port of FAMILIES.flatMap(family => ports[family])) {
      for (const [name, request] of requestsFor(port)) {
        if (wanted.has(name) && !requests.has(name)) requests.set(name, request)
      }
    }
  }
  const positions = locateAll([...requests.values()])
  const found = new Map(
    [...requests].map(([name, { place }], index): [string, OwnerPosition] => {
      const file = place.source.name
      const line = positions[index]?.line ?? 1
      return [name, file === STDIN ? { line } : { file, line }]
    }),
  )
  return owner => found.get(ownerText(owner))
}

/** The port itself, and its Service as a whole. */
function requestsFor(port: ServicePort): readonly (readonly [string, FieldRequest])[] {
  const { namespace, name, portName, service, index } = port
  const { place } = service
  return [
    [ownerText({ namespace, name, portName }), { place, path: ['spec', 'ports', index] }],
    [ownerText({ namespace, name }), { place, path: [] }],
  ]
}
