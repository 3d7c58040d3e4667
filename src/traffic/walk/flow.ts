import { familyOf, type Ip } from '../../address/address.js'
import { keyBytes } from '../../model/hash.js'
import type { Field } from '../../rules/match.js'
import type { PacketHash, SocketAddress } from '../../rules/statement.js'
import { jhash, scaled } from '../../util/jhash.js'
import {
  type ClientRecord,
  type Fraction,
  type Hook,
  ONE,
  type Packet,
  type Step,
} from '../packet.js'

/** A packet somewhere on its way, with all that the way has made of it so far. */
export interface Flow {
  readonly share: Fraction
  readonly hook: Hook
  readonly saddr: string
  readonly daddr: string
  readonly protocol: string
  readonly dport: number | undefined
  readonly inputInterface: string | undefined
  /** Whether the interface is unknown, but for that it is not the loopback one. */
  readonly isInputAssumed: boolean
  readonly mark: number
  readonly connectionMark: number
  readonly to: SocketAddress | undefined
  readonly masqueraded: boolean
  /** The source that a rule gave it; absent where masquerade takes one of the node's. */
  readonly source: Ip | undefined
  /** The packet as it came, which is the original direction of its connection. */
  readonly origin: Packet
  /** Whether conntrack knows of it: NAT is not for others. */
  readonly isTracked: boolean
  /** Whether it comes back by the loopback interface, with NAT behind it. */
  readonly looped: boolean
  readonly records: readonly ClientRecord[]
  readonly trail: Trail | undefined
  /** The hooks that it has come to, this one among them. */
  readonly hooks: readonly Hook[]
}

/** A path, the last step first: ways that chance parts share their beginning. */
interface Trail {
  readonly step: Step
  readonly before: Trail | undefined
}

/** A packet at its first hook. */
export function startOf(packet: Packet): Flow {
  const hook = packet.inputInterface === undefined ? 'output' : 'prerouting'
  return {
    share: ONE,
    hook,
    hooks: [hook],
    saddr: packet.saddr,
    daddr: packet.daddr,
    protocol: packet.protocol,
    dport: packet.dport,
    inputInterface: packet.inputInterface,
    isInputAssumed: packet.isInputAssumed === true,
    mark: 0,
    connectionMark: 0,
    to: undefined,
    masqueraded: false,
    source: undefined,
    origin: packet,
    isTracked: true,
    looped: false,
    records: [],
    trail: undefined,
  }
}

/** The packet with a new destination. */
export const sentTo = (flow: Flow, to: SocketAddress): Flow => ({
  ...flow,
  daddr: to.ip,
  dport: to.port,
  to,
})

/** The packet with one more step on its path. */
export const noted = (flow: Flow, step: Step): Flow => ({
  ...flow,
  trail: { step, before: flow.trail },
})

/** The steps of a packet so far, the first one first. */
export function pathOf({ trail }: Flow): readonly Step[] {
  const steps: Step[] = []
  for (let at = trail; at !== undefined; at = at.before) steps.push(at.step)
  return steps.reverse()
}

/** The values of a key's fields, as elements spell them; a port that is not there equals none. */
export const keyOf = (flow: Flow, fields: readonly Field[]): string[] =>
  fields.map(field => VALUE[field](flow))

const VALUE: Readonly<Record<Field, (flow: Flow) => string>> = {
  saddr: ({ saddr }) => saddr,
  daddr: ({ daddr }) => daddr,
  l4proto: ({ protocol }) => protocol,
  dport: portOf,
  'tcp-dport': flow => (flow.protocol === 'tcp' ? portOf(flow) : ''),
  'udp-dport': flow => (flow.protocol === 'udp' ? portOf(flow) : ''),
  'sctp-dport': flow => (flow.protocol === 'sctp' ? portOf(flow) : ''),
  'tcp-sport': flow => (flow.protocol === 'tcp' ? sourcePortOf(flow) : ''),
  'udp-sport': flow => (flow.protocol === 'udp' ? sourcePortOf(flow) : ''),
  'sctp-sport': flow => (flow.protocol === 'sctp' ? sourcePortOf(flow) : ''),
}

function portOf({ dport }: Flow): string {
  return dport === undefined ? '' : String(dport)
}

function sourcePortOf({ origin: { sport } }: Flow): string {
  return sport === undefined ? '' : String(sport)
}

/** Whether a rule that reads a field passes packets of one other protocol alone: `tcp dport`. */
export const isOfOther = ({ protocol }: Flow, field: Field): boolean =>
  /-[ds]port$/.test(field) && !field.startsWith(`${protocol}-`)

/**
 * The number below a modulus that the kernel's hash gives a packet (nft_hash.c); `undefined` where the
 * packet stands for many, or has not all that is hashed.
 */
export function hashNumber(
  flow: Flow,
  { fields, seed }: PacketHash,
  modulus: number,
): number | undefined {
  if (flow.origin.isOneOfMany) return undefined
  const values = keyOf(flow, fields)
  if (values.includes('')) return undefined
  const parts = values.map((value, index) =>
    fields[index]?.endsWith('port') ? Number(value) : (value as Ip),
  )
  return scaled(jhash(keyBytes(parts), seed), modulus)
}

/** What routing knows of the node. */
export interface Routing {
  readonly addresses: readonly Ip[]
  readonly isLocal: (address: string) => boolean
}

/**
 * The packet at its next hook; `undefined` at the end of its way through the node. Routing looks at
 * the destination as it is by then. What the node sends to itself comes back by the loopback interface.
 */
export function toNextHook(flow: Flow, routing: Routing): Flow | undefined {
  const next = following(flow, routing)
  return next && { ...next, hooks: [...flow.hooks, next.hook] }
}

function following(flow: Flow, routing: Routing): Flow | undefined {
  switch (flow.hook) {
    case 'prerouting':
      return { ...flow, hook: routing.isLocal(flow.daddr) ? 'input' : 'forward' }
    case 'output':
    case 'forward':
      return { ...flow, hook: 'postrouting' }
    case 'postrouting':
      // Only what the node itself sends gets here with an address of the node as its destination.
      return routing.isLocal(flow.daddr) ? loopBack(flow, routing) : undefined
    case 'input':
      return undefined
  }
}

function loopBack(flow: Flow, { addresses }: Routing): Flow {
  // Masquerade takes the first address of the node, since the loopback device has none to give.
  const own = addresses.find(ip => familyOf(ip) === familyOf(flow.daddr as Ip))
  const saddr = flow.masqueraded ? (own ?? flow.saddr) : flow.saddr
  return {
    ...flow,
    hook: 'prerouting',
    inputInterface: 'lo',
    isInputAssumed: false,
    saddr,
    looped: true,
  }
}
