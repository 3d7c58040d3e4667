import type { Endpoint } from '../../model/endpoint.js'
import { type Fraction, fraction } from '../../trace/fraction.js'

/** Weight over the sum of weights; equal shares where all weigh 0. One that weighs 0 gets nothing. */
export function sharesOf(
  endpoints: readonly Endpoint[],
): readonly (readonly [Endpoint, Fraction])[] {
  const total = endpoints.reduce((sum, { weight }) => sum + weight, 0)
  return endpoints
    .filter(({ weight }) => total === 0 || weight > 0)
    .map(one => {
      const share = total === 0 ? fraction(1, endpoints.length) : fraction(one.weight, total)
      return [one, share] as const
    })
}
