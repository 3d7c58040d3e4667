import { parseIp } from '../../address/address.js'
import { numberOf } from '../../address/ranges.js'
import {
  isObject,
  type JsonObject,
  listOf,
  memberNamed,
  partsOf,
  soleMember,
} from '../../listing/json.js'
import type { TableFamily } from '../../rules/table.js'
import type { Flow } from './flow.js'
import type { TableIndex } from './index-tables.js'

// Expressions of other people's rules, asked of the first packet of a new connection. The catalogue
// below follows the chapters of the nft manual; each of its entries says what an expression is of the
// packet: computed from it, assumed and said, or open.

/** What an expression is of a packet. */
export type Value =
  /** Computed, or assumed: then `assumed` says what is taken for granted. */
  | { readonly is: string; readonly assumed?: string }
  /** Several words at once, as flags are. */
  | { readonly flags: readonly string[]; readonly assumed?: string }
  /** A number that lies somewhere in a range. */
  | { readonly within: readonly [number, number]; readonly assumed: string }
  /** The packet has not got it: the kernel ends the rule there (NFT_BREAK). */
  | 'absent'
  /** Nothing here knows. */
  | 'open'

/** What an expression is asked of. */
export interface Asked {
  readonly flow: Flow
  readonly table: TableIndex
  readonly isLocal: (address: string) => boolean
  /** The name of the interface by which the packet comes or leaves; undefined where that is open. */
  readonly interfaceOf: (side: 'in' | 'out') => string | undefined
}

const is = (value: string | number, assumed?: string): Value => ({
  is: String(value),
  ...(assumed === undefined ? {} : { assumed }),
})

type Reader = (asked: Asked, value: JsonObject) => Value

const open: Reader = () => 'open'
const absent: Reader = () => 'absent'
const assuming =
  (value: string | number, assumed: string): Reader =>
  () =>
    is(value, assumed)

const NFPROTO: Readonly<Record<TableFamily, string>> = { ip: 'ipv4', ip6: 'ipv6' }

/** The packet's protocol as netfilter spells it. */
export const protocolWord = ({ protocol }: Flow, family: TableFamily): string =>
  protocol === 'icmp' && family === 'ip6' ? 'ipv6-icmp' : protocol

/** META EXPRESSIONS. */
const META: Readonly<Record<string, Reader>> = {
  l4proto: ({ flow, table }) => is(protocolWord(flow, table.family)),
  nfproto: ({ table }) => is(NFPROTO[table.family]),
  protocol: ({ table }) => is(table.family),
  mark: ({ flow }) => is(flow.mark),
  iif: asked => interfaceValue(asked, 'in'),
  iifname: asked => interfaceValue(asked, 'in'),
  oif: asked => interfaceValue(asked, 'out'),
  oifname: asked => interfaceValue(asked, 'out'),
  pkttype: assuming('unicast', 'the frame is addressed to this host (pkttype unicast)'),
  skuid: socketOwner,
  skgid: socketOwner,
  cgroup: socketOwner,
  secpath: assuming('missing', 'the packet does not come out of an IPsec tunnel'),
  nftrace: () => is(0),
  length: open,
  priority: open,
  random: open,
  cpu: open,
  time: open,
  hour: open,
  day: open,
  rtclassid: open,
  iifgroup: open,
  oifgroup: open,
  iiftype: open,
  oiftype: open,
  iifkind: open,
  oifkind: open,
  ibrname: absent,
  obrname: absent,
  ibriport: absent,
  obriport: absent,
  sdif: open,
  sdifname: open,
}

/** Only what a process of the node sends has an owner. */
function socketOwner({ flow }: Asked): Value {
  return flow.inputInterface === undefined && !flow.looped ? 'open' : 'absent'
}

function interfaceValue({ interfaceOf }: Asked, side: 'in' | 'out'): Value {
  const name = interfaceOf(side)
  return name === undefined ? 'open' : is(name)
}

/** CONNTRACK: the first packet of a connection that conntrack has just met. */
const CT: Readonly<Record<string, Reader>> = {
  state: ({ flow }) => ({ flags: [flow.isTracked ? 'new' : 'untracked'] }),
  direction: () => is('original'),
  status: ({ flow }) => ({
    flags: [...(flow.to === undefined ? [] : ['dnat']), ...(flow.masqueraded ? ['snat'] : [])],
  }),
  mark: ({ flow }) => is(flow.connectionMark),
  zone: () => is(0),
  helper: absent,
  label: () => ({ flags: [] }),
  l3proto: ({ table }) => is(NFPROTO[table.family]),
  protocol: ({ flow, table }) => is(protocolWord(flow, table.family)),
  saddr: ({ flow }) => is(flow.origin.saddr),
  daddr: ({ flow }) => is(flow.origin.daddr),
  'proto-src': ({ flow }) => sourcePort(flow),
  'proto-dst': ({ flow }) => portValue(flow.origin.dport),
  packets: () => is(0),
  bytes: () => is(0),
  expiration: open,
  id: open,
  eventmask: open,
  secmark: open,
  count: open,
}

const portValue = (port: number | undefined): Value => (port === undefined ? 'absent' : is(port))

const UNPRIVILEGED: readonly [number, number] = [1024, 65535]

/** Clients send from an ephemeral port, if nothing else is said. */
function sourcePort({ origin: { dport, sport } }: Flow): Value {
  if (dport === undefined) return 'absent'
  if (sport !== undefined) return is(sport)
  return { within: UNPRIVILEGED, assumed: 'the source port is above 1023' }
}

/** PAYLOAD EXPRESSIONS: headers and their fields. */
const HEADERS: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  ip: {
    saddr: ({ flow }) => is(flow.saddr),
    daddr: ({ flow }) => is(flow.daddr),
    protocol: ({ flow, table }) => is(protocolWord(flow, table.family)),
    version: () => is(4),
    hdrlength: assuming(5, 'the IP header has no options'),
    'frag-off': assuming(0, 'the packet is no fragment'),
  },
  ip6: {
    saddr: ({ flow }) => is(flow.saddr),
    daddr: ({ flow }) => is(flow.daddr),
    nexthdr: ({ flow, table }) => is(protocolWord(flow, table.family)),
    version: () => is(6),
  },
  tcp: {
    dport: ({ flow }) => portValue(flow.dport),
    sport: ({ flow }) => sourcePort(flow),
    flags: () => ({ flags: ['syn'] }),
    ackseq: () => is(0),
  },
  udp: { dport: ({ flow }) => portValue(flow.dport), sport: ({ flow }) => sourcePort(flow) },
  udplite: {},
  sctp: { dport: ({ flow }) => portValue(flow.dport), sport: ({ flow }) => sourcePort(flow) },
  th: { dport: ({ flow }) => portValue(flow.dport), sport: ({ flow }) => sourcePort(flow) },
  icmp: { type: () => is('echo-request'), code: () => is(0) },
  icmpv6: { type: () => is('echo-request'), code: () => is(0) },
  ether: {},
  vlan: {},
  arp: {},
}

/** Which header stands behind which word: the packet has it, or it has not. */
function hasHeader({ flow, table }: Asked, header: string): boolean {
  switch (header) {
    case 'ip':
    case 'ip6':
      return header === table.family
    case 'icmp':
      return flow.protocol === 'icmp' && table.family === 'ip'
    case 'icmpv6':
      return flow.protocol === 'icmp' && table.family === 'ip6'
    case 'th':
    case 'ether':
      return true
    case 'arp':
    case 'vlan':
      return false
    default:
      return flow.protocol === header
  }
}

/** EXPRESSIONS that are no fields of the packet's own. */
const EXPRESSIONS: Readonly<Record<string, Reader>> = {
  meta: (asked, { key }) => META[String(key)]?.(asked, {}) ?? 'open',
  ct: (asked, value) => {
    const key = String(value.key).replace(/^ip6? /, '')
    // The reply of a connection that is not translated yet is the original turned round.
    return value.dir === 'reply' ? 'open' : (CT[key]?.(asked, value) ?? 'open')
  },
  payload: (asked, { protocol, field }) => {
    const header = String(protocol)
    if (protocol === undefined) return 'open'
    if (!hasHeader(asked, header)) return 'absent'
    return HEADERS[header]?.[String(field)]?.(asked, {}) ?? 'open'
  },
  fib: (asked, value) => fibValue(asked, value),
  rt: (_, { key }) => (key === 'ipsec' ? is('missing') : 'open'),
  socket: () => 'absent',
  osf: open,
  ipsec: absent,
  exthdr: (_, { field }) =>
    field === undefined ? is('missing', 'the packet has no extension headers') : 'absent',
  'ip option': (_, { field }) =>
    field === undefined ? is('missing', 'the IP header has no options') : 'absent',
  'tcp option': open,
  numgen: open,
  jhash: open,
  symhash: open,
}

/** FIB EXPRESSIONS: types are known of addresses, routes are assumed. */
function fibValue({ flow, isLocal }: Asked, { result, flags }: JsonObject): Value {
  const words = listOf(flags).map(String)
  const side = words.includes('saddr') ? 'saddr' : 'daddr'
  if (result === 'type') return is(addressType(flow[side], isLocal))
  if (side === 'saddr')
    return is('exists', 'answers to the sender leave by the interface that it comes by')
  return 'open'
}

/** The type of an address, as routing tables call it. */
function addressType(ip: string, isLocal: (address: string) => boolean): string {
  if (isLocal(ip)) return 'local'
  if (ip === '255.255.255.255') return 'broadcast'
  const isMulticast = ip.includes(':') ? /^ff/.test(ip) : /^2(?:2[4-9]|3\d)\./.test(ip)
  return isMulticast ? 'multicast' : 'unicast'
}

/** What an expression is of a packet. */
export function valueIn(asked: Asked, expression: unknown): Value {
  if (typeof expression === 'number' || typeof expression === 'string') return is(expression)
  const [name, inner] = soleMember(expression) ?? []
  if (name === undefined) return 'open'
  const operation = OPERATIONS[name]
  if (operation) return operated(asked, operation, inner)
  const reader = Object.hasOwn(EXPRESSIONS, name) ? EXPRESSIONS[name] : undefined
  return reader && isObject(inner) ? reader(asked, inner) : 'open'
}

type Operation = (a: number, b: number) => number

const OPERATIONS: Readonly<Record<string, Operation>> = {
  '&': (a, b) => (a & b) >>> 0,
  '|': (a, b) => (a | b) >>> 0,
  '^': (a, b) => (a ^ b) >>> 0,
  '<<': (a, b) => (a << b) >>> 0,
  '>>': (a, b) => a >>> b,
}

const TCP_FLAGS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr']

function operated(asked: Asked, operation: Operation, operands: unknown): Value {
  if (!Array.isArray(operands)) return 'open'
  const [first, ...rest] = operands.map((one): Value => {
    // Flags that are combined by `|` come as a list.
    return Array.isArray(one) ? { flags: one.map(String) } : valueIn(asked, one)
  })
  if (first === undefined) return 'open'
  const bits = [first, ...rest].map(bitsOf)
  const unclear = [first, ...rest].find(one => one === 'absent')
  if (unclear) return unclear
  if (bits.some(one => one === undefined)) return 'open'
  return is((bits as number[]).reduce(operation))
}

function bitsOf(value: Value): number | undefined {
  if (typeof value === 'string' || 'within' in value) return undefined
  if ('flags' in value) return flagBits(value.flags)
  return /^\d+$/.test(value.is) ? Number(value.is) : flagBits([value.is])
}

function flagBits(flags: readonly string[]): number | undefined {
  const places = flags.map(flag => TCP_FLAGS.indexOf(flag))
  return places.includes(-1) ? undefined : places.reduce((bits, place) => bits | (1 << place), 0)
}

/** Whether a packet passes a comparison; where that is open, the words of what is asked. */
export interface Answer {
  /** `undefined` where it is open. */
  readonly holds: boolean | undefined
  readonly assumed: readonly string[]
}

const answer = (holds: boolean | undefined, assumed: readonly string[] = []): Answer => ({
  holds,
  assumed,
})

/** Whether a packet passes a `match` expression of a listing. */
export function comparisonHolds(asked: Asked, match: JsonObject): Answer {
  const { op, left, right } = match
  const values = partsOf(left).map(part => valueIn(asked, part))
  if (values.includes('absent')) return answer(false)
  const assumed = values.flatMap(value =>
    typeof value === 'object' && value.assumed !== undefined ? [value.assumed] : [],
  )
  if (op === '<' || op === '>' || op === '<=' || op === '>=') {
    return answer(ordered(values[0] ?? 'open', op, right), assumed)
  }
  const holds = isAmong(asked, values, right)
  return answer(holds === undefined ? undefined : holds !== (op === '!='), assumed)
}

/** Whether the values of a key are what a right side says, or one of it. */
function isAmong(asked: Asked, values: readonly Value[], right: unknown): boolean | undefined {
  const wanted = elementsOf(asked.table, right)
  if (wanted === undefined) return undefined
  return anyOf(wanted.map(element => fits(values, element)))
}

/** True if one is, open if one may be. */
function anyOf(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(true)) return true
  return answers.includes(undefined) ? undefined : false
}

/** Everything that a right side allows: one value, those of a set, or the elements of a named one. */
function elementsOf(table: TableIndex, right: unknown): readonly unknown[] | undefined {
  if (typeof right === 'string' && right.startsWith('@')) {
    return table.foreignElements.get(right.slice(1))?.map(elementKey)
  }
  const set = memberNamed(right, 'set')
  if (set !== undefined) return listOf(set).map(elementKey)
  return Array.isArray(right) ? right : [right]
}

/** The key of an element, without its counter, timeout and value. */
export function elementKey(element: unknown): unknown {
  const key = Array.isArray(element) ? element[0] : element
  const elem = memberNamed(key, 'elem')
  return isObject(elem) ? elem.val : key
}

/** Whether the values of a key, field by field, are those of an element. */
export function fits(values: readonly Value[], element: unknown): boolean | undefined {
  const parts = partsOf(element)
  if (parts.length !== values.length) return undefined
  const answers = parts.map((part, index) => isOne(values[index] ?? 'open', part))
  if (answers.includes(false)) return false
  return answers.includes(undefined) ? undefined : true
}

function isOne(value: Value, wanted: unknown): boolean | undefined {
  if (value === 'open') return undefined
  if (value === 'absent') return false
  if (wanted === '*') return true
  if ('flags' in value) {
    // nft -n lists flags as numbers: 8 is the state new.
    if (typeof wanted === 'number')
      return value.flags.includes('new') ? (wanted & 8) !== 0 : flagBits(value.flags) === wanted
    return value.flags.includes(String(wanted))
  }
  const range = rangeOf(wanted)
  if ('within' in value) {
    if (range === undefined) return undefined
    const [first, last] = value.within
    if (range.last < BigInt(first) || range.first > BigInt(last)) return false
    return range.first <= BigInt(first) && range.last >= BigInt(last) ? true : undefined
  }
  if (typeof wanted === 'boolean') return (value.is === 'exists') === wanted
  const number = numeric(value.is)
  if (range !== undefined && number !== undefined)
    return (
      number.family === range.family && number.value >= range.first && number.value <= range.last
    )
  return isWord(value.is, String(wanted))
}

/** Words with several spellings: names that end in a star, protocols, types of packets. */
function isWord(value: string, wanted: string): boolean {
  if (wanted.endsWith('*')) return value.startsWith(wanted.slice(0, -1))
  return (ALIASES[value] ?? value) === (ALIASES[wanted] ?? wanted)
}

const ALIASES: Readonly<Record<string, string>> = {
  host: 'unicast',
  icmpv6: 'ipv6-icmp',
  '6': 'tcp',
  '17': 'udp',
  '132': 'sctp',
  '1': 'icmp',
  '58': 'ipv6-icmp',
}

interface NumberRange {
  readonly family: string
  readonly first: bigint
  readonly last: bigint
}

/** A number or an address as an integer, with what it is a number of. */
function numeric(text: string): { readonly family: string; readonly value: bigint } | undefined {
  if (/^\d{1,20}$/.test(text)) return { family: 'number', value: BigInt(text) }
  if (/^0x[0-9a-f]{1,16}$/i.test(text)) return { family: 'number', value: BigInt(text) }
  const parsed = parseIp(text)
  return parsed && { family: parsed.family, value: numberOf(parsed.ip) }
}

/** What a prefix, a range or a single number or address covers. */
function rangeOf(wanted: unknown): NumberRange | undefined {
  const prefix = memberNamed(wanted, 'prefix')
  if (isObject(prefix)) {
    const base = numeric(String(prefix.addr))
    if (base === undefined || typeof prefix.len !== 'number') return undefined
    const bits = BigInt((base.family === 'IPv6' ? 128 : 32) - prefix.len)
    return { family: base.family, first: base.value, last: base.value + (1n << bits) - 1n }
  }
  const range = memberNamed(wanted, 'range')
  const [from, to] = Array.isArray(range) ? range : [wanted, wanted]
  if (typeof from === 'boolean') return undefined
  const [first, last] = [numeric(String(from)), numeric(String(to))]
  return first && last && { family: first.family, first: first.value, last: last.value }
}

function ordered(value: Value, op: string, right: unknown): boolean | undefined {
  if (value === 'open') return undefined
  if (value === 'absent') return false
  const wanted = numeric(String(right))?.value
  const bounds =
    'within' in value ? value.within.map(BigInt) : 'is' in value ? [numeric(value.is)?.value] : []
  const answers = bounds.map(bound => {
    if (bound === undefined || wanted === undefined) return undefined
    return ORDERS[op]?.(bound, wanted)
  })
  const [one] = answers
  return answers.length > 0 && answers.every(other => other === one) ? one : undefined
}

const ORDERS: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
}
