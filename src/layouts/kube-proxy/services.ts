import type { Endpoint } from '../../model/endpoint.js'
import type { Backend } from '../../plan/endpoints.js'
import { goto, inSet, isLocal, rule, setMark } from '../../rules/build.js'
import type { Bucket, RandomChoice, SocketAddress } from '../../rules/statement.js'
import type { Chain, ElementSet, Fragment, Rule } from '../../rules/table.js'
import {
  type Context,
  type HashTable,
  hasAffinity,
  hashTable,
  l4,
  type NamedPort,
  namesOf,
  originOf,
  packetHash,
} from './context.js'
import { localTraffic } from './masquerade.js'

/** The chains of each service port: traffic policy first, then the choice of an endpoint. */
export const services = (context: Context): Fragment => ({
  chains: context.ports.flatMap(named => [
    ...(named.servesExternal ? [externalChain(context, named)] : []),
    ...(named.cluster.length > 0 ? [choiceChain(named.names.service, 'cluster', named)] : []),
    ...(named.local.length > 0 ? [choiceChain(named.names.local, 'local', named)] : []),
  ]),
})

/** Traffic by node port, external IP or load balancer address. */
function externalChain({ plan, mark }: Context, named: NamedPort): Chain {
  const origin = originOf('services', named)
  const { names, port } = named
  const toCluster = goto(names.service)
  if (port.externalPolicy === 'Cluster') {
    // Always masqueraded: the answer must come back through this node to be translated.
    const rules = [rule([], setMark(mark), origin, 'masquerade'), rule([], toCluster, origin)]
    return { name: names.external, rules, origin }
  }
  const rules: Rule[] = []
  // Before the test for the node's own traffic: pods keep their address even where the node's
  // addresses lie in the pods' range.
  if (plan.detector) {
    const fromPods = localTraffic(plan.detector, false)
    rules.push(rule([fromPods], toCluster, origin, 'short-circuit pod traffic'))
  }
  // The node's source may be an address that the backend's node cannot answer, such as the load
  // balancer's.
  rules.push(
    rule([isLocal('saddr')], setMark(mark), origin, 'masquerade local traffic'),
    rule([isLocal('saddr')], toCluster, origin, 'short-circuit local traffic'),
  )
  if (named.local.length > 0) rules.push(rule([], goto(names.local), origin))
  return { name: names.external, rules, origin }
}

/** The chain that chooses an endpoint of a list, and without affinity does the DNAT as well. */
function choiceChain(name: string, list: 'cluster' | 'local', named: NamedPort): Chain {
  const origin = originOf('services', named)
  const table = hashTable(named, list)
  if (table) return { name, rules: [hashRule(table, named)], origin }
  const backends = named[list]
  const rules = hasAffinity(named) ? affinityRules(backends, named) : [dnatRule(backends, named)]
  return { name, rules, origin }
}

/** A DNAT by the client, through an anonymous map: buckets in a row of one endpoint are one interval. */
function hashRule({ by, endpoints }: HashTable, named: NamedPort): Rule {
  const protocol = l4(named.port.protocol)
  const buckets: Bucket<SocketAddress>[] = []
  for (const [bucket, { ip, port }] of endpoints.entries()) {
    const last = buckets.at(-1)
    if (last?.value.ip === ip && last.value.port === port) {
      buckets[buckets.length - 1] = { ...last, to: bucket }
    } else {
      buckets.push({ from: bucket, to: bucket, value: { ip, port } })
    }
  }
  // A source port says itself which protocol it is of, and nft does not list it twice.
  const matches = by === 'source-ip' ? [{ kind: 'protocol', protocol } as const] : []
  const choice = { modulus: endpoints.length, buckets }
  const hash = packetHash(by, protocol)
  return rule(matches, { kind: 'dnat-hash', hash, choice }, originOf('services', named))
}

/**
 * One endpoint is DNATed to directly (kube-proxy 1.37): an anonymous map for each service makes the
 * kernel's set look-up in a transaction slow.
 */
function dnatRule(backends: readonly Backend[], named: NamedPort): Rule {
  const protocol = { kind: 'protocol', protocol: l4(named.port.protocol) } as const
  const choice = choose(backends, ({ ip, port }): SocketAddress => ({ ip, port }))
  const [only, ...others] = choice.buckets
  const statement =
    only && others.length === 0
      ? ({ kind: 'dnat', to: only.value } as const)
      : ({ kind: 'dnat-random', choice } as const)
  return rule([protocol], statement, originOf('services', named))
}

/**
 * Clients on record go to their endpoint, also to one that takes no new clients; the others are
 * spread. The first endpoint in order wins for a client that is on record twice.
 */
function affinityRules(backends: readonly Backend[], named: NamedPort): Rule[] {
  const origin = originOf('affinity', named)
  const known = backends.map(({ endpoint }) => {
    const { chain, affinitySet } = namesOf(named, endpoint)
    return rule([inSet(['saddr'], affinitySet)], goto(chain), origin)
  })
  const choice = choose(backends, endpoint => goto(namesOf(named, endpoint).chain))
  return [...known, rule([], { kind: 'vmap-random', choice }, originOf('services', named))]
}

/** A random choice among backends: each takes as many numbers of the modulus as it weighs. */
function choose<T>(
  backends: readonly Backend[],
  valueFor: (endpoint: Endpoint) => T,
): RandomChoice<T> {
  const buckets: Bucket<T>[] = []
  let modulus = 0
  for (const { endpoint, weight } of backends) {
    if (weight === 0) continue
    buckets.push({ from: modulus, to: modulus + weight - 1, value: valueFor(endpoint) })
    modulus += weight
  }
  return { modulus, buckets }
}

/**
 * ClientIP affinity: each endpoint has a chain, and a set of the clients bound to it that empties by
 * time. The chain puts the client on record, or renews it, just before DNAT.
 */
export function affinity({ ports }: Context): Fragment {
  const bound = ports
    .filter(hasAffinity)
    .flatMap(named => named.reachable.map(endpoint => ({ named, endpoint })))
  return {
    sets: bound.map(affinitySet),
    chains: bound.map(endpointChain),
  }
}

interface BoundEndpoint {
  readonly named: NamedPort
  readonly endpoint: Endpoint
}

function affinitySet({ named, endpoint }: BoundEndpoint): ElementSet {
  const { affinitySet: name } = namesOf(named, endpoint)
  const timeout = named.port.affinitySeconds
  const origin = originOf('affinity', named)
  return {
    name,
    key: ['address'],
    ...(timeout === undefined ? {} : { timeout }),
    elements: [],
    origin,
  }
}

function endpointChain({ named, endpoint }: BoundEndpoint): Chain {
  const { chain, affinitySet } = namesOf(named, endpoint)
  const { ip, port } = endpoint
  const record = rule(
    [],
    { kind: 'update-set', key: ['saddr'], set: affinitySet },
    originOf('affinity', named),
  )
  const dnat = rule(
    [{ kind: 'protocol', protocol: l4(named.port.protocol) }],
    { kind: 'dnat', to: { ip, port } },
    originOf('endpoints', named),
  )
  return { name: chain, rules: [record, dnat], origin: originOf('endpoints', named) }
}
