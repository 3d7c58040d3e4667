// A second opinion of stable hashing, from the papers: lookup3 as Bob Jenkins published it, and
// Maglev's table from lists of preferences. It knows nothing of the program but the seeds.

/** hashlittle() of lookup3.c for a machine of little endian, in arithmetic without bounds. */
export function lookup3(bytes: readonly number[], seed: number): number {
  const wrap = (number: bigint): bigint => BigInt.asUintN(32, number)
  const rot = (x: bigint, k: bigint): bigint => wrap((x << k) | (wrap(x) >> (32n - k)))
  const words: bigint[] = []
  for (let i = 0; i < bytes.length; i += 4) {
    const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = bytes.slice(i, i + 4)
    words.push(BigInt(b0) + (BigInt(b1) << 8n) + (BigInt(b2) << 16n) + (BigInt(b3) << 24n))
  }
  const start = wrap(0xdeadbeefn + BigInt(bytes.length) + BigInt(seed))
  let [a, b, c] = [start, start, start]
  while (words.length > 3) {
    const [x = 0n, y = 0n, z = 0n] = words.splice(0, 3)
    a = wrap(a + x)
    b = wrap(b + y)
    c = wrap(c + z)
    a = wrap(a - c) ^ rot(c, 4n)
    c = wrap(c + b)
    b = wrap(b - a) ^ rot(a, 6n)
    a = wrap(a + c)
    c = wrap(c - b) ^ rot(b, 8n)
    b = wrap(b + a)
    a = wrap(a - c) ^ rot(c, 16n)
    c = wrap(c + b)
    b = wrap(b - a) ^ rot(a, 19n)
    a = wrap(a + c)
    c = wrap(c - b) ^ rot(b, 4n)
    b = wrap(b + a)
  }
  if (words.length === 0) return Number(c)
  const [x = 0n, y = 0n, z = 0n] = words
  a = wrap(a + x)
  b = wrap(b + y)
  c = wrap(c + z)
  c = wrap((c ^ b) - rot(b, 14n))
  a = wrap((a ^ c) - rot(c, 11n))
  b = wrap((b ^ a) - rot(a, 25n))
  c = wrap((c ^ b) - rot(b, 16n))
  a = wrap((a ^ c) - rot(c, 4n))
  b = wrap((b ^ a) - rot(a, 14n))
  return Number(wrap((c ^ b) - rot(b, 24n)))
}

const ascii = (text: string): number[] => [...text].map(letter => letter.charCodeAt(0))

/** What a table is made for. */
export interface Weighed {
  readonly id: string
  readonly weight: number
}

/** The id of each bucket, by POPULATE of the paper, with turns as Cilium's GetLookupTable gives them. */
export function lookupTable(all: readonly Weighed[], size: number): string[] {
  const isDrained = all.every(({ weight }) => weight === 0)
  const backends = all
    .map(({ id, weight }) => ({ id, weight: isDrained ? 1 : weight }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const permutations = backends.map(({ id }) => {
    const offset = lookup3(ascii(id), 0x6f666673) % size
    const skip = (lookup3(ascii(id), 0x73746570) % (size - 1)) + 1
    return Array.from({ length: size }, (_, j) => (offset + j * skip) % size)
  })
  const sum = backends.reduce((total, { weight }) => total + weight, 0)
  const counters = backends.map(({ weight }) => weight / backends.length)
  const entries: (string | undefined)[] = Array.from({ length: size })
  for (let n = 0; n < size && backends.length > 0; n++) {
    let i = n % backends.length
    while ((n + 1) * (backends[i]?.weight ?? 0) < (counters[i] ?? 0) - 1e-9) {
      i = (i + 1) % backends.length
    }
    counters[i] = (counters[i] ?? 0) + sum
    const bucket = permutations[i]?.find(one => entries[one] === undefined) ?? 0
    entries[bucket] = backends[i]?.id
  }
  return entries.map(one => one ?? '')
}

/** Buckets where the objects ask for none. */
export function sizeFor(all: readonly Weighed[]): number {
  const divisor = all.reduce((found, { weight }) => gcd(found, weight), 0)
  const sum = all.reduce((total, { weight }) => total + (divisor === 0 ? 1 : weight / divisor), 0)
  const needed = 20 * Math.max(sum, all.length)
  return [61, 251, 1021, 4093].find(size => size >= needed) ?? 16381
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/** The bucket of a client whose address is given as bytes, with a source port or without. */
export function bucketOf(
  address: readonly number[],
  port: number | undefined,
  size: number,
): number {
  const key = port === undefined ? address : [...address, Math.floor(port / 256), port % 256, 0, 0]
  return Number((BigInt(lookup3(key, 0x6b756265)) * BigInt(size)) >> 32n)
}
