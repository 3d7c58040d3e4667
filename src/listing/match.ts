import { FAMILY } from '../rules/build.js'
import type {
  CtState,
  Field,
  L4Protocol,
  ListedMatch,
  MarkOf,
  Match,
  Range,
  Side,
} from '../rules/match.js'
import type { TableFamily } from '../rules/table.js'
import { canonicalJson, isCount, memberNamed, partsOf, soleMember, withOnly } from './json.js'
import { fieldsOf, MAX_PORT, networksOf, protocolOf, type Scope, setNamed } from './values.js'

/** Newer releases may list a single flag without a list around it. */
const localTests = (side: Side): readonly (readonly [unknown, Match])[] =>
  [side, [side]].flatMap(flags => {
    const left = { fib: { result: 'type', flags } }
    return [
      [
        { op: '==', left, right: 'local' },
        { kind: 'local', side },
      ],
      [
        { op: '!=', left, right: 'local' },
        { kind: 'local', side, negate: true },
      ],
    ] as const
  })

/** The tests that are always the same, by their JSON. */
const FIXED: ReadonlyMap<string, Match> = new Map(
  (
    [
      [{ op: 'in', left: { ct: { key: 'state' } }, right: 'new' }, { kind: 'ct-state-new' }],
      [{ op: 'in', left: { ct: { key: 'status' } }, right: 'dnat' }, { kind: 'ct-status-dnat' }],
      ...localTests('saddr'),
      ...localTests('daddr'),
    ] as const satisfies readonly (readonly [unknown, Match])[]
  ).map(([json, match]) => [canonicalJson(json), match]),
)

const MATCH = new Set(['op', 'left', 'right'] as const)
const INTERFACE_NAME = '{"meta":{"key":"iifname"}}'
const MARK = '{"meta":{"key":"mark"}}'

/** A match of our vocabulary from the value of a `match` expression; others are undefined. */
export function matchOf(value: unknown, scope: Scope): Match | undefined {
  const fixed = FIXED.get(canonicalJson(value))
  if (fixed !== undefined) return fixed
  const { op, left, right } = withOnly(value, MATCH) ?? {}
  return ownMatch(op, left, right, scope) ?? listedMatchOf({ op, left, right }, scope.family)
}

/** The words that lowering uses too. */
function ownMatch(op: unknown, left: unknown, right: unknown, scope: Scope): Match | undefined {
  if (op !== '==' && op !== '!=') return undefined
  const negate = op === '!='
  const fields = fieldsOf(scope.family, partsOf(left))
  if (fields !== undefined) return fieldTest(fields, negate, right, scope)
  return canonicalJson(left) === INTERFACE_NAME
    ? interfaceTest(right, negate)
    : ownMarkTest(left, negate, right)
}

function fieldTest(
  key: readonly Field[],
  negate: boolean,
  right: unknown,
  { addresses, readIp, sets }: Scope,
): Match | undefined {
  if (typeof right === 'string' && right.startsWith('@')) {
    const set = setNamed(right, 'set', sets)
    return set === undefined
      ? undefined
      : { kind: 'in-set', key, set, ...(negate ? { negate: true } : {}) }
  }
  const [field] = key
  if (key.length !== 1) return undefined
  if (field === 'l4proto') {
    const protocol = negate ? undefined : protocolOf(right)
    return protocol && { kind: 'protocol', protocol }
  }
  if (field !== 'saddr' && field !== 'daddr') return undefined
  const cidrs = networksOf(right, addresses, readIp)
  if (cidrs === undefined) return undefined
  const [cidr, ...others] = cidrs
  return cidr !== undefined && others.length === 0
    ? { kind: 'address', side: field, negate, cidr }
    : { kind: 'address-in', side: field, negate, cidrs }
}

function interfaceTest(right: unknown, negate: boolean): Match | undefined {
  const found = interfaceName(right)
  if (found === undefined) return undefined
  const prefix = found.endsWith('*')
  return { kind: 'interface', name: prefix ? found.slice(0, -1) : found, prefix, negate }
}

const MARK_BITS = 32
const MAX_MARK_TEST = 2 ** MARK_BITS - 1

/** The constant that the packet mark is combined with by a binary operator. */
export function markOperand(value: unknown, operator: string): number | undefined {
  const operands = memberNamed(value, operator)
  if (!Array.isArray(operands) || operands.length !== 2) return undefined
  const [left, right] = operands as readonly unknown[]
  return canonicalJson(left) === MARK && isCount(right, MAX_MARK_TEST) ? right : undefined
}

const PREFIX = new Set(['addr', 'len'] as const)

function ownMarkTest(left: unknown, negate: boolean, right: unknown): Match | undefined {
  const kind = negate ? 'mark-set' : 'mark-unset'
  const mask = markOperand(left, '&')
  if (mask !== undefined) return right === 0 ? { kind, mark: mask } : undefined
  // nft 1.0.6 takes a mask of the highest bits for a prefix: `mark and 0x80000000 != 0` comes back as
  // `mark != 0/1`.
  const prefix = withOnly(memberNamed(right, 'prefix'), PREFIX)
  if (canonicalJson(left) !== MARK || prefix?.addr !== 0) return undefined
  if (!isCount(prefix.len, MARK_BITS) || prefix.len === 0) return undefined
  return { kind, mark: 2 ** MARK_BITS - 2 ** (MARK_BITS - prefix.len) }
}

/** What a `match` expression compares. */
export interface Comparison {
  readonly op: unknown
  readonly left: unknown
  readonly right: unknown
}

/** A test of other people's rules, if it is one of our vocabulary. */
function listedMatchOf(
  { op, left, right }: Comparison,
  family: TableFamily,
): ListedMatch | undefined {
  const [kind, subject] = soleMember(left) ?? []
  if (kind === 'ct') return ctTest(subject, op, right)
  if (op !== '==' && op !== '!=') return undefined
  const negate = op === '!='
  if (kind === 'payload') {
    return portTest(subject, right, negate) ?? headerTest(subject, right, negate, family)
  }
  return kind === 'meta' ? metaTest(subject, right, negate) : markTest(left, right, negate)
}

/** The members of an anonymous set, or a value that stands alone. */
function valuesOf(right: unknown): readonly unknown[] {
  const members = memberNamed(right, 'set')
  return Array.isArray(members) ? members : [right]
}

/** All values read, or nothing if one of them cannot be, or there is none. */
function readAll<T>(
  right: unknown,
  read: (value: unknown) => T | undefined,
): readonly T[] | undefined {
  const all: T[] = []
  for (const value of valuesOf(right)) {
    const one = read(value)
    if (one === undefined) return undefined
    all.push(one)
  }
  return all.length === 0 ? undefined : all
}

const STATES: readonly unknown[] = [
  'new',
  'established',
  'related',
  'invalid',
  'untracked',
] satisfies CtState[]
const stateOf = (value: unknown): CtState | undefined =>
  STATES.includes(value) ? (value as CtState) : undefined

function ctTest(subject: unknown, op: unknown, right: unknown): ListedMatch | undefined {
  const key = memberNamed(subject, 'key')
  if (key === 'mark') {
    return op === '==' || op === '!='
      ? markIs('connection', undefined, right, op === '!=')
      : undefined
  }
  if (key !== 'state') return undefined
  // A list means any of its flags; compared as a whole it would be true of no packet.
  const isList = Array.isArray(right)
  if (isList ? op !== 'in' : op !== 'in' && op !== '==' && op !== '!=') return undefined
  const states = readAll(isList ? { set: right } : right, stateOf)
  return states && { kind: 'ct-state', negate: op === '!=', states }
}

const PAYLOAD = new Set(['protocol', 'field'] as const)

function portTest(subject: unknown, right: unknown, negate: boolean): ListedMatch | undefined {
  const payload = withOnly(subject, PAYLOAD)
  if (payload?.field !== 'dport') return undefined
  const protocol = payload.protocol === 'th' ? 'th' : TRANSPORT.get(payload.protocol)
  const ranges = readAll(right, rangeOf)
  return protocol && ranges && { kind: 'port', protocol, negate, ranges }
}

const TRANSPORT: ReadonlyMap<unknown, L4Protocol> = new Map(
  (['tcp', 'udp', 'sctp'] as const).map(name => [name, name]),
)

function rangeOf(value: unknown): Range | undefined {
  const range = memberNamed(value, 'range')
  const [from, to] = Array.isArray(range) && range.length === 2 ? range : [value, value]
  return isCount(from, MAX_PORT) && isCount(to, MAX_PORT) && from <= to ? { from, to } : undefined
}

function headerTest(
  subject: unknown,
  right: unknown,
  negate: boolean,
  family: TableFamily,
): ListedMatch | undefined {
  const payload = withOnly(subject, PAYLOAD)
  if (`${payload?.protocol} ${payload?.field}` !== FAMILY[family].protocolField) return undefined
  return protocolTest(right, negate, true)
}

function protocolTest(right: unknown, negate: boolean, header: boolean): ListedMatch | undefined {
  const protocols = readAll(right, protocolWord)
  return protocols && { kind: 'protocol-in', header, negate, protocols }
}

const PROTOCOL = /^[a-z][a-z0-9-]{0,31}$/
const NUMBERED: ReadonlyMap<unknown, string> = new Map([
  [1, 'icmp'],
  [58, 'ipv6-icmp'],
])
const MAX_PROTOCOL = 255

/** nft lists numbers where the machine has no names for them (/etc/protocols). */
function protocolWord(value: unknown): string | undefined {
  if (typeof value === 'string' && PROTOCOL.test(value)) {
    return value === 'icmpv6' ? 'ipv6-icmp' : value
  }
  if (!isCount(value, MAX_PROTOCOL)) return undefined
  return protocolOf(value) ?? NUMBERED.get(value) ?? String(value)
}

const SIDES = ['iif', 'oif', 'iifname', 'oifname'] as const

function metaTest(subject: unknown, right: unknown, negate: boolean): ListedMatch | undefined {
  const key = memberNamed(subject, 'key')
  if (key === 'l4proto') return protocolTest(right, negate, false)
  if (key === 'mark') return markIs('packet', undefined, right, negate)
  if (key === 'nfproto') {
    return right === 'ipv4' || right === 'ipv6'
      ? { kind: 'family', family: right, negate }
      : undefined
  }
  const side = SIDES.find(one => one === key)
  if (side === undefined) return undefined
  const names = readAll(right, interfaceName)
  const isIndex = side === 'iif' || side === 'oif'
  if (names === undefined || (isIndex && names.some(name => name.endsWith('*')))) return undefined
  return { kind: 'interface-in', side, negate, names }
}

const INTERFACE = /^[A-Za-z0-9._:-][A-Za-z0-9._@:-]{0,14}\*?$/

/** A name of an interface; nft writes a star that is not meant as a wildcard behind a backslash. */
const interfaceName = (value: unknown): string | undefined =>
  typeof value === 'string' && INTERFACE.test(value) ? value : undefined

const MAX_MARK = 2 ** 32 - 1
const MARK_OF: ReadonlyMap<string, MarkOf> = new Map([
  ['{"meta":{"key":"mark"}}', 'packet'],
  ['{"ct":{"key":"mark"}}', 'connection'],
])

/** Which mark an expression is. */
export const markOf = (expression: unknown): MarkOf | undefined =>
  MARK_OF.get(canonicalJson(expression))

function markTest(left: unknown, right: unknown, negate: boolean): ListedMatch | undefined {
  const operands = memberNamed(left, '&')
  if (!Array.isArray(operands) || operands.length !== 2) return undefined
  const [subject, mask] = operands as readonly unknown[]
  const of = markOf(subject)
  return of && isCount(mask, MAX_MARK) ? markIs(of, mask, right, negate) : undefined
}

function markIs(
  of: MarkOf,
  mask: number | undefined,
  right: unknown,
  negate: boolean,
): ListedMatch | undefined {
  if (!isCount(right, MAX_MARK)) return undefined
  return { kind: 'mark-is', of, negate, ...(mask === undefined ? {} : { mask }), value: right }
}
