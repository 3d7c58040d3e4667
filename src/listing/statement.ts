import type { Match } from '../rules/match.js'
import type {
  Bucket,
  MasqueradeFlag,
  RandomChoice,
  Statement,
  Verdict,
} from '../rules/statement.js'
import type { Origin, Rule, TableFamily } from '../rules/table.js'
import { quote } from '../util/text.js'
import {
  canonicalJson,
  isCount,
  ListingError,
  listOf,
  memberNamed,
  partsOf,
  soleMember,
  withOnly,
} from './json.js'
import { markOf, markOperand, matchOf } from './match.js'
import {
  chainNamed,
  fieldsOf,
  foreign,
  hashOf,
  modulusOf,
  type Scope,
  setNamed,
  socketOf,
  socketValue,
} from './values.js'

/** A statement of our vocabulary, from its name and value in JSON; others are undefined. */
function statementOf(name: string, value: unknown, scope: Scope): Statement | undefined {
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
  const hashed = hashOf(family, parts.at(-1))
  const modulus = hashed?.modulus ?? modulusOf(parts.at(-1))
  if (modulus === undefined || modulus > MAX_BUCKETS) return undefined
  if (parts.length === 1) {
    const choice = choiceOf(modulus, mapping.data, one => socketValue(one, readIp))
    if (choice && hashed) return { kind: 'dnat-hash', hash: hashed.hash, choice }
    return choice && { kind: 'dnat-random', choice }
  }
  const key = fieldsOf(family, parts.slice(0, -1))
  const map = setNamed(mapping.data, 'endpoint-map', sets)
  if (key === undefined || map === undefined) return undefined
  return hashed
    ? { kind: 'dnat-hash-map', key, hash: hashed.hash, modulus, map }
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

/** Port unreachable is what a plain `reject` means; in a table of both families, of either. */
const PLAIN: Readonly<Record<TableFamily, string>> = { ip: 'icmp', ip6: 'icmpv6' }
const REJECT = new Set(['type', 'expr'] as const)
const CODE = /^[a-z][a-z0-9-]{0,31}$/

/** A refusal, with what the sender is told. */
function rejectOf(value: unknown, { family, inet }: Scope): Statement | undefined {
  const { type, expr } = withOnly(value, REJECT) ?? {}
  const plain = inet ? 'icmpx' : PLAIN[family]
  if (type === plain && expr === 'port-unreachable') return { kind: 'reject' }
  if (type === 'tcp reset' && expr === undefined) return { kind: 'reject', answer: { type } }
  const isOwn = type === plain || (inet && type === PLAIN[family])
  if (!isOwn || typeof expr !== 'string' || !CODE.test(expr)) return undefined
  return { kind: 'reject', answer: { type: type as 'icmp' | 'icmpv6' | 'icmpx', code: expr } }
}

const MASQUERADE = new Set(['flags'] as const)
const FLAGS: readonly unknown[] = [
  'random',
  'fully-random',
  'persistent',
] satisfies MasqueradeFlag[]

/** `masquerade` with any flags; one to certain ports is none of ours. */
function masqueradeOf(value: unknown): Statement | undefined {
  if (value === null) return { kind: 'masquerade', flags: [] }
  const given = withOnly(value, MASQUERADE)
  const flags = listOf(given?.flags)
  if (flags.length === 0 || !flags.every(flag => FLAGS.includes(flag))) return undefined
  return flags.length === 1 && flags[0] === 'fully-random'
    ? { kind: 'masquerade' }
    : { kind: 'masquerade', flags: flags as readonly MasqueradeFlag[] }
}

const LOG = new Set(['prefix', 'level', 'group'] as const)
const MAX_GROUP = 65535

/** What only counts or writes down. */
function noteOf(name: 'counter' | 'log', value: unknown): Statement | undefined {
  if (name === 'counter') {
    return typeof value === 'string' ? { kind: 'counter', name: value } : { kind: 'counter' }
  }
  const log = value === null ? {} : withOnly(value, LOG)
  if (log === undefined) return undefined
  const { prefix, level, group } = log
  if (prefix !== undefined && typeof prefix !== 'string') return undefined
  if (level !== undefined && !(typeof level === 'string' && CODE.test(level))) return undefined
  if (group !== undefined && !isCount(group, MAX_GROUP)) return undefined
  return {
    kind: 'log',
    ...(prefix === undefined ? {} : { prefix }),
    ...(level === undefined ? {} : { level }),
    ...(group === undefined ? {} : { group }),
  }
}

const MANGLE = new Set(['key', 'value'] as const)
const ALL_BITS = 2 ** 32 - 1

/** A change of a mark. */
function mangleOf(value: unknown): Statement | undefined {
  const mangle = withOnly(value, MANGLE)
  const of = markOf(mangle?.key)
  if (of === undefined) return undefined
  const given = mangle?.value
  if (of === 'packet') {
    const or = markOperand(given, '|')
    if (or !== undefined) return { kind: 'mark-or', mark: or }
    const xor = markOperand(given, '^')
    if (xor !== undefined) return { kind: 'mark-xor', mark: xor }
  }
  if (isCount(given, ALL_BITS)) return { kind: 'mark-set-to', of, and: 0, or: given }
  const sum = operandsOf(given, '|') ?? { inner: given, number: 0 }
  const mask = operandsOf(sum.inner, '&') ?? { inner: sum.inner, number: ALL_BITS }
  const from = markOf(mask.inner)
  // nft lists the bits that are set anyway as kept ones too.
  const and = mask.number === ALL_BITS ? ALL_BITS : (mask.number & ~sum.number) >>> 0
  return from && { kind: 'mark-set-to', of, from, and, or: sum.number }
}

/** An expression and the constant that it is combined with. */
function operandsOf(
  value: unknown,
  operator: string,
): { readonly inner: unknown; readonly number: number } | undefined {
  const operands = memberNamed(value, operator)
  if (!Array.isArray(operands) || operands.length !== 2) return undefined
  const [inner, number] = operands as readonly unknown[]
  return isCount(number, ALL_BITS) ? { inner, number } : undefined
}

/** Whether a table is switched off by its flags. */
export const isDormant = (flags: unknown): boolean =>
  listOf(flags).some(flag => canonicalJson(flag) === '"dormant"')

const TARGET = new Set(['target'] as const)

/** A verdict of our vocabulary, from its name and value in JSON; others are undefined. */
function verdictOf(name: string, value: unknown, chains: Scope['chains']): Verdict | undefined {
  switch (name) {
    case 'drop':
    case 'accept':
    case 'return':
      return value === null ? { kind: name } : undefined
    case 'jump':
    case 'goto': {
      const chain = chainNamed(withOnly(value, TARGET)?.target, chains)
      return chain === undefined ? undefined : { kind: name, chain }
    }
    default:
      return undefined
  }
}

/** A verdict as the value of a map element. */
export function verdictValue(value: unknown, chains: Scope['chains']): Verdict | undefined {
  const member = soleMember(value)
  return member && verdictOf(member[0], member[1], chains)
}

/** The origin of everything that a listing holds. */
export const IMPORTED: Origin = { concern: 'imported' }

const XT = new Set(['type', 'name'] as const)

/** A comment by iptables-nft, as Docker and the kubelet put on their rules: it fits every packet. */
function isXtComment(name: string, value: unknown): boolean {
  const xt = name === 'xt' ? withOnly(value, XT) : undefined
  return xt?.type === 'match' && xt.name === 'comment'
}

/**
 * A rule from its expressions. What our vocabulary has no word for is kept as it is; a match behind a
 * statement is a statement too, since a rule here tests first and acts then.
 *
 * @throws ListingError if an expression has not the form of one
 */
export function ruleOf(
  expressions: readonly unknown[],
  comment: string | undefined,
  scope: Scope,
): Rule {
  const matches: Match[] = []
  const statements: Statement[] = []
  for (const expression of expressions) {
    const member = soleMember(expression)
    if (member === undefined) {
      throw new ListingError(`has an expression that is none of nft's: ${quote(expression)}`)
    }
    const [name, value] = member
    if (isXtComment(name, value)) continue
    if (name !== 'match') {
      statements.push(statementOf(name, value, scope) ?? foreign(expression))
    } else if (statements.length === 0) {
      matches.push(matchOf(value, scope) ?? foreign(expression))
    } else {
      const match = matchOf(value, scope)
      statements.push(match ? { kind: 'match', match } : foreign(expression))
    }
  }
  return { matches, statements, ...(comment === undefined ? {} : { comment }), origin: IMPORTED }
}
