import { type AddressTest, addressTests } from '../../address/ranges.js'
import { listOf } from '../../listing/json.js'
import type {
  BaseChain,
  Chain,
  EndpointElement,
  MapElement,
  SetElement,
  Table,
  TableFamily,
} from '../../rules/table.js'
import type { Hook } from '../packet.js'

/** A table whose objects are found by name and key at once. */
export interface TableIndex {
  readonly family: TableFamily
  /** Family and name. */
  readonly label: string
  readonly chains: ReadonlyMap<string, Chain>
  readonly sets: ReadonlyMap<string, Lookup<SetElement>>
  readonly maps: ReadonlyMap<string, Lookup<MapElement>>
  readonly endpointMaps: ReadonlyMap<string, Lookup<EndpointElement>>
  readonly addressTest: (cidr: string) => AddressTest
  /** Elements as listings have them, by the name of their set or map: those that foreign rules ask. */
  readonly foreignElements: ReadonlyMap<string, readonly unknown[]>
}

/** A base chain with the table it belongs to. */
export interface HookedChain {
  readonly chain: Chain
  readonly base: BaseChain
  readonly table: TableIndex
}

/** Tables made ready for any number of packets: the base chains of each family and hook, in order. */
export type TablesIndex = Readonly<
  Record<TableFamily, Readonly<Record<Hook, readonly HookedChain[]>>>
>

/** Indexes tables once; all of them are hooked into the same kernel. */
export function indexTables(tables: readonly Table[]): TablesIndex {
  const created = tables.flatMap(table => {
    const index = indexTable(table)
    return table.chains.flatMap(chain =>
      chain.base === undefined
        ? []
        : { family: table.family, chain, base: chain.base, table: index },
    )
  })
  // Of chains with the same priority the kernel runs the newest first (nf_hook_entries_grow).
  const hooked = created.reverse()
  const ofFamily = (family: TableFamily): TablesIndex[TableFamily] => {
    const at = (hook: Hook): readonly HookedChain[] =>
      hooked.filter(one => one.family === family && one.base.hook === hook).sort(inOrder)
    return {
      prerouting: at('prerouting'),
      input: at('input'),
      forward: at('forward'),
      output: at('output'),
      postrouting: at('postrouting'),
    }
  }
  return { ip: ofFamily('ip'), ip6: ofFamily('ip6') }
}

const inOrder = ({ base: a }: HookedChain, { base: b }: HookedChain): number =>
  placeOf(a) - placeOf(b) || a.priority - b.priority

const NAT_PLACES: Readonly<Partial<Record<Hook, number>>> = {
  prerouting: -100,
  output: -100,
  input: 100,
  postrouting: 100,
}

/**
 * When a base chain runs among those of its hook. The kernel calls all NAT chains of a hook from one
 * place of its own (nf_nat_proto.c); their priorities only order them among themselves.
 */
const placeOf = ({ type, hook, priority }: BaseChain): number =>
  type === 'nat' ? (NAT_PLACES[hook] ?? priority) : priority

/** Family and name of a table, as nft writes them. */
export const tableLabel = ({ family, name, inet }: Table): string =>
  `${inet ? 'inet' : family} ${name}`

function indexTable(table: Table): TableIndex {
  const addressTest = addressTests()
  const byName = <T extends { readonly key: readonly string[] }>(
    lists: readonly { readonly name: string; readonly elements: readonly T[] }[],
  ): ReadonlyMap<string, Lookup<T>> =>
    new Map(lists.map(({ name, elements }) => [name, lookupOf(elements, addressTest)]))
  return {
    family: table.family,
    label: tableLabel(table),
    chains: new Map(table.chains.map(chain => [chain.name, chain])),
    sets: byName(table.sets),
    maps: byName(table.maps),
    endpointMaps: byName(table.endpointMaps),
    addressTest,
    foreignElements: foreignElements(table),
  }
}

function foreignElements({ sets, foreign = [] }: Table): ReadonlyMap<string, readonly unknown[]> {
  const typed = sets.map(({ name, elements }) => [name, elements.map(listedKey)] as const)
  const listed = foreign
    .filter(({ type }) => type === 'set' || type === 'map')
    .map(({ name, json }) => {
      const object = JSON.parse(json) as { readonly elem?: unknown }
      return [name, listOf(object.elem)] as const
    })
  return new Map([...typed, ...listed])
}

/** The key of a typed element as listings have it. */
function listedKey({ key }: SetElement): unknown {
  const parts = key.map(part => {
    const [addr, length] = part.split('/')
    return length === undefined ? part : { prefix: { addr, len: Number(length) } }
  })
  return parts.length === 1 ? parts[0] : { concat: parts }
}

/** Finds the element of a set or map that holds a key. */
export type Lookup<T> = (key: readonly string[]) => T | undefined

interface Keyed {
  readonly key: readonly string[]
}

/** Indexes elements by their keys: any number of them answer in the time of a few. */
function lookupOf<T extends Keyed>(
  elements: readonly T[],
  addressTest: (cidr: string) => AddressTest,
): Lookup<T> {
  const exact = new Map<string, T>()
  const intervals: T[] = []
  for (const element of elements) {
    if (element.key.some(isInterval)) intervals.push(element)
    else exact.set(textOf(element.key), element)
  }
  if (intervals.length === 0) return key => exact.get(textOf(key))
  const inIntervals = intervalLookup(intervals, addressTest)
  return key => exact.get(textOf(key)) ?? inIntervals(key)
}

const isInterval = (part: string): boolean => part.includes('/')
const textOf = (key: readonly string[]): string => key.join(' ')

/** Elements whose keys are intervals in the same places, by the rest of their keys. */
interface Shape<T> {
  readonly places: readonly number[]
  readonly byRest: Map<string, T[]>
}

/** Few keys share all their exact parts, so only these are tried one by one. */
function intervalLookup<T extends Keyed>(
  elements: readonly T[],
  addressTest: (cidr: string) => AddressTest,
): Lookup<T> {
  const shapes = new Map<string, Shape<T>>()
  for (const element of elements) {
    const places = element.key.flatMap((part, place) => (isInterval(part) ? [place] : []))
    const shape = shapes.get(places.join()) ?? { places, byRest: new Map() }
    shapes.set(places.join(), shape)
    const rest = restOf(element.key, places)
    const others = shape.byRest.get(rest)
    if (others) others.push(element)
    else shape.byRest.set(rest, [element])
  }
  return key => {
    for (const { places, byRest } of shapes.values()) {
      const candidates = byRest.get(restOf(key, places)) ?? []
      const found = candidates.find(element =>
        places.every(place => addressTest(element.key[place] ?? '')(key[place] ?? '')),
      )
      if (found) return found
    }
    return undefined
  }
}

const restOf = (key: readonly string[], places: readonly number[]): string =>
  textOf(key.filter((_, place) => !places.includes(place)))
