import { type Cidr, familyOf, type Ip } from '../address/address.js'
import { coverOf, stretchOf } from '../address/ranges.js'
import type { Match } from '../rules/match.js'
import type { Rule } from '../rules/table.js'
import { deepEqual } from '../util/collections.js'

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
