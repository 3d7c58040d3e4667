import type { MasqueradeFlag, Statement } from '../rules/statement.js'
import type { TableFamily } from '../rules/table.js'
import { canonicalJson, isCount, listOf, memberNamed, withOnly } from './json.js'
import { markOf } from './listed-match.js'
import { markOperand } from './match.js'
import type { Scope } from './scope.js'

/** Port unreachable is what a plain `reject` means; in a table of both families, of either. */
const PLAIN: Readonly<Record<TableFamily, string>> = { ip: 'icmp', ip6: 'icmpv6' }
const REJECT = new Set(['type', 'expr'] as const)
const CODE = /^[a-z][a-z0-9-]{0,31}$/

/** A refusal, with what the sender is told. */
export function rejectOf(value: unknown, { family, inet }: Scope): Statement | undefined {
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
export function masqueradeOf(value: unknown): Statement | undefined {
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
export function noteOf(name: 'counter' | 'log', value: unknown): Statement | undefined {
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
export function mangleOf(value: unknown): Statement | undefined {
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
