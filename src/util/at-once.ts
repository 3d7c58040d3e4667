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
