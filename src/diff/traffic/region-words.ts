import type { Family } from '../../address/address.js'
import { coverOf, type Stretch, stretchOf, withoutContained } from '../../address/ranges.js'
import { EVERYTHING, type Region } from './regions.js'
import type { Source } from './world.js'

/** Addresses as CIDRs and what is to be left out of them; without CIDRs, of all addresses. */
export interface FewWords {
  readonly only?: readonly Source[]
  readonly except?: readonly Source[]
}

/** Names regions by the fewest CIDRs, be it wide ones with exceptions; other regions may be left over. */
export function inFewWords(
  inside: readonly Region[],
  outside: readonly Region[],
  family: Family,
): FewWords {
  const stretches = (regions: readonly Region[]): readonly Stretch[] =>
    regions.flatMap(region => region.stretches)
  const exact = coverOf(family, stretches(inside))
  const wide = withoutContained(inside.map(({ source }) => source))
  const hulls = wide.map(stretchOf)
  const isWithin = ({ first }: Stretch): boolean =>
    hulls.some(hull => hull.first <= first && first <= hull.last)
  const except = coverOf(family, stretches(outside).filter(isWithin))
  if (exact.length <= wide.length + except.length) return { only: exact }
  const isAll = wide.includes(EVERYTHING[family])
  return {
    ...(isAll ? {} : { only: wide }),
    ...(except.length > 0 ? { except } : {}),
  }
}
