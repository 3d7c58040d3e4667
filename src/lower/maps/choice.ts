import { elementComment } from '../../ir/names.js'
import type { EndpointElement } from '../../ir/table.js'
import type { TrafficPolicy } from '../../model/service-port.js'
import type { Backend } from '../../plan/endpoints.js'
import { type Context, hasAffinity, type NamedPort, originOf } from '../kube-proxy/context.js'
import type { NamedFrontend } from '../kube-proxy/keys.js'

/** How many numbers the random choice of a list of backends is made from: the sum of the weights. */
export const bucketCount = (backends: readonly Backend[]): number =>
  backends.reduce((sum, { weight }) => sum + weight, 0)

/** Most elements that weights may take in the shared maps, for each destination of a port. */
const MAX_BUCKETS = 1024

/**
 * Whether the port has the chains of kube-proxy's layout instead of a share in the common ones: for
 * session affinity, which remembers clients for each endpoint, and for weights with a large sum, which
 * intervals hold in a few elements.
 */
export const hasOwnChains = (named: NamedPort): boolean =>
  hasAffinity(named) || [named.cluster, named.local].some(isHeavy)

/** Intervals save nothing where all weigh the same. */
const isHeavy = (backends: readonly Backend[]): boolean =>
  bucketCount(backends) > Math.max(MAX_BUCKETS, backends.length)

/** The list that a policy sends to. */
export const backendsOf = (named: NamedPort, policy: TrafficPolicy): readonly Backend[] =>
  policy === 'Local' ? named.local : named.cluster

/**
 * The elements that stand for the choice of a frontend under a policy: one for each bucket. The
 * protocol is that of the map.
 */
export function choiceElements(
  { named, frontend }: NamedFrontend,
  policy: TrafficPolicy,
  { comments }: Context,
): EndpointElement[] {
  const key = [...(frontend.ip === undefined ? [] : [frontend.ip]), String(frontend.port)]
  const origin = originOf('endpoints', named)
  const note = comments ? { comment: elementComment(named.port) } : {}
  const elements: EndpointElement[] = []
  for (const { endpoint, weight } of backendsOf(named, policy)) {
    const to = { ip: endpoint.ip, port: endpoint.port }
    for (let i = 0; i < weight; i++) {
      elements.push({ key: [...key, String(elements.length)], to, ...note, origin })
    }
  }
  return elements
}
