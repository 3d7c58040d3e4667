import { createHash } from 'node:crypto'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** Bytes whose bits are eight characters, and still an exact number. */
const GROUP = 5

/** The beginning of the base32 text of the SHA-256 of a string, eight characters a group. */
export function base32Hash(text: string, groups: 1 | 2): string {
  const digest = createHash('sha256').update(text).digest()
  let out = ''
  for (let i = 0; i < groups; i++) out += base32(digest.readUIntBE(i * GROUP, GROUP))
  return out
}

function base32(bits: number): string {
  let out = ''
  for (let rest = bits, i = 0; i < 8; i++, rest = Math.floor(rest / 32)) {
    out = (BASE32[rest % 32] ?? '') + out
  }
  return out
}
