import type { Field, Match, Side } from '../rules/match.js'
import { networksOf } from './address.js'
import { canonicalJson, isCount, memberNamed, partsOf, withOnly } from './json.js'
import { fieldsOf } from './key.js'
import { interfaceName, listedMatchOf } from './listed-match.js'
import { protocolOf } from './protocol.js'
import { type Scope, setNamed } from './scope.js'

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
