import type { Endpoint } from '../../model/endpoint.js'
import { clientHash } from '../../model/hash.js'
import { bucketsOf, maglevTable } from '../../model/maglev.js'
import type { Node } from '../../model/node.js'
import type { ServicePort } from '../../model/service-port.js'
import { scaled } from '../../util/jhash.js'
import { count, someOf } from '../../util/text.js'
import { type Expectation, type ExpectedBackend, type Fraction, fraction, ONE } from '../packet.js'
import { isNode, isOwn, type Owner, policyOf, type Sender, standingOf, type View } from './view.js'

/** Where a service port with endpoints sends a packet by the policy of its destination. */
export function byPolicy(view: View, sender: Sender, owner: Owner): Expectation {
  const { port, policy } = owner
  const choice = choiceOf(view, sender, owner)
  if (choice.endpoints.length === 0) return noneHere(view, owner)
  const name = `${policy}TrafficPolicy ${policyOf(owner)}`
  return toBackends(view, sender, { port, choice, policy: name, ...sourceOf(view, sender, owner) })
}

/**
 * The endpoints that a destination leaves for a sender. Its external policy Local binds those alone who
 * come from elsewhere.
 */
export function choiceOf(view: View, sender: Sender, owner: Owner): Choice {
  const isExempt =
    owner.policy === 'external' &&
    (standingOf(view, sender).isPod === true || isOwn(view, sender.ip))
  return policyOf(owner) === 'Local' && !isExempt
    ? localChoice(owner.port, view.node)
    : clusterChoice(owner.port, view.node)
}

type Source = Pick<Route, 'isMasqueraded' | 'sourceBecause'>

/** Pods first: what counts as a pod keeps its source, even if the address is one of the node's. */
function sourceOf(view: View, sender: Sender, owner: Owner): Source {
  const { masqueradeAll } = view.settings
  const { isPod, because } = standingOf(view, sender)
  if (owner.policy === 'internal') {
    const isMasqueraded = masqueradeAll || isPod === false
    return { isMasqueraded, sourceBecause: masqueradeAll ? '--masquerade-all' : because }
  }
  if (policyOf(owner) === 'Cluster') {
    const sourceBecause =
      'the answer must come back through this node, under externalTrafficPolicy Cluster'
    return { isMasqueraded: true, sourceBecause }
  }
  if (isPod === true || !isOwn(view, sender.ip))
    return { isMasqueraded: false, sourceBecause: because }
  const sourceBecause =
    "the node's own traffic, whose source may be an address that others cannot answer"
  return { isMasqueraded: true, sourceBecause }
}

function noneHere({ node }: View, { port, policy }: Owner): Expectation {
  const here = port.endpoints.filter(({ nodeName }) => nodeName === node.name)
  const elsewhere = port.endpoints.filter(one => !here.includes(one) && isUsable(one))
  const own =
    here.length === 0
      ? `no local endpoint on this node (${node.name})`
      : `no ready endpoint on this node (${node.name}): ${here.length} known, ${statesOf(here)}`
  const names = [...new Set(elsewhere.map(({ nodeName }) => nodeName ?? 'no node'))]
  const others = `${count(elsewhere.length, 'endpoint')} elsewhere (${someOf(names)})`
  const exempt = policy === 'external' ? ', which pods and the node itself would reach' : ''
  const reason = {
    code: 'no-local-endpoints',
    text: `${policy}TrafficPolicy Local and ${own}; ${others}${exempt}`,
    port,
    path: ['spec', `${policy}TrafficPolicy`],
  }
  return { verdict: 'dropped', reason }
}

/** Refused: no endpoint anywhere takes traffic. */
export function noneAlive(port: ServicePort): Expectation {
  const { endpoints, index } = port
  const path = ['spec', 'ports', index]
  const reason =
    endpoints.length === 0
      ? { code: 'no-endpoints', text: 'no endpoints: none is known', port, path }
      : {
          code: 'no-ready-endpoints',
          text: `no ready endpoints: ${endpoints.length} known, ${statesOf(endpoints)}`,
          port,
          path,
        }
  return { verdict: 'refused', reason }
}

/** `all not ready`, `2 not ready, 1 terminating and no longer serving`. */
export function statesOf(endpoints: readonly Endpoint[]): string {
  const ended = endpoints.filter(({ ready, terminating }) => !ready && terminating)
  const waiting = endpoints.filter(({ ready, terminating }) => !ready && !terminating)
  const states = [
    [waiting.length, 'not ready'],
    [ended.length, 'terminating and no longer serving'],
  ] as const
  const present = states.filter(([number]) => number > 0)
  return present
    .map(([number, what]) => `${present.length === 1 && number > 1 ? 'all' : number} ${what}`)
    .join(', ')
}

/**
 * What becomes of packets that a service port sends nowhere: refused without endpoints, dropped where
 * its Local policy finds none on the node, for others may; `undefined` if neither is so.
 */
export function refusalOf(view: View, owner: Owner): Expectation | undefined {
  const { port } = owner
  if (!isAlive(port)) return noneAlive(port)
  const isLocal = policyOf(owner) === 'Local'
  if (!isLocal || localChoice(port, view.node).endpoints.length > 0) return undefined
  return noneHere(view, owner)
}

/** What a policy makes of a packet; the words are for a reason. */
interface Route {
  readonly port: ServicePort
  readonly choice: Choice
  /** Whether it is masqueraded whichever endpoint it gets. */
  readonly isMasqueraded: boolean
  readonly policy: string
  readonly sourceBecause: string
}

/** The backends of a choice, and whose address each of them shall see. */
function toBackends(view: View, sender: Sender, route: Route): Expectation {
  const { port, choice, isMasqueraded, policy, sourceBecause } = route
  const hashed = view.mode === 'nftables' ? byHash(port, choice.endpoints, sender) : undefined
  const shares = hashed?.shares ?? sharesOf(choice.endpoints)
  const backends = shares.map(([endpoint, share]): ExpectedBackend => {
    const { ip } = endpoint
    // What comes in for the node itself is not sent on, and masquerade is for what is.
    const leaves = isNode(sender) || !isOwn(view, ip)
    const masqueraded = leaves && (isMasqueraded || isHairpin(view, sender, port, endpoint))
    const because = isMasqueraded ? sourceBecause : 'the backend is the sender itself (hairpin)'
    const at = { ip, port: endpoint.port }
    return { at, share, masqueraded, ...(masqueraded ? { because } : {}) }
  })
  const counts = `${choice.endpoints.length} of ${port.endpoints.length}`
  const source = isMasqueraded ? 'masqueraded' : 'keeps its source'
  const bucket = hashed === undefined ? '' : `, ${hashed.how}`
  const text = `${policy}: ${choice.how} (${counts})${bucket}; ${source}: ${sourceBecause}`
  return { verdict: 'backends', backends, reason: { code: 'policy', text, port } }
}

/**
 * Whether an endpoint reaches itself: its own answer would not come back otherwise. In nftables mode
 * only those of this node count, and one whose node is not named if another Service, which may share
 * it, names this node.
 */
function isHairpin(
  { cluster, node, mode }: View,
  { ip }: Sender,
  port: ServicePort,
  to: Endpoint,
): boolean {
  if (to.ip !== ip) return false
  if (mode === 'iptables' || to.nodeName === node.name) return true
  return cluster.ports[port.family]
    .filter(({ protocol }) => protocol === port.protocol)
    .flatMap(one => usedChoices(one, node).flatMap(({ endpoints }) => endpoints))
    .some(({ id, nodeName }) => id === to.id && nodeName === node.name)
}

/** Endpoints that a traffic policy leaves, and how they were chosen: words for a reason. */
export interface Choice {
  /** Of the whole cluster, or of this node. */
  readonly scope: 'cluster' | 'local'
  readonly endpoints: readonly Endpoint[]
  readonly how: string
}

/** Ready, or serving while its pod is being deleted; one that only serves counts for nothing. */
const isDraining = ({ serving, terminating }: Endpoint): boolean => serving && terminating

const isUsable = (one: Endpoint): boolean => one.ready || isDraining(one)

/** Whether the port has an endpoint anywhere that could take traffic: refuse it, if not. */
export const isAlive = ({ endpoints }: ServicePort): boolean => endpoints.some(isUsable)

/**
 * Where the Cluster policy sends: the ready endpoints, of which hints may leave fewer; if none is
 * ready, those that serve while they end, whatever their hints.
 */
function clusterChoice({ endpoints }: ServicePort, node: Node): Choice {
  const ready = endpoints.filter(one => one.ready)
  if (ready.length > 0) return hinted(ready, node)
  const how = 'terminating endpoints, as none is ready'
  return { scope: 'cluster', endpoints: endpoints.filter(isDraining), how }
}

/** Where the Local policy sends: the same of the endpoints on this node, without hints. */
function localChoice({ endpoints }: ServicePort, { name }: Node): Choice {
  const here = endpoints.filter(({ nodeName }) => nodeName === name)
  const ready = here.filter(one => one.ready)
  if (ready.length > 0)
    return { scope: 'local', endpoints: ready, how: `ready endpoints on ${name}` }
  const how = `terminating endpoints on ${name}, where none is ready`
  return { scope: 'local', endpoints: here.filter(isDraining), how }
}

/**
 * A hint counts if every ready endpoint has one of its kind and at least one of them names this node
 * or zone; hints of nodes go first. The Service's `trafficDistribution` is not asked.
 */
function hinted(ready: readonly Endpoint[], { name, zone }: Node): Choice {
  const hints = [
    { mine: name, of: ({ nodeHints }: Endpoint) => nodeHints, what: `node ${name}` },
    { mine: zone, of: ({ zoneHints }: Endpoint) => zoneHints, what: `zone ${zone}` },
  ]
  for (const { mine, of, what } of hints) {
    const endpoints = ready.filter(one => mine !== undefined && of(one).includes(mine))
    if (endpoints.length > 0 && ready.every(one => of(one).length > 0))
      return { scope: 'cluster', endpoints, how: `ready endpoints hinted to ${what}` }
  }
  return { scope: 'cluster', endpoints: ready, how: 'ready endpoints' }
}

/**
 * What the destinations of the port choose from: by the Cluster policy if one is under it, or anything
 * comes from outside, and by the Local policy if one is under that.
 */
export function usedChoices(port: ServicePort, node: Node): readonly Choice[] {
  const { clusterIP, externalIPs, loadBalancerIPs, nodePort, internalPolicy } = port
  const isExternal = nodePort !== undefined || externalIPs.length + loadBalancerIPs.length > 0
  const internal = clusterIP === undefined ? undefined : internalPolicy
  const usesLocal = internal === 'Local' || (isExternal && port.externalPolicy === 'Local')
  return [
    ...(internal === 'Cluster' || isExternal ? [clusterChoice(port, node)] : []),
    ...(usesLocal ? [localChoice(port, node)] : []),
  ]
}

/** The one endpoint of a client that is known as far as it is hashed, else what each has of the table. */
function byHash(
  port: ServicePort,
  endpoints: readonly Endpoint[],
  sender: Sender,
): { readonly shares: readonly Share[]; readonly how: string } | undefined {
  const { hash } = port
  if (hash === undefined || endpoints.length < 2) return undefined
  const table = tableOf(port, endpoints)
  const what = `by a hash of the client's ${hash.by === 'source-ip' ? 'address' : 'address and port'}`
  if (hash.by === 'source-ip-port' && sender.port === undefined) {
    const shares = [...new Set(table)].map((endpoint): Share => {
      const buckets = table.filter(one => one === endpoint)
      return [endpoint, fraction(buckets.length, table.length)]
    })
    return { shares, how: what }
  }
  const number = clientHash(sender.ip, hash.by === 'source-ip' ? undefined : sender.port)
  const bucket = scaled(number, table.length)
  const endpoint = table[bucket]
  const how = `bucket ${bucket} of ${table.length} ${what}`
  return { shares: endpoint === undefined ? [] : [[endpoint, ONE]], how }
}

/** A table is asked for once for every client. */
const TABLES = new WeakMap<ServicePort, Map<string, readonly Endpoint[]>>()

function tableOf(port: ServicePort, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const known = TABLES.get(port) ?? new Map<string, readonly Endpoint[]>()
  TABLES.set(port, known)
  const key = endpoints.map(({ id }) => id).join()
  const table = known.get(key) ?? maglevTable(endpoints, bucketsOf(port))
  known.set(key, table)
  return table
}

type Share = readonly [Endpoint, Fraction]

/** Weight over the sum of weights; equal shares where all weigh 0. One that weighs 0 gets nothing. */
export function sharesOf(endpoints: readonly Endpoint[]): readonly Share[] {
  const total = endpoints.reduce((sum, { weight }) => sum + weight, 0)
  return endpoints
    .filter(({ weight }) => total === 0 || weight > 0)
    .map(one => {
      const share = total === 0 ? fraction(1, endpoints.length) : fraction(one.weight, total)
      return [one, share] as const
    })
}
