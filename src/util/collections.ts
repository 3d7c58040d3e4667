/** Sorts items into lists by key; keys and items keep the order of their first appearance. */
export function groupBy<K, T>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

/** One item on either side. */
export interface Pair<T> {
  readonly before: T
  readonly after: T
}

/** What became of the items of a list, by key. */
export interface KeyedDiff<T> {
  readonly added: readonly T[]
  readonly removed: readonly T[]
  readonly changed: readonly Pair<T>[]
  /** Those that are equal. */
  readonly kept: readonly Pair<T>[]
}

/**
 * Compares two lists by the keys of their items, which are unique in each; their order does not count.
 * Removed items come in the order before, all others in the order after.
 */
export function keyedDiff<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
  equal: (before: T, after: T) => boolean,
): KeyedDiff<T> {
  const left = new Map(before.map(item => [keyOf(item), item]))
  const added: T[] = []
  const changed: Pair<T>[] = []
  const kept: Pair<T>[] = []
  for (const item of after) {
    const key = keyOf(item)
    const earlier = left.get(key)
    left.delete(key)
    if (earlier === undefined) added.push(item)
    else (equal(earlier, item) ? kept : changed).push({ before: earlier, after: item })
  }
  return { added, removed: [...left.values()], changed, kept }
}

/** Whether two values of JSON have the same contents; the order of keys does not count. */
export function deepEqual(left: unknown, right: unknown): boolean {
  // A list of what is left to compare instead of recursion: input may be nested arbitrarily deep.
  const pending: [unknown, unknown][] = [[left, right]]
  for (let pair = pending.pop(); pair; pair = pending.pop()) {
    const [a, b] = pair
    if (Object.is(a, b)) continue
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
    if (Array.isArray(a) !== Array.isArray(b)) return false
    const keys = Object.keys(a)
    if (keys.length !== Object.keys(b).length) return false
    for (const key of keys) {
      if (!Object.hasOwn(b, key)) return false
      pending.push([(a as Contents)[key], (b as Contents)[key]])
    }
  }
  return true
}

type Contents = Readonly<Record<string, unknown>>

/** Orders two strings by UTF-16 code units: the same on every machine, whatever its locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Does a job for every item, no more than so many at once; rejects with the first failure. */
export async function forEachAtOnce<T>(
  limit: number,
  items: Iterable<T>,
  job: (item: T) => Promise<unknown>,
): Promise<void> {
  const queue = items[Symbol.iterator]()
  const work = async (): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) await job(next.value)
  }
  await Promise.all(Array.from({ length: limit }, work))
}
