import { elementComment } from '../../ir/names.js'
import type { EndpointElement } from '../../ir/table.js'
import type { TrafficPolicy } from '../../model/service-port.js'
import type { Backend } from '../../plan/weights.js'
import type { Context, NamedPort } from '../kube-proxy/context.js'
import { originOf } from '../kube-proxy/context.js'
import { frontendKey, type NamedFrontend } from '../kube-proxy/keys.js'

/** How many numbers the random choice of a list of backends is made from: the sum of the weights. */
export const bucketCount = (backends: readonly Backend[]): number =>
  backends.reduce((sum, { weight }) => sum + weight, 0)

/** The list that a policy sends to. */
export const backendsOf = (named: NamedPort, policy: TrafficPolicy): readonly Backend[] =>
  policy === 'Local' ? named.local : named.cluster

/** The elements that stand for the choice of a frontend under a policy: one for each bucket. */
export function choiceElements(
  { named, frontend }: NamedFrontend,
  policy: TrafficPolicy,
  { comments }: Context,
): EndpointElement[] {
  const key = frontendKey(named, frontend)
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
