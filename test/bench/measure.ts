/** The middle of some numbers; of an even count the upper of the two. */
export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

/**
 * Takes several measurements, so many times each, in turn: a slow minute of the machine meets all
 * alike. Returns the results of each.
 */
export async function inTurn<T>(
  runs: number,
  measurements: readonly (() => T | Promise<T>)[],
): Promise<T[][]> {
  const results: T[][] = measurements.map(() => [])
  for (let i = 0; i < runs; i++) {
    for (const [k, measure] of measurements.entries()) results[k]?.push(await measure())
  }
  return results
}

/** Milliseconds since some point in the past. */
export const clock = (): number => Number(process.hrtime.bigint()) / 1e6
