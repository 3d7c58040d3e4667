import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { distance } from 'fastest-levenshtein'
import { compareText } from './collections.js'

const MAX_QUOTED = 80

/** JSON.stringify gives up on what is nested too deep, which JSON.parse reads all the same. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'nothing'
  } catch {
    return 'a deeply nested value'
  }
}

/**
 * Foreign text for a message: quoted, escaped so that it cannot drive a terminal, and cut to a length
 * that fits a line.
 */
export function quote(value: unknown): string {
  const text = textOf(value).replace(
    // JSON leaves DEL, the C1 control characters and the Unicode line separators as they are.
    /[\u007f-\u009f\u2028\u2029]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return text.length > MAX_QUOTED
    ? `${text.slice(0, MAX_QUOTED).replace(/[\ud800-\udbff]$/, '')}...`
    : text
}

const MAX_SUGGESTIONS = 3

/** The names most like a misspelt one, nearest first; none that share too little with it. */
export function nearest(name: string, known: Iterable<string>): string[] {
  return [...known]
    .map(candidate => ({ candidate, steps: distance(name, candidate) }))
    .filter(({ candidate, steps }) => steps <= Math.max(2, candidate.length / 2))
    .sort((a, b) => a.steps - b.steps || compareText(a.candidate, b.candidate))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ candidate }) => candidate)
}

/** The names most like a misspelt one as the end of a message; empty where there is none. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const similar = nearest(name, known)
  return similar.length > 0 ? `; did you mean ${similar.join(', ')}?` : ''
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The SHA-256 of a string's UTF-8 text, in hexadecimal. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

/** The beginning of the base32 text of the SHA-256 of a string, eight characters a group. */
export function base32Hash(text: string, groups: 1 | 2): string {
  const digest = sha256(utf8ToBytes(text))
  let out = ''
  let bits = 0
  let left = 0
  for (const byte of digest.subarray(0, groups * 5)) {
    bits = ((bits << 8) | byte) & 0xfff
    left += 8
    for (; left >= 5; left -= 5) out += BASE32[(bits >> (left - 5)) & 31]
  }
  return out
}

// Control characters could drive the terminal; bidirectional marks could turn a line around; line
// separators and lone surrogates cannot be told from what they are next to.
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Foreign text as it may be shown on a terminal: what cannot be seen is spelt `\u001b`. Tabs stay. */
export function visible(text: string): string {
  return text.replace(
    INVISIBLE,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const MAX_LISTED = 8

/** Some of many items, with the number of the rest. */
export function someOf(items: readonly string[], max = MAX_LISTED): string {
  if (items.length <= max) return items.join(', ')
  return `${items.slice(0, max).join(', ')} and ${items.length - max} more`
}

/** `1 endpoint`, `2 endpoints`. */
export const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? '' : 's'}`
