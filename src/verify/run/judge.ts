import { familyOf, type Ip } from '../../address/address.js'
import { assertNever } from '../../util/errors.js'
import type { Check } from '../check.js'
import type { Observation } from '../observation.js'
import type { ObservedCount } from '../report.js'

type Answer = Extract<Observation, { kind: 'answer' }>
type ListeningAt = Answer['at']

/** What is wrong with an observation of a check, in a phrase; `undefined` if it is as promised. */
export function faultOf(
  { client, destination, expected }: Check,
  observation: Observation,
  nodeAddresses: readonly Ip[],
): string | undefined {
  switch (expected.verdict) {
    case 'refused':
    case 'dropped':
      return observation.kind === VERDICT_KIND[expected.verdict]
        ? undefined
        : otherKind(observation)
    case 'untouched':
      if (observation.kind !== 'answer') return otherKind(observation)
      return isAt(observation.at, destination)
        ? sourceFault(observation, client.ip, false, nodeAddresses)
        : `${placeText(observation.at)} answered instead of the destination itself`
    case 'backends': {
      if (observation.kind !== 'answer') return otherKind(observation)
      const backend = expected.backends.find(({ at }) => isAt(observation.at, at))
      return backend
        ? sourceFault(observation, client.ip, backend.masqueraded, nodeAddresses)
        : `${placeText(observation.at)} answered, which is not one of the expected backends`
    }
    default:
      return assertNever(expected, 'expectation')
  }
}

/** Everything that is wrong with observations of a check, each fault once, joined to one phrase. */
export function problemOf(
  check: Check,
  observations: readonly Observation[],
  nodeAddresses: readonly Ip[],
): string | undefined {
  const faults = new Set(observations.flatMap(one => faultOf(check, one, nodeAddresses) ?? []))
  if (faults.size === 0) return undefined
  const shown = [...faults].slice(0, MAX_FAULTS)
  const hidden = faults.size - shown.length
  return [...shown, ...(hidden > 0 ? [`${hidden} more of the kind`] : [])].join('; ')
}

const MAX_FAULTS = 5
const MAX_COUNTS = 20

/** Observations by their contents, the most frequent first. */
export function countObservations(observations: readonly Observation[]): readonly ObservedCount[] {
  const counts = new Map<string, ObservedCount>()
  for (const observation of observations) {
    const key = JSON.stringify(observation)
    const count = (counts.get(key)?.count ?? 0) + 1
    counts.set(key, { observation, count })
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, MAX_COUNTS)
}

/** Whether two places are the same address and port. */
export const isAt = (a: ListeningAt, b: ListeningAt): boolean => a.ip === b.ip && a.port === b.port

/** `10.0.0.1:80`, `[fd00::1]:80`. */
export const placeText = ({ ip, port }: ListeningAt): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`

const VERDICT_KIND = { refused: 'refused', dropped: 'silence' } as const

function sourceFault(
  { at, source }: Answer,
  client: Ip,
  masqueraded: boolean,
  nodeAddresses: readonly Ip[],
): string | undefined {
  if (masqueraded && !nodeAddresses.includes(source)) {
    return `${placeText(at)} saw the source ${source}, which is not an address of the node: not masqueraded`
  }
  if (masqueraded && source === client && client !== primaryOf(nodeAddresses, client)) {
    return `${placeText(at)} saw the source ${source}, which masquerade would not have chosen: not masqueraded`
  }
  if (!masqueraded && source !== client) {
    return `${placeText(at)} saw the source ${source} instead of the client's own ${client}`
  }
  return undefined
}

/** The address that masquerade gives: the node's first of the family. */
const primaryOf = (nodeAddresses: readonly Ip[], like: Ip): Ip | undefined =>
  nodeAddresses.find(ip => familyOf(ip) === familyOf(like))

function otherKind(observation: Observation): string {
  switch (observation.kind) {
    case 'answer':
      return `${placeText(observation.at)} answered`
    case 'refused':
      return 'it was refused'
    case 'silence':
      return 'nothing came back'
    case 'stray':
      return observation.at
        ? `it arrived at ${placeText(observation.at)}, where nobody listens`
        : 'it arrived at a port where nobody listens'
    default:
      return assertNever(observation, 'observation')
  }
}
