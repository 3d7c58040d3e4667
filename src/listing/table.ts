import type { Field } from '../rules/match.js'
import type {
  BaseChain,
  Chain,
  ElementSet,
  EndpointMap,
  ForeignObject,
  Rule,
  Table,
  TableFamily,
} from '../rules/table.js'
import { quote } from '../util/text.js'
import {
  canonicalJson,
  type JsonObject,
  type ListedObject,
  type ListedRule,
  type ListedTable,
  ListingError,
} from './json.js'
import { mapOf, type NamedMap, setOf } from './sets.js'
import { IMPORTED, ruleOf } from './statement.js'
import { addressFamily, addressReader, missing, type Scope, type SetKind } from './values.js'

const TABLE: ReadonlySet<string> = new Set(['family', 'name', 'handle', 'comment'])

/**
 * One table, typed as far as our vocabulary goes; the rest is kept as foreign.
 *
 * @param family that of the packets: a table of the family inet meets those of two
 * @throws ListingError if its objects do not make a table
 */
export function tableOf(listed: ListedTable, family: TableFamily): Table {
  const { name, object } = listed
  const inet = listed.family !== family
  const addresses = addressFamily(family)
  const chains = namesOf(listed.chains)
  const base = { family, inet, addresses, readIp: addressReader(addresses), chains }
  const sets = readSets(listed, base)
  const scope: Scope = { ...base, sets: sets.kinds }
  const rules = rulesByChain(listed.rules, scope)
  const flags: ListedObject = { type: 'table', name, object }
  const foreign = [
    ...(hasOnly(object, TABLE) ? [] : [flags]),
    ...sets.foreign,
    ...listed.chains.filter(chain => !hasOnly(chain.object, CHAIN)),
    ...listed.others,
  ].map(foreignObject)
  const comment = commentOf(object)
  const keys = endpointKeys([...rules.values()].flat())
  return {
    family,
    name,
    ...(comment === undefined ? {} : { comment }),
    sets: sets.sets,
    maps: sets.maps.flatMap(one => (one.kind === 'map' ? [one.map] : [])),
    endpointMaps: sets.maps.flatMap(one =>
      one.kind === 'endpoint-map' ? [withFields(one.map, keys)] : [],
    ),
    chains: listed.chains.map(chain =>
      chainOf(chain.name, chain.object, commentOf(chain.object), rules.get(chain.name) ?? []),
    ),
    ...(foreign.length === 0 ? {} : { foreign }),
    ...(inet ? { inet } : {}),
  }
}

interface Sets {
  readonly sets: readonly ElementSet[]
  readonly maps: readonly NamedMap[]
  readonly foreign: readonly ListedObject[]
  readonly kinds: ReadonlyMap<string, SetKind>
}

function readSets({ sets, maps }: ListedTable, scope: Omit<Scope, 'sets'>): Sets {
  namesOf([...sets, ...maps])
  const kinds = new Map<string, SetKind>()
  const foreign: ListedObject[] = []
  const keep = <T>(listed: ListedObject, made: T | undefined, kindOf: (one: T) => SetKind): T[] => {
    kinds.set(listed.name, made === undefined ? 'foreign' : kindOf(made))
    if (made !== undefined) return [made]
    foreign.push(listed)
    return []
  }
  return {
    sets: sets.flatMap(one => keep(one, setOf(one.name, one.object, scope), () => 'set')),
    maps: maps.flatMap(one => keep(one, mapOf(one.name, one.object, scope), made => made.kind)),
    foreign,
    kinds,
  }
}

/** @throws ListingError for a name that stands twice, since names tell objects apart */
function namesOf(objects: readonly ListedObject[]): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { type, name } of objects) {
    if (names.has(name)) throw new ListingError(`holds the ${type} ${quote(name)} twice`)
    names.add(name)
  }
  return names
}

function rulesByChain(listed: readonly ListedRule[], scope: Scope): ReadonlyMap<string, Rule[]> {
  const rules = new Map([...scope.chains].map(chain => [chain, [] as Rule[]]))
  for (const { chain, expressions, object } of listed) {
    const list = rules.get(chain)
    if (list === undefined) throw missing('chain', chain)
    list.push(ruleOf(expressions, commentOf(object), scope))
  }
  return rules
}

/** The fields that rules look into endpoint maps with, by the name of the map. */
const endpointKeys = (rules: readonly Rule[]): ReadonlyMap<string, readonly Field[]> =>
  new Map(
    rules.flatMap(({ statements }) =>
      statements.flatMap(one =>
        one.kind === 'dnat-map' || one.kind === 'dnat-hash-map'
          ? [[one.map, one.key] as const]
          : [],
      ),
    ),
  )

/** nft 1.0.6 lists the types of a map alone, so its rules say of which protocol its ports are. */
const withFields = (
  map: EndpointMap,
  keys: ReadonlyMap<string, readonly Field[]>,
): EndpointMap => ({ ...map, fields: keys.get(map.name) ?? map.fields })

const commentOf = ({ comment }: JsonObject): string | undefined =>
  typeof comment === 'string' ? comment : undefined

const hasOnly = (object: JsonObject, keys: ReadonlySet<string>): boolean =>
  Object.keys(object).every(key => keys.has(key))

function foreignObject({ type, name, object }: ListedObject): ForeignObject {
  const { handle: _, ...rest } = object
  return { type, name, json: canonicalJson(rest) }
}

const TYPES: readonly unknown[] = ['filter', 'nat', 'route'] satisfies BaseChain['type'][]
const HOOKS: readonly unknown[] = [
  'prerouting',
  'input',
  'forward',
  'output',
  'postrouting',
] satisfies BaseChain['hook'][]
const POLICIES: readonly unknown[] = [undefined, 'accept', 'drop']

/** What a chain may have; anything else is foreign to us. */
const CHAIN: ReadonlySet<string> = new Set([
  'family',
  'table',
  'name',
  'handle',
  'comment',
  'type',
  'hook',
  'prio',
  'policy',
])

/**
 * A chain with its rules.
 *
 * @throws ListingError for a hook that the families of tables here do not have
 */
function chainOf(
  name: string,
  object: JsonObject,
  comment: string | undefined,
  rules: readonly Rule[],
): Chain {
  const base = object.hook === undefined ? {} : { base: baseOf(name, object) }
  return {
    name,
    ...(comment === undefined ? {} : { comment }),
    ...base,
    rules,
    origin: IMPORTED,
  }
}

function baseOf(name: string, { type, hook, prio, policy }: JsonObject): BaseChain {
  const isKnown = TYPES.includes(type) && HOOKS.includes(hook) && POLICIES.includes(policy)
  if (!isKnown || !Number.isInteger(prio)) {
    const found = quote({ type, hook, prio, policy })
    throw new ListingError(`has a base chain ${quote(name)} of an unknown kind: ${found}`)
  }
  return {
    type: type as BaseChain['type'],
    hook: hook as BaseChain['hook'],
    priority: prio as number,
    ...(policy === 'drop' ? { policy } : {}),
  }
}
