import { type Cidr, containedIn, type Family, type Ip, isLoopback } from '../../address/address.js'
import { addressOf, type Stretch, stretchOf } from '../../address/ranges.js'
import type { LocalDetector } from '../../plan/local-traffic.js'
import type { Claim, Fate, Packet } from '../../traffic/packet.js'

/**
 * Who sends, as kube-proxy tells them apart: pods whose traffic counts as local, the node itself, and
 * everybody else. Where nothing tells pods, `others` is everybody but the node.
 */
export type ClientClass = 'pods' | 'node' | 'outside' | 'others'
export const CLIENT_CLASSES: readonly ClientClass[] = ['pods', 'node', 'outside', 'others']

/** One client for all that neither of two worlds tells from it. */
export interface Client {
  readonly class: ClientClass
  /** An address that the client may have in each of the worlds. */
  readonly saddr: { readonly before: Ip; readonly after: Ip }
  /** Absent for the node itself. */
  readonly inputInterface: string | undefined
  /** All addresses that it stands for; absent for the node. */
  readonly region?: Region
}

/** Both worlds of a comparison. */
export interface Worlds {
  readonly before: World
  readonly after: World
}

const LOOPBACK: Readonly<Record<Family, Source>> = {
  IPv4: '127.0.0.0/8' as Source,
  IPv6: '::1' as Source,
}

/**
 * A client of each kind that two worlds may treat differently, for destinations with some sources of
 * their own beside those that always count. Nobody sends from a loopback address to another host.
 */
export function clientsOf(worlds: Worlds, own: readonly Source[]): readonly Client[] {
  const { before, after } = worlds
  const { family } = after
  const node = new Set([...before.own, ...after.own])
  const sources = [...before.sources, ...after.sources, ...own]
  const apart = new Set<Source>([LOOPBACK[family], ...node])
  const isTaken = (ip: Ip): boolean => before.isBackend(ip) || after.isBackend(ip)
  const clients: Client[] = nodeClients(worlds)
  for (const region of regionsOf(family, [...sources, ...apart])) {
    const saddr = memberOf(family, region, isTaken)
    if (saddr === undefined || node.has(saddr) || isLoopback(saddr)) continue
    for (const inputInterface of interfacesOf(worlds)) {
      clients.push({
        class: classOf(worlds, saddr, inputInterface),
        saddr: { before: saddr, after: saddr },
        inputInterface,
        region,
      })
    }
  }
  return clients
}

/** The node with each of its addresses, or with its first ones where they are not the same. */
function nodeClients({ before, after }: Worlds): Client[] {
  const known = (own: readonly Ip[]): readonly Ip[] => (own.length > 1 ? own.slice(0, -1) : own)
  const [old, wanted] = [known(before.own), known(after.own)]
  const same = old.length === wanted.length && old.every(ip => wanted.includes(ip))
  const pairs = same ? wanted.map(ip => [ip, ip] as const) : [[old[0], wanted[0]] as const]
  return pairs.flatMap(([was, is]) =>
    was === undefined || is === undefined
      ? []
      : {
          class: 'node' as const,
          saddr: { before: was, after: is },
          inputInterface: undefined,
        },
  )
}

/** The class of what comes in from elsewhere, by the detector as it will be. */
export function classOf(
  { before, after }: Worlds,
  saddr: Ip,
  inputInterface: string,
): Exclude<ClientClass, 'node'> {
  const detector = after.detector ?? before.detector
  if (detector === undefined) return 'others'
  return podTest(detector)(saddr, inputInterface) ? 'pods' : 'outside'
}

/** A test whether a detector takes a packet for one of a pod. */
function podTest(detector: LocalDetector): (saddr: Ip, inputInterface: string) => boolean {
  if (detector.kind === 'cidr') return containedIn([detector.cidr])
  const { name, prefix } = detector
  return (_, inputInterface) => (prefix ? inputInterface.startsWith(name) : inputInterface === name)
}

const PLAIN = ['eth0', 'ens3', 'wan0', 'lan0', 'uplink0']

/** An interface of each kind that is asked for, and one that nobody asks for. */
export function interfacesOf({ before, after }: Worlds): readonly string[] {
  const tests = [...before.interfaces, ...after.interfaces]
  const matches = ({ name, prefix }: InterfaceTest, text: string): boolean =>
    prefix ? text.startsWith(name) : text === name
  const names = tests.map(({ name, prefix }) => (prefix ? `${name}0` : name))
  const plain = PLAIN.find(name => !tests.some(test => matches(test, name)))
  return [...new Set([...names, ...(plain === undefined ? [] : [plain])])]
}

/** The client that stands for an address with an interface. */
export const clientAt = (
  clients: readonly Client[],
  ip: Ip,
  inputInterface: string,
): Client | undefined =>
  clients.find(
    client =>
      client.inputInterface === inputInterface &&
      client.region !== undefined &&
      holds(client.region, ip),
  )

/** Addresses that no CIDR of a list tells apart. */
export interface Region {
  /** The CIDR that holds them; what others inside it hold is not here. */
  readonly source: Source
  /** In order and apart. */
  readonly stretches: readonly Stretch[]
}

export const EVERYTHING: Readonly<Record<Family, Source>> = {
  IPv4: '0.0.0.0/0' as Source,
  IPv6: '::/0' as Source,
}

/**
 * Divides all addresses of a family by some CIDRs, which are nested or apart: each region is one of
 * them, or the whole, without those inside it. In order of their first address; empty ones are left out.
 */
export function regionsOf(family: Family, sources: readonly Source[]): readonly Region[] {
  const unique = new Map(
    [EVERYTHING[family], ...sources].map(source => {
      const stretch = stretchOf(source)
      return [`${stretch.first} ${stretch.last}`, { source, ...stretch }] as const
    }),
  )
  const outerFirst = [...unique.values()].sort(
    (a, b) => compare(a.first, b.first) || compare(b.last, a.last),
  )
  const regions: OpenRegion[] = []
  const open: OpenRegion[] = []
  const close = (): void => {
    const done = open.pop()
    if (done === undefined) return
    if (done.next <= done.last) done.stretches.push({ first: done.next, last: done.last })
  }
  for (const { source, first, last } of outerFirst) {
    while ((open.at(-1)?.last ?? last) < first) close()
    const outer = open.at(-1)
    if (outer !== undefined) {
      if (outer.next < first) outer.stretches.push({ first: outer.next, last: first - 1n })
      outer.next = last + 1n
    }
    const region = { source, last, next: first, stretches: [] }
    regions.push(region)
    open.push(region)
  }
  while (open.length > 0) close()
  return regions.filter(({ stretches }) => stretches.length > 0)
}

interface OpenRegion extends Region {
  readonly last: bigint
  next: bigint
  readonly stretches: Stretch[]
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)

/** Addresses to try in one stretch. */
const MOST_TRIES = 100_000n

/** An address of a region that is not taken, if there is one; else any. */
export function memberOf(
  family: Family,
  { stretches }: Region,
  isTaken: (ip: Ip) => boolean,
): Ip | undefined {
  let any: Ip | undefined
  for (const { first, last } of stretches) {
    const end = last - first < MOST_TRIES ? last : first + MOST_TRIES
    for (let at = first; at <= end; at++) {
      const ip = addressOf(family, at)
      any ??= ip
      if (!isTaken(ip)) return ip
    }
  }
  return any
}

/** Whether a region holds an address. */
export const holds = ({ stretches }: Region, ip: Ip): boolean => {
  const { first } = stretchOf(ip)
  return stretches.some(stretch => stretch.first <= first && first <= stretch.last)
}

/** Source addresses that rules tell from others. */
export type Source = Cidr | Ip

/** The name of an interface that rules ask for, or how it begins. */
export interface InterfaceTest {
  readonly name: string
  readonly prefix: boolean
}

/**
 * What one node does with the traffic of one family: from a plan, or from the rules of a table. Two of
 * them are compared by the fates of packets; the rest says which packets are worth a look.
 */
export interface World {
  readonly family: Family
  /** The node's own addresses, `ANY_OWN_ADDRESS` the last; none of them loopback. */
  readonly own: readonly Ip[]
  /** By destination key. */
  readonly claims: ReadonlyMap<string, Claim>
  /** Addresses that are more than their destinations: those of ClusterIPs refuse other ports. */
  readonly guarded: ReadonlyMap<Ip, Claim['owner']>
  /** Destination ranges that rules ask for. */
  readonly networks: readonly Cidr[]
  /** Of the node's own addresses, those at which node ports are served; of tables none without any. */
  readonly nodePortsAt: readonly Ip[]
  /** Sources that count for all destinations. */
  readonly sources: readonly Source[]
  /** Sources that count for a destination alone: whom its source ranges allow. */
  readonly sourcesOf: (claim: Claim) => readonly Source[]
  /** Whether rules treat this backend apart where it sends to itself. */
  readonly isSelf: (ip: Ip) => boolean
  readonly interfaces: readonly InterfaceTest[]
  /** Absent where nothing tells pods from others, or rules only imply it. */
  readonly detector: LocalDetector | undefined
  readonly isBackend: (ip: Ip) => boolean
  readonly fateOf: (packet: Packet) => Fate
}

/**
 * Stands for every further address that the node may have: its interfaces are not all known here. No
 * host can have it (RFC 1112, RFC 6666).
 */
export const ANY_OWN_ADDRESS: Readonly<Record<Family, Ip>> = {
  IPv4: '240.0.0.1' as Ip,
  IPv6: '100::1' as Ip,
}

/** The addresses of a node in one family, as worlds have them. */
export const ownAddresses = (addresses: readonly Ip[], family: Family): readonly Ip[] => [
  ...addresses.filter(ip => ip.includes(':') === (family === 'IPv6')),
  ANY_OWN_ADDRESS[family],
]

/** What becomes of the packets of one client, before and after. */
export interface Passage {
  readonly client: Client
  readonly from: Fate
  readonly to: Fate
}

/** A packet to one destination, as it is addressed in one of the worlds. */
export type PacketOf = (
  side: 'before' | 'after',
  from: Pick<Packet, 'saddr' | 'inputInterface'>,
) => Packet
