import { type FieldRequest, locateAll } from '../../input/locate.js'
import type { Failed } from '../report.js'

/** Failures with the positions of the ports of Services that promise otherwise. */
export function withPositions(failures: readonly Failed[]): readonly Failed[] {
  const requests = failures.map(portOf)
  const positions = locateAll(requests.filter(request => request !== undefined)).values()
  return failures.map((failure, i): Failed => {
    const file = requests[i]?.place.source.name
    if (file === undefined) return failure
    const { line, column } = positions.next().value ?? { line: 1, column: 1 }
    return { ...failure, where: { file, line, column } }
  })
}

const portOf = ({
  check: {
    destination: { servicePort },
  },
}: Failed): FieldRequest | undefined =>
  servicePort && {
    place: servicePort.service.place,
    path: ['spec', 'ports', servicePort.index],
  }
