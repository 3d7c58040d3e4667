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
