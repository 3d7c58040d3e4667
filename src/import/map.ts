import type {
  EndpointElement,
  EndpointMap,
  MapElement,
  Origin,
  VerdictMap,
} from '../rules/table.js'
import { type ElementHead, elementHead, type KeyReader } from './element.js'
import { type JsonObject, listOf, soleMember, withOnly } from './json.js'
import { type KeyShape, keyShape } from './key.js'
import { IMPORTED } from './rule.js'
import type { Scope } from './scope.js'
import { socketValue } from './socket.js'
import { verdictValue } from './verdict.js'

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
