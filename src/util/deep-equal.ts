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
