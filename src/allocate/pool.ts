import type { Service, ServicePortSpec } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import { sha256Hex } from '../util/text.js'

/** Numbers from first to last, both included; empty if last is less than first. */
export interface Band {
  readonly first: bigint
  readonly last: bigint
}

/** Numbers to give out. */
export interface NumberPool {
  /** In order of preference. */
  readonly bands: readonly Band[]
  /** What is never given (again). Grows only. */
  readonly taken: Set<bigint>
  /** The bands that may have a number left. */
  readonly left: Band[]
}

/** A pool of some bands, without the numbers that others hold already. */
export const numberPool = (bands: readonly Band[], taken: Iterable<bigint>): NumberPool => ({
  bands,
  taken: new Set(taken),
  left: [...bands],
})

/** Whether a number is of the pool at all, taken or not. */
export const isInPool = ({ bands }: NumberPool, number: bigint): boolean =>
  bands.some(({ first, last }) => first <= number && number <= last)

/** Takes one number out of the pool; false if it is not in it or taken. */
export function take(pool: NumberPool, number: bigint): boolean {
  if (!isInPool(pool, number) || pool.taken.has(number)) return false
  pool.taken.add(number)
  return true
}

/**
 * Takes the number that belongs to a key: its hash points into a band, and the next free number there
 * is it. So it depends on other keys only where they meet. `undefined` when nothing is left.
 */
export function takeFor(pool: NumberPool, key: string): bigint | undefined {
  const hash = BigInt(`0x${sha256Hex(key).slice(0, 32)}`)
  for (let band = pool.left[0]; band !== undefined; band = pool.left[0]) {
    const number = firstFree(band, hash, pool.taken)
    if (number !== undefined) {
      pool.taken.add(number)
      return number
    }
    // Nothing is ever given back: never search a full band again.
    pool.left.shift()
  }
  return undefined
}

function firstFree(
  { first, last }: Band,
  hash: bigint,
  taken: ReadonlySet<bigint>,
): bigint | undefined {
  const size = last - first + 1n
  if (size <= 0n) return undefined
  const start = first + (hash % size)
  for (let number = start; number <= last; number++) if (!taken.has(number)) return number
  for (let number = first; number < start; number++) if (!taken.has(number)) return number
  return undefined
}

/**
 * The upper and the lower band of a range of so many numbers. The API server keeps the lower one for
 * explicit values and falls back to it last (KEP-3070, KEP-3668): size/step numbers, at least 16 and
 * at most `most`; none where the range has no more than 16.
 */
export function splitRange(
  { first, last }: Band,
  size: bigint,
  step: bigint,
  most: bigint,
): readonly [upper: Band, lower: Band] {
  const least = 16n
  const share = size / step
  const offset = size <= least ? 0n : share < least ? least : share > most ? most : share
  return [
    { first: first + offset, last },
    { first, last: first + offset - 1n },
  ]
}

/** A Service in the allocation file: `namespace/name`. */
export const serviceKey = ({ namespace, name }: InputObject<Service>): string =>
  `${namespace}/${name}`

/** A port of a Service in the allocation file: `TCP/80`, which is unique in its Service. */
export const portKey = ({ protocol = 'TCP', port }: ServicePortSpec): string =>
  `${protocol}/${port}`
