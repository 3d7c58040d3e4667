import type { TraceReport } from '../generated/reports.gen.js'
import type { Endpoint } from '../model/endpoint.js'
import type { LeftOut } from '../model/left-out.js'
import { bucketsOf } from '../model/maglev.js'
import type { Node } from '../model/node.js'
import type { ServicePort } from '../model/service-port.js'
import { isDraining, isOn, isUsable, topologyOf } from '../plan/endpoints.js'
import type { Table } from '../rules/table.js'
import type { Branch, Packet } from '../traffic/packet.js'
import type { Objects } from '../traffic/promise/near-misses.js'
import { type Choice, choiceOf, statesOf } from '../traffic/promise/policies.js'
import {
  type Owner,
  policyOf,
  type Sender,
  standingOf,
  type View,
} from '../traffic/promise/view.js'
import { count, someOf } from '../util/text.js'
import type { Alternative } from './live.js'

/** Something that a reader of a trace should know beside it. */
export interface Note {
  readonly code: string
  readonly text: string
  /** `ip:port` of the endpoints that it is about. */
  readonly endpoints?: readonly string[]
}

/** What of a destination's endpoints is left out and why, and what the shares do not tell. */
export function notesOf(view: View, sender: Sender, destination: Owner): readonly Note[] {
  const { port } = destination
  const choice = choiceOf(view, sender, destination)
  if (choice.endpoints.length === 0) return []
  const { node } = view
  return [
    ...(choice.scope === 'local' ? localNotes : clusterNotes)(node, port.endpoints),
    ...(choice.scope === 'cluster' ? shortCircuitNotes(view, sender, destination) : []),
    ...drainedNotes(choice),
    ...affinityNotes(port),
    ...hashNotes(view, destination, choice),
  ]
}

const ids = (endpoints: readonly Endpoint[]): string[] => endpoints.map(({ id }) => id)

function localNotes(node: Node, known: readonly Endpoint[]): Note[] {
  const elsewhere = known.filter(one => !isOn(node, one) && isUsable(one))
  const here = known.filter(one => isOn(node, one))
  const text = `the Local policy leaves out ${count(elsewhere.length, 'endpoint')} that ${
    elsewhere.length === 1 ? 'is' : 'are'
  } not on this node (${node.name})`
  return [
    ...(elsewhere.length === 0 ? [] : [{ code: 'local-policy', text, endpoints: ids(elsewhere) }]),
    ...readinessNotes(here, 'on this node'),
  ]
}

function clusterNotes(node: Node, known: readonly Endpoint[]): Note[] {
  const ready = known.filter(one => one.ready)
  return [...topologyNotes(node, ready), ...readinessNotes(known, 'anywhere')]
}

/** What conditions leave out, or let in as the last resort. */
function readinessNotes(known: readonly Endpoint[], where: string): Note[] {
  const unready = known.filter(one => !one.ready)
  if (unready.length === 0) return []
  if (unready.length < known.length) {
    const text = `${count(unready.length, 'endpoint')} left out: ${unready.length === 1 ? 'it is' : 'they are'} not ready`
    return [{ code: 'not-ready', text, endpoints: ids(unready) }]
  }
  const useless = unready.filter(one => !isDraining(one))
  const used = unready.filter(isDraining)
  const rest = useless.length === 0 ? '' : `; left out: ${statesOf(useless)}`
  const text = `no endpoint ${where} is ready: terminating ones that still serve are used${rest}`
  return [{ code: 'terminating', text, endpoints: ids(used) }]
}

function topologyNotes(node: Node, ready: readonly Endpoint[]): Note[] {
  const { by, endpoints } = topologyOf(ready, node)
  if (by === undefined) return unusedHints(node, ready)
  const kept = new Set(endpoints)
  const out = ready.filter(one => !kept.has(one))
  const name = by === 'node' ? `node ${node.name}` : `zone ${node.zone}`
  const left =
    out.length === 0
      ? 'they leave out no endpoint'
      : `they leave out ${count(out.length, 'ready endpoint')}: ${someOf(out.map(one => `${one.id} (for ${hintsOf(one, by)})`))}`
  const text = `hints of ${name} used, where this node is: ${left}`
  return [{ code: 'topology', text, ...(out.length === 0 ? {} : { endpoints: ids(out) }) }]
}

const hintsOf = ({ nodeHints, zoneHints }: Endpoint, by: 'node' | 'zone'): string =>
  someOf(by === 'node' ? nodeHints : zoneHints)

/** Why hints that are there do not count. */
function unusedHints({ zone, name }: Node, ready: readonly Endpoint[]): Note[] {
  const zones = [...new Set(ready.flatMap(one => one.zoneHints))].sort()
  const nodes = [...new Set(ready.flatMap(one => one.nodeHints))].sort()
  if (zones.length === 0 && nodes.length === 0) return []
  const kind = zones.length > 0 ? 'zoneHints' : 'nodeHints'
  const without = ready.filter(one => one[kind].length === 0)
  const all = 'so all ready endpoints are used'
  if (without.length > 0) {
    const text = `topology hints do not count, ${all}: ${someOf(ids(without))} ${without.length === 1 ? 'has' : 'have'} none`
    return [{ code: 'topology-unused', text, endpoints: ids(without) }]
  }
  const given =
    kind === 'zoneHints' ? `hints of zone ${someOf(zones)}` : `hints of node ${someOf(nodes)}`
  const here =
    kind === 'nodeHints'
      ? `this is node ${name}`
      : zone === undefined
        ? 'the zone of this node is not known'
        : `this node is in zone ${zone}`
  return [{ code: 'topology-unused', text: `${given}, ${here}: ${all}` }]
}

function shortCircuitNotes(view: View, sender: Sender, destination: Owner): Note[] {
  if (destination.policy === 'internal' || policyOf(destination) === 'Cluster') return []
  const who = standingOf(view, sender).isPod ? 'pods' : 'the node itself'
  const text = `externalTrafficPolicy Local does not bind ${who}: the endpoints of the whole cluster are used`
  return [{ code: 'short-circuit', text }]
}

function drainedNotes({ endpoints }: Choice): Note[] {
  const drained = endpoints.filter(({ weight }) => weight === 0)
  if (drained.length === 0) return []
  const text = `${count(drained.length, 'endpoint')} of weight 0 ${drained.length === 1 ? 'takes' : 'take'} no new flows`
  return [{ code: 'drained', text, endpoints: ids(drained) }]
}

function affinityNotes({ affinitySeconds }: ServicePort): Note[] {
  if (affinitySeconds === undefined) return []
  const text = `session affinity: a client on record goes to its endpoint until ${affinitySeconds} s after its last new connection; the shares are those of a new client`
  return [{ code: 'affinity', text }]
}

function hashNotes({ mode }: View, { port }: Owner, { endpoints }: Choice): Note[] {
  const { hash } = port
  if (hash === undefined || mode === 'iptables' || endpoints.length < 2) return []
  const what = hash.by === 'source-ip' ? 'address' : 'address and port'
  const text = `the endpoint is chosen by a hash of the client's ${what} in ${bucketsOf(port)} buckets: every node with the same endpoints gives it the same`
  return [{ code: 'hash', text }]
}

/** A packet's way, and what is known of the rules that made it. */
export interface Traced {
  readonly packet: Packet
  /** Who sends it, in words. */
  readonly sender: string | undefined
  /** None of an unknown outcome. */
  readonly branches: readonly Branch[]
  /** What else may become of it, by what is not known of it. */
  readonly alternatives: readonly Alternative[]
  /** What is taken for granted. */
  readonly assumed: readonly string[]
  /** The tables that the packet was walked through. */
  readonly tables: readonly Table[]
  readonly rules: Pick<TraceReport, 'layout' | 'listing'>
  /** What the objects say; absent where there are none beside a listing. */
  readonly objects?: ObjectsSay
}

/** What the objects of a cluster say of the node. */
export interface ObjectsSay {
  readonly view: View
  readonly objects: Objects
  /** Objects with errors. */
  readonly leftOut: readonly LeftOut[]
  /** What compiled rules do with the packet, where others than these were walked. */
  readonly expected?: readonly Branch[]
}
