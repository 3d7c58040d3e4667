import type { Cidr, Family, Ip } from '../../address/address.js'
import { TABLE_FAMILY } from '../../rules/build.js'
import { chainOf, refsOf } from '../../rules/check.js'
import type { Field, L4Protocol, Match } from '../../rules/match.js'
import type { Statement } from '../../rules/statement.js'
import type { Chain, ElementSet, MapElement, Table } from '../../rules/table.js'
import {
  type Branch,
  backendText,
  type Claim,
  type Destination,
  destinationKey,
  type End,
  type Fate,
  type FateHash,
  fateOf,
  type Hashed,
  type NodeState,
  type Owner,
  type Packet,
} from '../../traffic/packet.js'
import { evaluate } from '../../traffic/walk/evaluate.js'
import { indexTables, type TablesIndex } from '../../traffic/walk/index-tables.js'
import { groupBy } from '../../util/collections.js'
import { type InterfaceTest, ownAddresses, type Source, type World } from './clients.js'

/** An expression of a table that decides on traffic and is not known here. */
export interface Unknown {
  readonly chain: string
  /** The expression or object as JSON. */
  readonly json: string
}

/**
 * What the typed rules of a node do with traffic of one family.
 *
 * @param onUnknown told of each expression that a packet came to and nothing here knows
 */
export function tableWorld(
  all: readonly Table[],
  family: Family,
  addresses: readonly Ip[],
  onUnknown: (unknown: Unknown) => void,
): World {
  const tables = all.filter(table => table.family === TABLE_FAMILY[family])
  const own = ownAddresses(addresses, family)
  const index = indexTables(tables)
  const node = { addresses: own }
  const found = tableClaims(tables)
  const sources = tableSources(tables)
  const timeouts = timeoutsOf(tables)
  for (const one of settingsOf(tables)) onUnknown(one)
  // A client stands for all that rules do not tell from it, and a hash tells each from the other.
  const fate = (packet: Packet): Fate =>
    fateOfBranches(evaluate(index, { ...packet, isOneOfMany: true }, node), timeouts, onUnknown)
  const nodePortsAt = own.filter(ip => servesNodePorts(index, node, ip, found))
  const claims = [...found].filter(
    ([, { destination }]) => destination.at !== 'node' || nodePortsAt.length > 0,
  )
  return {
    family,
    own,
    claims: new Map(claims),
    guarded: new Map(sources.addresses.map(ip => [ip, undefined])),
    networks: sources.networks,
    nodePortsAt,
    sources: sources.common,
    sourcesOf: claim => sources.of(claim.destination),
    isSelf: sources.isSelf,
    interfaces: sources.interfaces,
    detector: undefined,
    isBackend: sources.isBackend,
    fateOf: fate,
  }
}

const VERDICTS = { accept: 'pass', drop: 'drop', reject: 'reject' } as const

function fateOfBranches(
  branches: readonly Branch[],
  timeouts: ReadonlyMap<string, number>,
  onUnknown: (unknown: Unknown) => void,
): Fate {
  let seconds: number | undefined
  const ends = branches.flatMap(({ outcome, to, masqueraded, share, records, path }): End | [] => {
    if (outcome.kind === 'unknown') {
      onUnknown({ chain: path.at(-1)?.chain ?? '', json: outcome.what })
      return []
    }
    const verdict = VERDICTS[outcome.kind]
    if (verdict !== 'pass') return { verdict, masqueraded: false, share }
    for (const { set } of records) seconds ??= timeouts.get(set)
    return to === undefined
      ? { verdict, masqueraded, share }
      : { verdict: 'backend', to, masqueraded, share }
  })
  return fateOf(ends, seconds, hashOfBranches(branches))
}

/** The hash that all branches are of, if they are of one. */
function hashOfBranches(branches: readonly Branch[]): FateHash | undefined {
  const stretches: FateHash['stretches'][number][] = []
  let found: Hashed | undefined
  for (const { path, to, outcome } of branches) {
    const hashed = path.find(step => step.hashed !== undefined)?.hashed
    if (hashed === undefined) return undefined
    found ??= hashed
    const end = to === undefined ? outcome.kind : backendText(to)
    for (const { from, to } of hashed.stretches) stretches.push({ from, to, end })
  }
  if (found === undefined) return undefined
  const { hash, modulus } = found
  return { ...hash, modulus, stretches: stretches.sort((a, b) => a.from - b.from) }
}

const timeoutsOf = (tables: readonly Table[]): ReadonlyMap<string, number> =>
  new Map(
    tables.flatMap(({ sets }) =>
      sets.flatMap(({ name, timeout }) =>
        timeout === undefined ? [] : [[name, timeout] as const],
      ),
    ),
  )

/** Settings of whole tables and chains that are not known may change everything: a dormant table. */
const settingsOf = (tables: readonly Table[]): readonly Unknown[] =>
  tables.flatMap(({ name, foreign = [] }) =>
    foreign
      .filter(({ type }) => type === 'table' || type === 'chain')
      .map(object => ({ chain: object.type === 'chain' ? object.name : name, json: object.json })),
  )

/** Whether a node port is looked up where it is addressed to one of the node's addresses. */
function servesNodePorts(
  index: TablesIndex,
  node: NodeState,
  daddr: Ip,
  claims: ReadonlyMap<string, Claim>,
): boolean {
  const isShadowed = (protocol: L4Protocol, port: number): boolean =>
    claims.has(destinationKey({ at: daddr, protocol, port }))
  for (const { destination } of claims.values()) {
    const { at, protocol, port } = destination
    if (at !== 'node' || isShadowed(protocol, port)) continue
    const packet = { saddr: daddr, daddr, protocol, dport: port, inputInterface: 'eth0' }
    return evaluate(index, packet, node).some(({ path }) =>
      path.some(({ element }) => element?.join(' ') === `${protocol} ${port}`),
    )
  }
  return false
}

const PROTOCOLS: readonly string[] = ['tcp', 'udp', 'sctp']

/** The destinations that rules look up in the verdict maps of tables, by destination key. */
function tableClaims(tables: readonly Table[]): ReadonlyMap<string, Claim> {
  const claims = new Map<string, Claim>()
  for (const table of tables) {
    const keys = keysOfMaps(table)
    for (const { name, elements } of table.maps) {
      for (const fields of keys.get(name) ?? []) {
        for (const element of elements) {
          const destination = destinationOf(fields, element.key)
          if (destination === undefined) continue
          const key = destinationKey(destination)
          const owner = claims.get(key)?.owner ?? ownerOf(element)
          claims.set(key, { destination, owner })
        }
      }
    }
  }
  return claims
}

/** The fields that rules look into each map with. */
function keysOfMaps({ chains }: Table): ReadonlyMap<string, readonly (readonly Field[])[]> {
  const keys = new Map<string, (readonly Field[])[]>()
  for (const { rules } of chains) {
    for (const { statements } of rules) {
      for (const statement of statements) {
        if (statement.kind !== 'vmap') continue
        const known = keys.get(statement.map)
        const same = known?.some(fields => fields.join() === statement.key.join())
        if (known === undefined) keys.set(statement.map, [statement.key])
        else if (!same) known.push(statement.key)
      }
    }
  }
  return keys
}

function destinationOf(fields: readonly Field[], key: readonly string[]): Destination | undefined {
  const value = (field: Field): string | undefined => key[fields.indexOf(field)]
  const port = value('dport')
  const protocol = value('l4proto')
  if (port === undefined || protocol === undefined || !PROTOCOLS.includes(protocol))
    return undefined
  const at = value('daddr')
  if (at?.includes('/')) return undefined
  return {
    at: (at as Ip | undefined) ?? 'node',
    protocol: protocol as L4Protocol,
    port: Number(port),
  }
}

/** kube-proxy names its chains and the elements of its maps for the service port they belong to. */
function ownerOf({ comment, verdict }: MapElement): Owner | undefined {
  const [, namespace, name, portName = ''] = COMMENT.exec(comment ?? '') ?? []
  if (namespace !== undefined && name !== undefined) return { namespace, name, portName }
  const [, inChain, serviceName, nameOfPort] = CHAIN.exec(chainOf(verdict) ?? '') ?? []
  return inChain === undefined || serviceName === undefined || nameOfPort === undefined
    ? undefined
    : { namespace: inChain, name: serviceName, portName: nameOfPort }
}

/** `shop/web:http`. */
const COMMENT = /^([a-z0-9.-]{1,63})\/([a-z0-9.-]{1,253})(?::([a-z0-9-]{1,63}))?$/
/** `external-ULMVA6XW-shop/web/tcp/http`; one that is cut tells less than the whole name. */
const CHAIN =
  /^(?:service|local|external|firewall)-[A-Z2-7]{8}-([a-z0-9.-]+)\/([a-z0-9.-]+)\/(?:tcp|udp|sctp)\/([a-z0-9-]*)$/

/** What the rules of some tables tell apart. */
export interface TableSources {
  /** Sources asked for whatever the destination. */
  readonly common: readonly Source[]
  /** Those asked for on the way of one destination alone. */
  readonly of: (destination: Destination) => readonly Source[]
  /** Destination addresses and ranges that rules ask for beside their maps. */
  readonly addresses: readonly Ip[]
  readonly networks: readonly Cidr[]
  readonly interfaces: readonly InterfaceTest[]
  /** Whether rules treat this backend apart where it sends to itself. */
  readonly isSelf: (ip: Ip) => boolean
  readonly isBackend: (ip: Ip) => boolean
}

/** Finds out which packets the rules of tables may treat differently, without running them. */
function tableSources(tables: readonly Table[]): TableSources {
  const facts = tables.map(tableFactsOf)
  const destinations = facts.flatMap(one => [...one.destinations])
  const common = new Set(facts.flatMap(({ base }) => [...base.sources]))
  return {
    common: [...common],
    of: destination => facts.flatMap(one => one.of(destination)).filter(one => !common.has(one)),
    addresses: destinations.filter((one): one is Ip => !one.includes('/')),
    networks: destinations.filter((one): one is Cidr => one.includes('/')),
    interfaces: facts.flatMap(({ interfaces }) => interfaces),
    isSelf: ip => facts.some(({ selves }) => selves.has(ip)),
    isBackend: ip => facts.some(({ backends }) => backends.has(ip)),
  }
}

interface TableFacts {
  /** Of what every packet may come to. */
  readonly base: ChainFacts
  readonly of: (destination: Destination) => readonly Source[]
  readonly destinations: ReadonlySet<string>
  readonly interfaces: readonly InterfaceTest[]
  readonly selves: ReadonlySet<string>
  readonly backends: ReadonlySet<string>
}

function tableFactsOf(table: Table): TableFacts {
  const factsFrom = chainFacts(table)
  const base = factsFrom(table.chains.flatMap(({ name, base }) => (base ? [name] : [])))
  const maps = new Map(
    table.maps.map(({ name, elements }) => [
      name,
      new Map(elements.map(({ key, verdict }) => [key.join(' '), verdict])),
    ]),
  )
  const setsByRest = restIndex(table.sets)

  const next = ({ map, key }: VmapLookup, destination: Destination): string | undefined => {
    const text = key.map(field => partOf(field, destination)).join(' ')
    const verdict = maps.get(map)?.get(text)
    return verdict && chainOf(verdict)
  }
  const sourcesIn = (facts: ChainFacts, destination: Destination, seen: Set<string>): Source[] => {
    const looked = facts.sets.flatMap(lookup => setsByRest(lookup, destination))
    const chains = facts.vmaps
      .flatMap(lookup => next(lookup, destination) ?? [])
      .filter(chain => !seen.has(chain))
    if (chains.length === 0) return [...facts.sources, ...looked]
    for (const chain of chains) seen.add(chain)
    return [...facts.sources, ...looked, ...sourcesIn(factsFrom(chains), destination, seen)]
  }
  const every = factsFrom(table.chains.map(({ name }) => name))
  const endpoints = table.endpointMaps.flatMap(({ elements }) => elements.map(({ to }) => to.ip))
  return {
    base,
    of: destination => [...new Set(sourcesIn(base, destination, new Set()))],
    destinations: new Set([...every.destinations, ...listedDestinations(table, every)]),
    interfaces: every.interfaces,
    selves: new Set([...every.selves, ...selfElements(table)]),
    backends: new Set([...every.backends, ...endpoints]),
  }
}

/** A part of a key as a destination has it; none that a node port has no word for. */
function partOf(field: Field, { at, protocol, port }: Destination): string | undefined {
  if (field === 'daddr') return at === 'node' ? undefined : at
  if (field === 'l4proto') return protocol
  if (field === 'saddr') return undefined
  return field === 'dport' || field === `${protocol}-dport` ? String(port) : undefined
}

/** Finds the sources in a set that stand together with a destination. */
function restIndex(
  sets: readonly ElementSet[],
): (lookup: SetLookup, destination: Destination) => readonly Source[] {
  const byName = new Map(sets.map(set => [set.name, set]))
  const indexes = new Map<string, ReadonlyMap<string, readonly Source[]>>()
  return ({ set, key }, destination) => {
    const place = key.indexOf('saddr')
    const name = `${set} ${key.join()}`
    let index = indexes.get(name)
    if (index === undefined) {
      const elements = byName.get(set)?.elements ?? []
      const groups = groupBy(elements, element => withoutPart(element.key, place))
      index = new Map(
        [...groups].map(([rest, group]) => [
          rest,
          group.map(element => element.key[place] as Source),
        ]),
      )
      indexes.set(name, index)
    }
    const values = key.map(field => partOf(field, destination) ?? '')
    return index.get(withoutPart(values, place)) ?? []
  }
}

const withoutPart = (key: readonly string[], place: number): string =>
  key.filter((_, index) => index !== place).join(' ')

/** Addresses of sets that rules ask for destinations in. */
function listedDestinations({ sets }: Table, { matches }: ChainFacts): readonly string[] {
  const asked = new Set(matches.flatMap(match => (isOfDestination(match) ? match.set : [])))
  return sets
    .filter(({ name }) => asked.has(name))
    .flatMap(({ elements }) => elements.flatMap(({ key }) => key[0] ?? []))
}

const isOfDestination = (match: Match): match is Extract<Match, { kind: 'in-set' }> =>
  match.kind === 'in-set' && match.key.length === 1 && match.key[0] === 'daddr'

/** Elements that stand for an endpoint that sends to itself. */
const selfElements = ({ sets }: Table): readonly string[] =>
  sets.flatMap(({ elements }) =>
    elements.flatMap(({ key: [one, other] }) => (one !== undefined && one === other ? one : [])),
  )

/** A look-up in a verdict map, whose chains depend on the packet. */
export type VmapLookup = Pick<Extract<Statement, { kind: 'vmap' }>, 'map' | 'key'>
/** A look-up in a set by the source beside other parts of a packet. */
export interface SetLookup {
  readonly set: string
  readonly key: readonly Field[]
}

/** What rules ask of packets, and where they send them. */
export interface ChainFacts {
  readonly matches: readonly Match[]
  /** Sources that rules name, but for those of endpoints that send to themselves. */
  readonly sources: readonly Source[]
  readonly destinations: readonly string[]
  readonly interfaces: readonly InterfaceTest[]
  readonly sets: readonly SetLookup[]
  readonly vmaps: readonly VmapLookup[]
  readonly backends: readonly string[]
  readonly selves: readonly string[]
}

/** A collector of what chains ask for, those that they lead to among them, look-ups left open. */
function chainFacts(table: Table): (from: readonly string[]) => ChainFacts {
  const chains = new Map(table.chains.map(chain => [chain.name, chain]))
  // What packets put into a set themselves is the same for all.
  const sets = new Map(
    table.sets.flatMap(set => (set.timeout === undefined ? [[set.name, set] as const] : [])),
  )
  const known = new Map<string, ChainFacts>()
  const own = (chain: Chain): ChainFacts => {
    const facts = known.get(chain.name) ?? chainFactsOf(chain, sets)
    known.set(chain.name, facts)
    return facts
  }
  return from => {
    const seen = new Set(from)
    const found: ChainFacts[] = []
    for (const name of seen) {
      const chain = chains.get(name)
      if (chain === undefined) continue
      found.push(own(chain))
      for (const rule of chain.rules) for (const next of refsOf(rule).chains) seen.add(next)
    }
    return joined(found)
  }
}

function joined(facts: readonly ChainFacts[]): ChainFacts {
  const [only] = facts
  if (only !== undefined && facts.length === 1) return only
  return {
    matches: facts.flatMap(({ matches }) => matches),
    sources: facts.flatMap(({ sources }) => sources),
    destinations: facts.flatMap(({ destinations }) => destinations),
    interfaces: facts.flatMap(({ interfaces }) => interfaces),
    sets: facts.flatMap(({ sets }) => sets),
    vmaps: facts.flatMap(({ vmaps }) => vmaps),
    backends: facts.flatMap(({ backends }) => backends),
    selves: facts.flatMap(({ selves }) => selves),
  }
}

function chainFactsOf({ rules }: Chain, sets: ReadonlyMap<string, ElementSet>): ChainFacts {
  const statements = rules.flatMap(rule => rule.statements)
  const matches = rules.flatMap(rule => [...rule.matches, ...rule.statements.flatMap(testsOf)])
  const backends = statements.flatMap(backendsOf)
  const asked = matches.flatMap(match => addressesOf(match, 'saddr'))
  const ofSets = matches.flatMap(match =>
    match.kind === 'in-set' && match.key.length === 1 && match.key[0] === 'saddr'
      ? (sets.get(match.set)?.elements ?? []).flatMap(({ key }) => key)
      : [],
  )
  return {
    matches,
    sources: [...asked, ...ofSets].filter(one => !backends.includes(one)) as Source[],
    destinations: matches.flatMap(match => addressesOf(match, 'daddr')),
    interfaces: matches.flatMap(interfacesOf),
    sets: matches.flatMap(match =>
      match.kind === 'in-set' && match.key.length > 1 && match.key.includes('saddr') ? match : [],
    ),
    vmaps: statements.flatMap(one => (one.kind === 'vmap' ? one : [])),
    backends,
    selves: asked.filter(one => backends.includes(one)),
  }
}

/** The tests within a statement. */
function testsOf(statement: Statement): readonly Match[] {
  switch (statement.kind) {
    case 'match':
      return [statement.match]
    case 'vmap-cases':
      return statement.cases.map(({ match }) => match)
    default:
      return []
  }
}

function addressesOf(match: Match, side: 'saddr' | 'daddr'): readonly string[] {
  if (match.kind === 'address') return match.side === side ? [match.cidr] : []
  return match.kind === 'address-in' && match.side === side ? match.cidrs : []
}

function interfacesOf(match: Match): readonly InterfaceTest[] {
  if (match.kind === 'interface') return [{ name: match.name, prefix: match.prefix }]
  if (match.kind !== 'interface-in' || !match.side.startsWith('iif')) return []
  return match.names.map(name =>
    name.endsWith('*') ? { name: name.slice(0, -1), prefix: true } : { name, prefix: false },
  )
}

function backendsOf(statement: Statement): readonly string[] {
  if (statement.kind === 'dnat') return [statement.to.ip]
  if (statement.kind !== 'dnat-random' && statement.kind !== 'dnat-hash') return []
  return statement.choice.buckets.map(({ value }) => value.ip)
}
