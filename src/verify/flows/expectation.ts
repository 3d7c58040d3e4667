import { familyOf } from '../../address/address.js'
import type { Diagnostics } from '../../diagnostics/diagnostic.js'
import type { Endpoint } from '../../model/endpoint.js'
import {
  type Client,
  type Expectation,
  type ExpectedBackend,
  fraction,
} from '../../traffic/packet.js'
import type { View } from '../../traffic/promise/view.js'
import { deepEqual } from '../../util/collections.js'
import { didYouMean } from '../../util/text.js'
import type { Destination } from '../check.js'
import { expectationText } from '../reports/words.js'
import { isAt, placeText } from '../run/judge.js'
import type { Flow } from './flows.js'

/**
 * What a flow expects of one client at one destination; what it does not say is taken from `derived`.
 * Undefined after reporting what neither of them says (KN134), or an unknown backend (KN133).
 */
export function expectationOf(
  view: View,
  flow: Flow,
  pair: { readonly client: Client; readonly destination: Destination },
  derived: Expectation,
  problems: Diagnostics,
): Expectation | undefined {
  const { verdict = 'backends' } = flow.expect
  const because = 'the flow says so'
  if (verdict !== 'backends') {
    return derived.verdict === verdict ? derived : { verdict, because }
  }
  const backends = expectedBackends(view, flow, pair, derived, problems)
  if (backends === undefined) return undefined
  const isDerived = derived.verdict === verdict && isSame(derived.backends, backends)
  return isDerived ? derived : { verdict, backends, because }
}

function isSame(some: readonly ExpectedBackend[], others: readonly ExpectedBackend[]): boolean {
  return (
    some.length === others.length && some.every(one => others.some(other => deepEqual(one, other)))
  )
}

function expectedBackends(
  view: View,
  flow: Flow,
  { client, destination }: { readonly client: Client; readonly destination: Destination },
  derived: Expectation,
  problems: Diagnostics,
): readonly ExpectedBackend[] | undefined {
  const promised = derived.verdict === 'backends' ? derived.backends : []
  const listed = listedEndpoints(view, flow, destination, problems)
  if (listed === 'unknown') return undefined
  const chosen = listed ? withShares(listed) : promised
  const backends = chosen.flatMap(({ at, share }) => {
    const masqueraded =
      flow.expect.masquerade ??
      promised.find(one => isAt(one.at, at))?.masqueraded ??
      commonMasquerade(promised, client)
    return masqueraded === undefined ? [] : [{ at, share, masqueraded }]
  })
  if (backends.length > 0 && backends.length === chosen.length) return backends
  const missing = listed ? 'masquerade' : 'backends'
  const message = `must say ${missing} too: the objects promise that ${expectationText(derived)} (${derived.because})`
  problems.report('KN134', flow.subject, ['expect'], message)
  return undefined
}

/** The endpoints behind the backends that a flow lists in the family of a destination. */
function listedEndpoints(
  view: View,
  { subject, expect }: Flow,
  destination: Destination,
  problems: Diagnostics,
): readonly Endpoint[] | undefined | 'unknown' {
  if (expect.backends === undefined) return undefined
  const known = endpointsFor(view, destination)
  const family = familyOf(destination.ip)
  const before = problems.errorCount
  const found = expect.backends.map((at, index) => {
    const endpoint = known.find(one => isAt(one, at))
    if (endpoint || familyOf(at.ip) !== family) return endpoint
    const hint = didYouMean(placeText(at), new Set(known.map(({ id }) => id)))
    const message = `${placeText(at)} is no endpoint of the destination${hint}`
    problems.report('KN133', subject, ['expect', 'backends', index], message)
    return undefined
  })
  if (problems.errorCount > before) return 'unknown'
  return [...new Set(found.filter(one => one !== undefined))]
}

/** Whether the source is rewritten for all backends that are not the client itself, if that is one. */
function commonMasquerade(
  promised: readonly ExpectedBackend[],
  client: Client,
): boolean | undefined {
  const others = promised.filter(({ at }) => at.ip !== client.ip)
  const values = new Set(others.map(({ masqueraded }) => masqueraded))
  return values.size === 1 ? [...values][0] : undefined
}

/** The endpoints that a destination may lead to: of its service port, or of any where it has none. */
function endpointsFor({ cluster }: View, { servicePort, ip }: Destination): readonly Endpoint[] {
  if (servicePort) return servicePort.endpoints
  const all = cluster.ports[familyOf(ip)].flatMap(({ endpoints }) => endpoints)
  return [...new Map(all.map(endpoint => [endpoint.id, endpoint])).values()]
}

/** Endpoints with their shares by weight; equal ones where one of them weighs nothing. */
function withShares(
  endpoints: readonly Endpoint[],
): readonly Omit<ExpectedBackend, 'masqueraded'>[] {
  const isEqual = endpoints.some(({ weight }) => weight === 0)
  const weights = endpoints.map(({ weight }) => (isEqual ? 1 : weight))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return endpoints.map(({ ip, port }, i) => ({
    at: { ip, port },
    share: fraction(weights[i] ?? 0, total),
  }))
}
