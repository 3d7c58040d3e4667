import { type AddressTest, addressTests } from '../address/ranges.js'
import type {
  BaseChain,
  Chain,
  EndpointElement,
  MapElement,
  SetElement,
  Table,
  TableFamily,
} from '../rules/table.js'
import { type Lookup, lookupOf } from './lookup.js'
import type { Hook } from './packet.js'

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
  }
}
