import type { Match } from '../rules/match.js'
import type { Bucket, RandomChoice, Statement, Verdict } from '../rules/statement.js'
import { isCount, memberNamed, partsOf, withOnly } from './json.js'
import { fieldsOf, modulusOf } from './key.js'
import { mangleOf, masqueradeOf, noteOf, rejectOf } from './listed-statement.js'
import { matchOf } from './match.js'
import { type Scope, setNamed } from './scope.js'
import { socketOf, socketValue } from './socket.js'
import { verdictOf, verdictValue } from './verdict.js'

/** A statement of our vocabulary, from its name and value in JSON; others are undefined. */
export function statementOf(name: string, value: unknown, scope: Scope): Statement | undefined {
  switch (name) {
    case 'reject':
      return rejectOf(value, scope)
    case 'masquerade':
      return masqueradeOf(value)
    case 'mangle':
      return mangleOf(value)
    case 'counter':
    case 'log':
      return noteOf(name, value)
    case 'vmap':
      return vmapOf(value, scope)
    case 'dnat':
      return dnatOf(value, scope)
    case 'set':
      return updateOf(value, scope)
    default:
      return verdictOf(name, value, scope.chains)
  }
}

const MAPPING = new Set(['key', 'data'] as const)

function vmapOf(value: unknown, scope: Scope): Statement | undefined {
  const { family, sets, chains } = scope
  const mapping = withOnly(value, MAPPING)
  const modulus = modulusOf(mapping?.key)
  if (modulus !== undefined) {
    const choice = choiceOf(modulus, mapping?.data, one => verdictValue(one, chains))
    return choice && { kind: 'vmap-random', choice }
  }
  if (memberNamed(mapping?.data, 'set') !== undefined) return casesOf(mapping, scope)
  const key = fieldsOf(family, partsOf(mapping?.key))
  const map = setNamed(mapping?.data, 'map', sets)
  return key === undefined || map === undefined ? undefined : { kind: 'vmap', key, map }
}

type Mapping = { readonly key?: unknown; readonly data?: unknown } | undefined

/** An anonymous verdict map: each of its keys as a test of the same thing. */
function casesOf(mapping: Mapping, scope: Scope): Statement | undefined {
  const elements = memberNamed(mapping?.data, 'set')
  if (!Array.isArray(elements) || elements.length === 0) return undefined
  const cases: { match: Match; verdict: Verdict }[] = []
  for (const element of elements as readonly unknown[]) {
    if (!Array.isArray(element) || element.length !== 2) return undefined
    const comparison = { op: '==', left: mapping?.key, right: element[0] }
    // A test of a named set has no place among the keys of a map.
    const match =
      typeof element[0] === 'string' && element[0].startsWith('@')
        ? undefined
        : matchOf(comparison, scope)
    const verdict = verdictValue(element[1], scope.chains)
    if (match === undefined || verdict === undefined) return undefined
    cases.push({ match, verdict })
  }
  return { kind: 'vmap-cases', cases }
}

/** Far more than any layout has; whoever reads a choice goes through its numbers one by one. */
const MAX_BUCKETS = 2 ** 20

const DNAT = new Set(['family', 'addr', 'port'] as const)

function dnatOf(value: unknown, { family, sets, readIp }: Scope): Statement | undefined {
  const dnat = withOnly(value, DNAT)
  if (dnat === undefined || (dnat.family ?? family) !== family) return undefined
  const mapping = withOnly(memberNamed(dnat.addr, 'map'), MAPPING)
  if (mapping === undefined) {
    const to = socketOf(dnat.addr, dnat.port, readIp)
    return to && { kind: 'dnat', to }
  }
  if (dnat.port !== undefined) return undefined
  const parts = partsOf(mapping.key)
  const modulus = modulusOf(parts.at(-1))
  if (modulus === undefined || modulus > MAX_BUCKETS) return undefined
  if (parts.length === 1) {
    const choice = choiceOf(modulus, mapping.data, one => socketValue(one, readIp))
    return choice && { kind: 'dnat-random', choice }
  }
  const key = fieldsOf(family, parts.slice(0, -1))
  const map = setNamed(mapping.data, 'endpoint-map', sets)
  return key === undefined || map === undefined
    ? undefined
    : { kind: 'dnat-map', key, modulus, map }
}

const UPDATE = new Set(['op', 'elem', 'set'] as const)

function updateOf(value: unknown, { family, sets }: Scope): Statement | undefined {
  const update = withOnly(value, UPDATE)
  if (update?.op !== 'update') return undefined
  const key = fieldsOf(family, partsOf(update.elem))
  const set = setNamed(update.set, 'set', sets)
  return key === undefined || set === undefined ? undefined : { kind: 'update-set', key, set }
}

/** An anonymous map over all numbers of a random choice, each of them once. */
function choiceOf<T>(
  modulus: number,
  data: unknown,
  readValue: (value: unknown) => T | undefined,
): RandomChoice<T> | undefined {
  const elements = memberNamed(data, 'set')
  if (!Array.isArray(elements)) return undefined
  const buckets: Bucket<T>[] = []
  for (const element of elements as readonly unknown[]) {
    if (!Array.isArray(element) || element.length !== 2) return undefined
    const [from, to] = numbersOf(element[0])
    const value = readValue(element[1])
    if (!isCount(from, modulus) || !isCount(to, modulus) || value === undefined) return undefined
    buckets.push({ from, to, value })
  }
  buckets.sort((a, b) => a.from - b.from)
  let next = 0
  for (const { from, to } of buckets) {
    if (from !== next || to < from) return undefined
    next = to + 1
  }
  return next === modulus ? { modulus, buckets } : undefined
}

function numbersOf(value: unknown): readonly unknown[] {
  const range = memberNamed(value, 'range')
  return Array.isArray(range) && range.length === 2 ? range : [value, value]
}
