import type { Cidr, Ip } from '../../address/address.js'
import { chainOf } from '../../rules/check.js'
import type { Field, Match } from '../../rules/match.js'
import type { ElementSet, Table } from '../../rules/table.js'
import type { Destination } from '../../traffic/packet.js'
import { groupBy } from '../../util/collections.js'
import { type ChainFacts, chainFacts, type SetLookup, type VmapLookup } from './chain-facts.js'
import type { InterfaceTest, Source } from './world.js'

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
export function tableSources(tables: readonly Table[]): TableSources {
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
