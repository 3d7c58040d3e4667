import { type Cidr, familyOf, type Ip } from '../../address/address.js'
import { coverOf, stretchOf } from '../../address/ranges.js'
import type { Field, Match } from '../../rules/match.js'
import type {
  Chain,
  ElementSet,
  EndpointElement,
  EndpointMap,
  ForeignObject,
  KeyType,
  MapElement,
  Rule,
  SetElement,
  Table,
  VerdictMap,
} from '../../rules/table.js'
import { deepEqual, type KeyedDiff, keyedDiff, type Pair } from '../../util/collections.js'

/** A set or map, or whatever else a listing has beside chains: all are made, filled and deleted alike. */
export type NamedSet =
  | (ElementSet & { readonly kind: 'set' })
  | (VerdictMap & { readonly kind: 'map' })
  | (EndpointMap & { readonly kind: 'endpoint-map' })
  | (ForeignObject & { readonly kind: 'foreign' })

export type AnyElement = SetElement | MapElement | EndpointElement

/** The elements of a set that is defined alike on both sides. */
export interface ElementsDiff {
  readonly set: Pair<NamedSet>
  readonly elements: KeyedDiff<AnyElement>
}

/** What turns one table into another; comments of tables, chains and sets do not count. */
export interface TableDiff {
  readonly sets: KeyedDiff<NamedSet>
  /** Of the kept sets, those whose elements differ. */
  readonly elements: readonly ElementsDiff[]
  readonly chains: KeyedDiff<Chain>
}

/**
 * Compares two tables by the names of their objects and the keys of their elements.
 *
 * The elements of sets with a timeout are the packet path's and are not looked at. A comment of a
 * table, chain or set cannot be changed without replacing the object, which none is worth; those of
 * rules and elements are compared with them.
 */
export function diffTables(before: Table, after: Table): TableDiff {
  const sets = keyedDiff(namedSets(before), namedSets(after), placeOf, sameDefinition)
  const elements = sets.kept
    .map(set => ({ set, elements: diffElements(set) }))
    .filter(({ elements }) => !isEmptyDiff(elements))
  return { sets, elements, chains: keyedDiff(before.chains, after.chains, nameOf, sameChain) }
}

/** Whether nothing was added, removed or changed. */
const isEmptyDiff = <T>({ added, removed, changed }: KeyedDiff<T>): boolean =>
  added.length + removed.length + changed.length === 0

/** Whether two tables do not differ in anything that counts. */
export const isUnchanged = ({ sets, elements, chains }: TableDiff): boolean =>
  isEmptyDiff(sets) && elements.length === 0 && isEmptyDiff(chains)

const nameOf = ({ name }: { readonly name: string }): string => name

/** Sets and maps share one space of names; counters and the like have others. */
const placeOf = (set: NamedSet): string =>
  set.kind === 'foreign' && set.type !== 'map' ? `${set.type} ${set.name}` : `set ${set.name}`

const namedSets = ({ sets, maps, endpointMaps, foreign = [] }: Table): readonly NamedSet[] => [
  ...sets.map(set => ({ kind: 'set', ...set }) as const),
  ...maps.map(map => ({ kind: 'map', ...map }) as const),
  ...endpointMaps.map(map => ({ kind: 'endpoint-map', ...map }) as const),
  ...foreign.map(object => ({ kind: 'foreign', ...object }) as const),
]

const sameDefinition = (a: NamedSet, b: NamedSet): boolean =>
  deepEqual(definitionOf(a), definitionOf(b))

/** What a set is made with; to change any of it takes a new set. */
function definitionOf(set: NamedSet): readonly unknown[] {
  switch (set.kind) {
    case 'set':
      return [set.kind, set.key, set.timeout, set.interval]
    case 'map':
      return [set.kind, set.key, set.counters]
    case 'endpoint-map':
      return [set.kind, set.fields.map(typeOfField)]
    case 'foreign':
      return [set.kind, set.json]
  }
}

/** Fields of one type make the same map: only that is in every listing. */
const typeOfField = (field: Field): KeyType =>
  field === 'l4proto' ? 'protocol' : field === 'saddr' || field === 'daddr' ? 'address' : 'port'

const sameChain = (a: Chain, b: Chain): boolean =>
  deepEqual(a.base, b.base) && sameRules(a.rules, b.rules)

/** The elements that the rule set itself has given to a set. */
export const ownElements = (set: NamedSet): readonly AnyElement[] =>
  set.kind === 'foreign' || (set.kind === 'set' && set.timeout !== undefined) ? [] : set.elements

const diffElements = ({ before, after }: Pair<NamedSet>): KeyedDiff<AnyElement> =>
  keyedDiff(ownElements(before), ownElements(after), keyOf, sameElement)

/** A network of one address is that address: nft reads the one and lists the other. */
const keyOf = ({ key }: AnyElement): string =>
  key.map(part => (HOST.test(part) ? part.slice(0, part.indexOf('/')) : part)).join(' . ')
const HOST = /^[\d.]+\/32$|:.*\/128$/

const sameElement = (a: AnyElement, b: AnyElement): boolean =>
  commentOf(a) === commentOf(b) && deepEqual(contentOf(a), contentOf(b))

const commentOf = (element: AnyElement): string | undefined =>
  'comment' in element ? element.comment : undefined

const contentOf = (element: AnyElement): unknown => {
  if ('verdict' in element) return element.verdict
  return 'to' in element ? element.to : undefined
}

/** Whether two rules do the same and say the same; where they come from does not count. */
export const sameRule = (a: Rule, b: Rule): boolean =>
  a.comment === b.comment &&
  sameList(a.matches, b.matches, sameMatch) &&
  deepEqual(a.statements, b.statements)

/** Whether two chains have the same rules in the same order. */
export const sameRules = (a: readonly Rule[], b: readonly Rule[]): boolean =>
  sameList(a, b, sameRule)

const sameList = <T>(
  a: readonly T[],
  b: readonly T[],
  same: (one: T, other: T) => boolean,
): boolean =>
  a.length === b.length &&
  a.every((one, index) => {
    const other = b[index]
    return other !== undefined && same(one, other)
  })

function sameMatch(a: Match, b: Match): boolean {
  if (deepEqual(a, b)) return true
  const [one, other] = [addressTest(a), addressTest(b)]
  return (
    one !== undefined &&
    other !== undefined &&
    one.side === other.side &&
    one.negate === other.negate &&
    deepEqual(covered(one.cidrs), covered(other.cidrs))
  )
}

type AddressIn = Extract<Match, { kind: 'address-in' }>

/** nft writes an anonymous set of one element as that element, and reads both alike. */
function addressTest(match: Match): AddressIn | undefined {
  if (match.kind === 'address-in') return match
  if (match.kind !== 'address') return undefined
  const { side, negate, cidr } = match
  return { kind: 'address-in', side, negate, cidrs: [cidr] }
}

/**
 * The addresses of CIDRs in one spelling: nft sorts and merges the elements of anonymous sets, so that
 * they come back from the kernel in other words.
 */
function covered(cidrs: readonly string[]): readonly string[] {
  const networks = cidrs as readonly (Cidr | Ip)[]
  const [first] = networks
  return first === undefined ? [] : coverOf(familyOf(first), networks.map(stretchOf))
}
