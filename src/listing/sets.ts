import { type Cidr, familyOf, type Ip } from '../address/address.js'
import type {
  ElementSet,
  EndpointElement,
  EndpointMap,
  KeyType,
  MapElement,
  Origin,
  SetElement,
  VerdictMap,
} from '../rules/table.js'
import {
  isCount,
  type JsonObject,
  listOf,
  memberNamed,
  partsOf,
  soleMember,
  withOnly,
} from './json.js'
import { IMPORTED, verdictValue } from './statement.js'
import {
  type AddressReader,
  type KeyShape,
  keyShape,
  MAX_PORT,
  networkOf,
  networksOf,
  protocolOf,
  type Scope,
  socketValue,
} from './values.js'

const SET = new Set([
  'family',
  'table',
  'name',
  'handle',
  'type',
  'comment',
  'flags',
  'timeout',
  'size',
  'auto-merge',
  'elem',
] as const)
const SET_ATTRIBUTES = new Set(['val', 'comment', 'timeout', 'expires'])

/** A named set of our vocabulary; undefined for others. */
export function setOf(
  name: string,
  object: JsonObject,
  { family, readIp }: Pick<Scope, 'family' | 'readIp'>,
): ElementSet | undefined {
  const set = withOnly(object, SET)
  const shape = keyShape(family, set?.type)
  const settings = set && settingsOf(set)
  if (shape === undefined || shape.bucket || settings === undefined) return undefined
  const reader = { shape, interval: settings.interval === true, readIp }
  const elements = readSetElements(set?.elem, reader)
  return elements && { name, key: shape.types, ...settings, elements, origin: IMPORTED }
}

type Settings = Pick<ElementSet, 'comment' | 'timeout' | 'interval' | 'autoMerge'>

/** What nft gives to a dynamic set of no stated size. */
const DYNAMIC_SIZE = 65535
const MAX_SECONDS = 2 ** 32 - 1

function settingsOf(set: JsonObject): Settings | undefined {
  const { flags, timeout, size, comment, 'auto-merge': autoMerge } = set
  if (autoMerge !== undefined && autoMerge !== true) return undefined
  if (comment !== undefined && typeof comment !== 'string') return undefined
  const note = comment === undefined ? {} : { comment }
  const isPlain = timeout === undefined && size === undefined
  if (autoMerge && flagsText(flags) !== 'interval') return undefined
  switch (flagsText(flags)) {
    case '':
      return isPlain ? note : undefined
    case 'interval':
      return isPlain ? { ...note, interval: true, ...(autoMerge ? { autoMerge } : {}) } : undefined
    // nft 1.0.6 does not list the flag `dynamic`.
    case 'timeout':
    case 'dynamic timeout':
      return isCount(timeout, MAX_SECONDS) && (size ?? DYNAMIC_SIZE) === DYNAMIC_SIZE
        ? { ...note, timeout }
        : undefined
    default:
      return undefined
  }
}

const flagsText = (flags: unknown): string =>
  listOf(flags)
    .map(flag => (typeof flag === 'string' ? flag : 'unknown'))
    .sort()
    .join(' ')

function readSetElements(listed: unknown, reader: KeyReader): readonly SetElement[] | undefined {
  const elements: SetElement[] = []
  for (const element of listOf(listed).flatMap(one => wholeNetworks(one, reader))) {
    const head = elementHead(element, reader, SET_ATTRIBUTES)
    if (head === undefined) return undefined
    elements.push({ key: head.key, origin: IMPORTED })
  }
  return elements
}

/** A range of addresses as the networks that make it up; anything else stays what it is. */
function wholeNetworks(
  element: unknown,
  { shape, interval, readIp }: KeyReader,
): readonly unknown[] {
  const range = memberNamed(element, 'range')
  const [first] = Array.isArray(range) ? (range as readonly unknown[]) : []
  const ip = readIp(first)
  if (!interval || ip === undefined || shape.types.join() !== 'address') return [element]
  const networks = networksOf(element, familyOf(ip), readIp)
  return networks?.map(prefixOf) ?? [element]
}

function prefixOf(network: Cidr | Ip): unknown {
  const [addr, len] = network.split('/')
  return len === undefined ? addr : { prefix: { addr, len: Number(len) } }
}

const MAP = new Set([
  'family',
  'table',
  'name',
  'handle',
  'type',
  'map',
  'comment',
  'stmt',
  'elem',
] as const)
const MAP_ATTRIBUTES = new Set(['val', 'comment', 'counter'])

/** A named map of our vocabulary, by what it maps to; undefined for others. */
export type NamedMap =
  | { readonly kind: 'map'; readonly map: VerdictMap }
  | { readonly kind: 'endpoint-map'; readonly map: EndpointMap }

type MapScope = Pick<Scope, 'family' | 'readIp' | 'chains'>

/** A named map; undefined if it is none of ours. */
export function mapOf(name: string, object: JsonObject, scope: MapScope): NamedMap | undefined {
  const map = withOnly(object, MAP)
  const key = keyShape(scope.family, map?.type)
  const counters = map && countersOf(map.stmt)
  const comment = map?.comment
  if (key === undefined || counters === undefined) return undefined
  if (comment !== undefined && typeof comment !== 'string') return undefined
  const named = { name, ...(comment === undefined ? {} : { comment }), origin: IMPORTED }
  const reader = { shape: key, interval: false, readIp: scope.readIp }
  if (map?.map === 'verdict') {
    if (key.bucket) return undefined
    const elements = readMapElements(map.elem, reader, value => verdictIn(value, scope))
    const own = { key: key.types, ...(counters ? ({ counters } as const) : {}) }
    return elements && { kind: 'map', map: { ...named, ...own, elements } }
  }
  if (!key.bucket || counters || !isSocket(keyShape(scope.family, map?.map))) return undefined
  const elements = readMapElements(map?.elem, reader, value => endpointIn(value, scope))
  return elements && { kind: 'endpoint-map', map: { ...named, fields: key.fields, elements } }
}

const verdictIn = (
  value: unknown,
  { chains }: MapScope,
): Pick<MapElement, 'verdict'> | undefined => {
  const verdict = verdictValue(value, chains)
  return verdict && { verdict }
}

const endpointIn = (
  value: unknown,
  { readIp }: MapScope,
): Pick<EndpointElement, 'to'> | undefined => {
  const to = socketValue(value, readIp)
  return to && { to }
}

/** Whether a map's elements count; undefined if they do anything else. */
function countersOf(statements: unknown): boolean | undefined {
  if (statements === undefined) return false
  const [statement, ...others] = listOf(statements)
  return others.length === 0 && soleMember(statement)?.[0] === 'counter' ? true : undefined
}

const isSocket = (value: KeyShape | undefined): boolean => value?.types.join() === 'address,port'

function readMapElements<Value extends object>(
  listed: unknown,
  reader: KeyReader,
  readValue: (value: unknown) => Value | undefined,
): readonly (ElementHead & Value & { readonly origin: Origin })[] | undefined {
  const elements: (ElementHead & Value & { readonly origin: Origin })[] = []
  for (const element of listOf(listed)) {
    if (!Array.isArray(element) || element.length !== 2) return undefined
    const head = elementHead(element[0], reader, MAP_ATTRIBUTES)
    const value = readValue(element[1])
    if (head === undefined || value === undefined) return undefined
    elements.push({ ...head, ...value, origin: IMPORTED })
  }
  return elements
}

/** How the keys of one set or map are read. */
export interface KeyReader {
  readonly shape: KeyShape
  /** Whether addresses may be prefixes. */
  readonly interval: boolean
  readonly readIp: AddressReader
}

/** What an element has beside its value. */
export interface ElementHead {
  readonly key: readonly string[]
  readonly comment?: string
}

const MAX_BUCKET = 2 ** 32 - 1

/**
 * The key of an element, with its comment; undefined if it has a part or an attribute of no use here.
 *
 * @param attributes what an element of this set may have beside key and comment
 */
function elementHead(
  element: unknown,
  reader: KeyReader,
  attributes: ReadonlySet<string>,
): ElementHead | undefined {
  const wrapped = memberNamed(element, 'elem')
  if (wrapped === undefined) {
    const key = keyOf(element, reader)
    return key && { key }
  }
  const known = withOnly(wrapped, attributes) as { val?: unknown; comment?: unknown } | undefined
  const key = known && keyOf(known.val, reader)
  if (key === undefined) return undefined
  if (known?.comment === undefined) return { key }
  return typeof known.comment === 'string' ? { key, comment: known.comment } : undefined
}

function keyOf(value: unknown, reader: KeyReader): readonly string[] | undefined {
  const { types, bucket } = reader.shape
  const parts = partsOf(value)
  if (parts.length !== types.length + Number(bucket)) return undefined
  const key: string[] = []
  for (const [place, part] of parts.entries()) {
    const text = partText(types[place], part, reader)
    if (text === undefined) return undefined
    key.push(text)
  }
  return key
}

/** One part of a key; of no type is the bucket. */
function partText(
  type: KeyType | undefined,
  part: unknown,
  { interval, readIp }: KeyReader,
): string | undefined {
  switch (type) {
    case 'address':
      return interval ? networkOf(part, readIp) : readIp(part)
    case 'protocol':
      return protocolOf(part)
    case 'port':
      return isCount(part, MAX_PORT) ? String(part) : undefined
    case undefined:
      return isCount(part, MAX_BUCKET) ? String(part) : undefined
  }
}
