/**
 * Bob Jenkins' hash of May 2006 (lookup3) as the kernel has it in include/linux/jhash.h, and nftables in
 * its expression `jhash`: a number of 32 bits from bytes and a seed.
 */
export function jhash(bytes: Uint8Array, seed: number): number {
  let a = (INITIAL + bytes.length + seed) >>> 0
  let b = a
  let c = a
  const word = (at: number): number =>
    (byte(bytes, at) |
      (byte(bytes, at + 1) << 8) |
      (byte(bytes, at + 2) << 16) |
      (byte(bytes, at + 3) << 24)) >>>
    0
  let at = 0
  for (; bytes.length - at > BLOCK; at += BLOCK) {
    a = (a + word(at)) >>> 0
    b = (b + word(at + 4)) >>> 0
    c = (c + word(at + 8)) >>> 0
    for (const [first, second, third] of MIX) {
      a = (((a - c) >>> 0) ^ rotated(c, first)) >>> 0
      c = (c + b) >>> 0
      b = (((b - a) >>> 0) ^ rotated(a, second)) >>> 0
      a = (a + c) >>> 0
      c = (((c - b) >>> 0) ^ rotated(b, third)) >>> 0
      b = (b + a) >>> 0
    }
  }
  if (at === bytes.length) return c
  a = (a + word(at)) >>> 0
  b = (b + word(at + 4)) >>> 0
  c = (c + word(at + 8)) >>> 0
  c = ((c ^ b) - rotated(b, 14)) >>> 0
  a = ((a ^ c) - rotated(c, 11)) >>> 0
  b = ((b ^ a) - rotated(a, 25)) >>> 0
  c = ((c ^ b) - rotated(b, 16)) >>> 0
  a = ((a ^ c) - rotated(c, 4)) >>> 0
  b = ((b ^ a) - rotated(a, 14)) >>> 0
  return ((c ^ b) - rotated(b, 24)) >>> 0
}

/** The kernel's JHASH_INITVAL. */
const INITIAL = 0xdeadbeef
/** Bytes of three words, of which the last block keeps up to all. */
const BLOCK = 12
/** Bits of the rotations of the kernel's __jhash_mix, in two rounds. */
const MIX = [
  [4, 6, 8],
  [16, 19, 4],
] as const

/** Behind the end of the last block stand zeros. */
const byte = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0

const rotated = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits))

/**
 * The hash as a number below a modulus, as the kernel scales it (reciprocal_scale): neighbours in the
 * hash stay neighbours, whatever the modulus.
 */
export const scaled = (hash: number, modulus: number): number =>
  Math.floor((hash * modulus) / 2 ** 32)
