import type { Foreign } from '../rules/match.js'
import { isObject } from './json.js'

/** The protocols whose headers an expression may read, as netfilter spells them. */
const HEADERS: ReadonlyMap<unknown, string> = new Map([
  ...['tcp', 'udp', 'sctp', 'icmp', 'dccp', 'udplite', 'ah', 'esp', 'comp', 'igmp', 'gre'].map(
    name => [name, name] as const,
  ),
  ['icmpv6', 'ipv6-icmp'],
])
const NFT_FAMILIES: ReadonlyMap<unknown, 'ipv4' | 'ipv6'> = new Map([
  ['ip', 'ipv4'],
  ['icmp', 'ipv4'],
  ['igmp', 'ipv4'],
  ['ip6', 'ipv6'],
  ['icmpv6', 'ipv6'],
])

/**
 * What a packet must be that an expression can match, by the headers that it reads: nft puts a test for
 * the protocol or the family in front of it, which it does not list.
 */
export function needsOf(expression: unknown): Pick<Foreign, 'protocol' | 'family'> {
  const read = new Set(headersIn(expression))
  const [protocol] = [...read].flatMap(header => HEADERS.get(header) ?? [])
  const [family] = [...read].flatMap(header => NFT_FAMILIES.get(header) ?? [])
  return {
    ...(protocol === undefined ? {} : { protocol }),
    ...(family === undefined ? {} : { family }),
  }
}

/** What is looked at: the left side of a test, the key of a map; NAT and refusals are of a family. */
function headersIn(expression: unknown): unknown[] {
  if (!isObject(expression)) return []
  const { match, vmap, reject } = expression
  if (isObject(match)) return payloadsIn(match.left)
  if (isObject(vmap)) return payloadsIn(vmap.key)
  if (isObject(reject)) return [REFUSALS.get(reject.type)]
  return ['dnat', 'snat', 'redirect', 'masquerade'].flatMap(name => {
    const nat = expression[name]
    return isObject(nat) ? [nat.family] : []
  })
}

const REFUSALS: ReadonlyMap<unknown, string> = new Map([
  ['icmp', 'ip'],
  ['icmpv6', 'ip6'],
])

const OPERATORS = ['&', '|', '^', '<<', '>>', 'concat']

function payloadsIn(value: unknown): unknown[] {
  if (!isObject(value)) return []
  const { payload } = value
  if (isObject(payload)) return [payload.protocol]
  // The operands of an operator are read one and all; of a set, say, only one counts.
  return OPERATORS.flatMap(operator => {
    const operands = value[operator]
    return Array.isArray(operands) ? operands.flatMap(payloadsIn) : []
  })
}
