import { jhash } from '../util/jhash.js'
import type { Endpoint } from './endpoint.js'
import type { ServicePort } from './service-port.js'

/**
 * The numbers of buckets that are taken where none is asked for: primes, so that every step through a
 * table comes to all its buckets.
 */
export const BUCKET_NUMBERS = [61, 251, 1021, 4093, 16381] as const
const LARGEST = BUCKET_NUMBERS[4]

/** How many buckets an endpoint gets at least by default: a share is then at most 5 % off. */
const BUCKETS_EACH = 20

/**
 * The number of buckets of a service port: the one asked for, or the first default that gives every
 * known endpoint 20 for each unit of its weight. Endpoints count whatever their state and node: it
 * would move nearly every client if the number changed, so neither readiness nor a traffic policy nor
 * weight 0 may change it.
 */
export function bucketsOf({ hash, endpoints }: Pick<ServicePort, 'hash' | 'endpoints'>): number {
  if (hash?.buckets !== undefined) return hash.buckets
  const needed = BUCKETS_EACH * Math.max(endpoints.length, weightSum(endpoints))
  return BUCKET_NUMBERS.find(number => number >= needed) ?? LARGEST
}

/** The sum of the weights of endpoints in lowest terms. */
export const weightSum = (endpoints: readonly Pick<Endpoint, 'weight'>[]): number =>
  reduced(endpoints).reduce((sum, weight) => sum + weight, 0)

/** Weights divided by what divides them all; where all are 0 they count as equal. */
function reduced(endpoints: readonly Pick<Endpoint, 'weight'>[]): readonly number[] {
  const divisor = endpoints.reduce((found, { weight }) => gcd(found, weight), 0)
  return endpoints.map(({ weight }) => (divisor === 0 ? 1 : weight / divisor))
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/**
 * The endpoint of each bucket by Maglev hashing (Eisenbud et al., NSDI 2016, section 3.4): endpoints
 * take turns, and each takes the first free bucket of an order of its own. When an endpoint comes or
 * goes, most buckets of the others stay.
 *
 * Weights decide how often an endpoint's turn comes, as Cilium has it (pkg/maglev): in the turn n one
 * that had as much as its weight allows by then leaves it to the next one.
 *
 * @param endpoints sorted, so that their order in the objects does not matter; none that weighs 0 gets
 * a bucket, unless all do
 * @param buckets a prime
 */
export function maglevTable<T extends Pick<Endpoint, 'id' | 'weight'>>(
  endpoints: readonly T[],
  buckets: number,
): readonly T[] {
  const weights = reduced(endpoints)
  const takers = endpoints.flatMap((endpoint, index): Taker<T> | readonly [] => {
    const weight = weights[index] ?? 0
    return weight === 0
      ? []
      : { endpoint, weight, next: orderOf(endpoint.id, buckets), due: weight }
  })
  const count = takers.length
  if (count === 0) return []
  // In fractions of 1 / count, so that numbers stay whole.
  const sum = takers.reduce((total, { weight }) => total + weight, 0) * count
  const table = new Array<T | undefined>(buckets).fill(undefined)
  for (let turn = 0; turn < buckets; turn++) {
    let index = turn % count
    while (!mayTake(takers[index], turn, count)) index = (index + 1) % count
    const taker = takers[index] as Taker<T>
    taker.due += sum
    let bucket = taker.next()
    while (table[bucket] !== undefined) bucket = taker.next()
    table[bucket] = taker.endpoint
  }
  return table as readonly T[]
}

/** An endpoint that takes buckets. */
interface Taker<T> {
  readonly endpoint: T
  readonly weight: number
  /** The next bucket in its order, taken or not. */
  readonly next: () => number
  /** What its weight must have come to for another turn. */
  due: number
}

const mayTake = <T>(taker: Taker<T> | undefined, turn: number, count: number): boolean =>
  taker !== undefined && (turn + 1) * taker.weight * count >= taker.due

/** Seeds of the two hashes of an identity. */
const OFFSET_SEED = 0x6f666673
const STEP_SEED = 0x73746570

/** All buckets in an order that only an identity decides: from an offset on, in steps of one width. */
function orderOf(id: string, buckets: number): () => number {
  const bytes = new TextEncoder().encode(id)
  const step = 1 + (jhash(bytes, STEP_SEED) % (buckets - 1))
  let bucket = jhash(bytes, OFFSET_SEED) % buckets
  return () => {
    const taken = bucket
    bucket = (bucket + step) % buckets
    return taken
  }
}
