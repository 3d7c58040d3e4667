import { constants, isUtf8 } from 'node:buffer'

/** The text of a file, or why it has none. */
export type Decoded = { readonly text: string } | { readonly problem: string }

/** Most bytes that fit into one string: each byte of UTF-8 makes at most one UTF-16 unit. */
export const MAX_BYTES = constants.MAX_STRING_LENGTH

/** Bytes as UTF-8 text without its byte order mark. Strict: nothing is replaced silently. */
export function decodeText(bytes: Buffer): Decoded {
  if (bytes.length > MAX_BYTES) return { problem: tooLarge(bytes.length) }
  const problem = otherFormat(bytes)
  if (problem) return { problem }
  if (!isUtf8(bytes)) return { problem: `is not valid UTF-8 text (line ${firstBadLine(bytes)})` }
  const nul = bytes.indexOf(0)
  if (nul >= 0) return { problem: `is a binary file (a NUL byte at byte ${nul + 1})` }
  return { text: bytes.toString('utf8', startsWith(bytes, 0xef, 0xbb, 0xbf) ? 3 : 0) }
}

/** The message for an input that no string can hold. */
export function tooLarge(bytes?: number): string {
  const limit = `at most ${Math.floor(MAX_BYTES / 1e6)} MB of one input can be read`
  return bytes === undefined ? limit : `has ${Math.ceil(bytes / 1e6)} MB: ${limit}`
}

function otherFormat(bytes: Buffer): string | undefined {
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) return UTF16
  if (startsWith(bytes, 0x1f, 0x8b)) return 'is compressed with gzip: unpack it first'
  // UTF-16 without a mark: the first character of any object is ASCII, so one of its bytes is 0.
  if (bytes.length >= 4 && bytes[0] !== 0 && bytes[1] === 0 && bytes[3] === 0) return UTF16
  if (bytes.length >= 4 && bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0) return UTF16
  return undefined
}

const UTF16 = 'is UTF-16 text: save it as UTF-8 (Windows PowerShell writes UTF-16 with ">")'

const startsWith = (bytes: Buffer, ...signature: number[]): boolean =>
  signature.every((byte, i) => bytes[i] === byte)

function firstBadLine(bytes: Buffer): number {
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start)
    const end = newline < 0 ? bytes.length : newline + 1
    if (!isUtf8(bytes.subarray(start, end))) return line
    start = end
  }
  return line
}
