import type { Endpoint } from '../model/endpoint.js'

/** An endpoint with its share of new flows: weight over the sum of the weights of its list. */
export interface Backend {
  readonly endpoint: Endpoint
  /** 0 takes no new flows. */
  readonly weight: number
}

/**
 * The shares of a list of endpoints, reduced by their greatest common divisor, so that equal weights
 * are all 1. Where every endpoint weighs 0 they count as equal: traffic that has nowhere else to go
 * had better go somewhere.
 */
export function weigh(endpoints: readonly Endpoint[]): readonly Backend[] {
  const divisor = endpoints.reduce((divisor, { weight }) => gcd(divisor, weight), 0)
  return endpoints.map(endpoint => ({
    endpoint,
    weight: divisor === 0 ? 1 : endpoint.weight / divisor,
  }))
}

/** Whether a list has weights and all of them are 0. */
export const allDrained = (endpoints: readonly Endpoint[]): boolean =>
  endpoints.length > 0 && endpoints.every(({ weight }) => weight === 0)

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
