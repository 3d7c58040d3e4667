import type { Ip } from '../../address/address.js'
import { coverOf, stretchOf } from '../../address/ranges.js'
import {
  backendText,
  type Claim,
  type Destination,
  destinationKey,
  type Fate,
  type Owner,
  sameFate,
} from '../../traffic/packet.js'
import {
  ANY_OWN_ADDRESS,
  type Client,
  type ClientClass,
  classOf,
  clientAt,
  clientsOf,
  EVERYTHING,
  interfacesOf,
  memberOf,
  type PacketOf,
  type Passage,
  type Region,
  regionsOf,
  type Source,
  type World,
  type Worlds,
} from './clients.js'

/** A destination some of whose clients see a difference. */
export interface ClaimDifference {
  readonly before: Claim | undefined
  readonly after: Claim | undefined
  /** Of every client, those that see no difference too. */
  readonly passages: readonly Passage[]
  readonly selves: readonly SelfDifference[]
  /** Whether other sources than before are asked for on the way of this destination alone. */
  readonly sourcesDiffer: boolean
}

/** Other traffic to an address than that to its destinations, where a difference is seen. */
export interface AddressDifference {
  readonly ip: Ip
  readonly owner: Owner | undefined
  readonly passages: readonly Passage[]
}

/** Addresses that nobody names, in or beside ranges that rules ask for. */
export interface NetworkPassages {
  readonly region: Region
  /** Also where no difference is seen. */
  readonly passages: readonly Passage[]
}

/** All that two worlds do differently. */
export interface WorldsDiff {
  readonly claims: readonly ClaimDifference[]
  readonly addresses: readonly AddressDifference[]
  readonly networks: readonly NetworkPassages[]
  /** The node's own addresses at which node ports are served, where they are not the same. */
  readonly nodePortsAt: { readonly from: readonly Ip[]; readonly to: readonly Ip[] } | undefined
}

/** What is worth a comparison, where it is known what cannot differ. */
export interface Scope {
  readonly claim: (claim: Claim) => boolean
  readonly address: (ip: Ip) => boolean
}

const EVERYTHING_COUNTS: Scope = { claim: () => true, address: () => true }

/** Compares what two worlds of one family do with the packets of every client to every destination. */
export function compareWorlds(worlds: Worlds, scope = EVERYTHING_COUNTS): WorldsDiff {
  const clients = clientsFor(worlds)
  const { before, after } = worlds
  const keys = new Set([...before.claims.keys(), ...after.claims.keys()])
  return {
    claims: [...keys].flatMap(key => claimDifference(worlds, key, clients, scope) ?? []),
    addresses: addressDifferences(worlds, clients([]), scope),
    networks: networkPassages(worlds, clients([])),
    nodePortsAt: nodePortsDifference(worlds),
  }
}

/** Finds the clients for some sources; most destinations have none of their own. */
function clientsFor(worlds: Worlds): (sources: readonly Source[]) => readonly Client[] {
  const known = new Map<string, readonly Client[]>()
  return sources => {
    const key = [...new Set(sources)].sort().join(' ')
    const clients = known.get(key) ?? clientsOf(worlds, sources)
    known.set(key, clients)
    return clients
  }
}

function claimDifference(
  worlds: Worlds,
  key: string,
  clientsOfSources: (sources: readonly Source[]) => readonly Client[],
  scope: Scope,
): ClaimDifference | undefined {
  const [before, after] = [worlds.before.claims.get(key), worlds.after.claims.get(key)]
  const claim = after ?? before
  if (claim === undefined || !scope.claim(claim)) return undefined
  const { destination } = claim
  const sources = {
    before: worlds.before.sourcesOf(before ?? claim),
    after: worlds.after.sourcesOf(after ?? claim),
  }
  const clients = clientsOfSources([...sources.before, ...sources.after])
  const packet = packets(worlds, destination)
  const passages = clients.map(client => passageOf(worlds, client, packet))
  const selves = before && after ? selfDifferences(worlds, passages, packet) : []
  if (selves.length === 0 && passages.every(({ from, to }) => sameFate(from, to))) return undefined
  const allowed = allowedText(worlds)
  const sourcesDiffer = allowed(sources.before) !== allowed(sources.after)
  return { before, after, passages, selves, sourcesDiffer }
}

function packets({ before, after }: Worlds, destination: Destination): PacketOf {
  const { protocol, port } = destination
  const daddr = {
    before: addressIn(before, after, destination),
    after: addressIn(after, before, destination),
  }
  return (side, from) => ({ ...from, daddr: daddr[side], protocol, dport: port })
}

/** Where a node port is served in a world, best where no service address is in front of it. */
function addressIn(world: World, other: World, { at, protocol, port }: Destination): Ip {
  if (at !== 'node') return at
  const isFree = (ip: Ip): boolean => !world.claims.has(destinationKey({ at: ip, protocol, port }))
  const served = [...world.nodePortsAt, ...other.nodePortsAt]
  return world.nodePortsAt.find(isFree) ?? served[0] ?? ANY_OWN_ADDRESS[world.family]
}

const passageOf = ({ before, after }: Worlds, client: Client, packet: PacketOf): Passage => {
  const { saddr, inputInterface } = client
  return {
    client,
    from: before.fateOf(packet('before', { saddr: saddr.before, inputInterface })),
    to: after.fateOf(packet('after', { saddr: saddr.after, inputInterface })),
  }
}

/** Passages of packets that no destination takes: no port at all. */
const pings = (worlds: Worlds, clients: readonly Client[], daddr: Ip): readonly Passage[] =>
  clients.map(client =>
    passageOf(worlds, client, (_, from) => ({
      ...from,
      daddr,
      protocol: 'icmp',
      dport: undefined,
    })),
  )

const isSame = (passages: readonly Passage[]): boolean =>
  passages.every(({ from, to }) => sameFate(from, to))

function addressDifferences(
  worlds: Worlds,
  clients: readonly Client[],
  scope: Scope,
): readonly AddressDifference[] {
  const { before, after } = worlds
  const ips = new Set([...before.guarded.keys(), ...after.guarded.keys()])
  return [...ips].filter(scope.address).flatMap(ip => {
    const passages = pings(worlds, clients, ip)
    const owner = after.guarded.get(ip) ?? before.guarded.get(ip)
    return isSame(passages) ? [] : { ip, owner, passages }
  })
}

function networkPassages(worlds: Worlds, clients: readonly Client[]): readonly NetworkPassages[] {
  const { before, after } = worlds
  const networks = [...before.networks, ...after.networks]
  if (networks.length === 0) return []
  const named = new Set<string>([...before.own, ...after.own])
  for (const { claims, guarded } of [before, after]) {
    for (const { destination } of claims.values()) named.add(destination.at)
    for (const ip of guarded.keys()) named.add(ip)
  }
  return regionsOf(after.family, networks).flatMap(region => {
    const ip = memberOf(after.family, region, one => named.has(one))
    if (ip === undefined || named.has(ip)) return []
    return { region, passages: pings(worlds, clients, ip) }
  })
}

/** Addresses that serve node ports count only where both worlds have any to serve. */
function nodePortsDifference({ before, after }: Worlds): WorldsDiff['nodePortsAt'] {
  const hasAny = ({ claims }: World): boolean =>
    [...claims.values()].some(({ destination }) => destination.at === 'node')
  const [from, to] = [before.nodePortsAt, after.nodePortsAt]
  const same = from.length === to.length && from.every(ip => to.includes(ip))
  return same || !hasAny(before) || !hasAny(after) ? undefined : { from, to }
}

/** Source ranges in one spelling; what counts for all destinations, or holds everything, is none. */
function allowedText({ before, after }: Worlds): (sources: readonly Source[]) => string {
  const { family } = after
  const common = new Set([...before.sources, ...after.sources])
  return sources => {
    const own = sources.filter(source => !common.has(source))
    const text = coverOf(family, own.map(stretchOf)).join(' ')
    return text === EVERYTHING[family] ? '' : text
  }
}

/** A backend that is masqueraded in one of the worlds alone where it sends to itself. */
export interface SelfDifference {
  /** `ip:port`. */
  readonly backend: string
  readonly source: Ip
  readonly class: ClientClass
  readonly from: boolean
  readonly to: boolean
}

/**
 * Differences in hairpin traffic: whether a backend that is chosen for its own packet sees the node's
 * address instead of its own. What every client of its kind sees as well is no difference of this one.
 */
function selfDifferences(
  worlds: Worlds,
  passages: readonly Passage[],
  packet: PacketOf,
): readonly SelfDifference[] {
  const { before, after } = worlds
  const candidates = new Map<string, Ip>()
  for (const { from, to } of passages) {
    for (const end of [...from.ends, ...to.ends]) {
      const ip = end.to?.ip as Ip | undefined
      if (ip === undefined || end.to === undefined) continue
      if (before.isSelf(ip) || after.isSelf(ip)) candidates.set(backendText(end.to), ip)
    }
  }
  const isOwn = (ip: Ip): boolean => before.own.includes(ip) || after.own.includes(ip)
  const clients = passages.map(({ client }) => client)
  return [...candidates].flatMap(([backend, saddr]) =>
    isOwn(saddr)
      ? []
      : interfacesOf(worlds).flatMap((inputInterface): SelfDifference | [] => {
          const sender = { saddr, inputInterface }
          const from = flagOf(before.fateOf(packet('before', sender)), backend)
          const to = flagOf(after.fateOf(packet('after', sender)), backend)
          if (from === undefined || to === undefined || from === to) return []
          const like = clientAt(clients, saddr, inputInterface)
          const general = passages.find(({ client }) => client === like)
          const isGeneral =
            general !== undefined &&
            flagOf(general.from, backend) === from &&
            flagOf(general.to, backend) === to
          return isGeneral
            ? []
            : { backend, source: saddr, class: classOf(worlds, saddr, inputInterface), from, to }
        }),
  )
}

const flagOf = ({ ends }: Fate, backend: string): boolean | undefined =>
  ends.find(({ to }) => to !== undefined && backendText(to) === backend)?.masqueraded
