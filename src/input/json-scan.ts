const QUOTE = 34
const BACKSLASH = 92

/** Offset behind the string whose opening quote is at `at`, or -1 if it does not end. */
export function skipString(text: string, at: number, end: number): number {
  for (let quote = text.indexOf('"', at + 1); quote >= 0 && quote < end; ) {
    let backslashes = 0
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return quote + 1
    quote = text.indexOf('"', quote + 1)
  }
  return -1
}

/** Offset of the first character from `at` on that is not white space as JSON has it. */
export function skipSpace(text: string, at: number, end: number): number {
  let i = at
  for (; i < end; i++) {
    const c = text.charCodeAt(i)
    if (c !== 32 && c !== 10 && c !== 13 && c !== 9) break
  }
  return i
}

// Everything that JSON may have outside of strings; any other character means it is YAML.
const OUTSIDE = new Uint8Array(128)
for (const c of ' \t\r\n:,+-.0123456789eEtrufalsn') OUTSIDE[c.charCodeAt(0)] = 1
for (const c of '{[') OUTSIDE[c.charCodeAt(0)] = 2
for (const c of '}]') OUTSIDE[c.charCodeAt(0)] = 3

/**
 * Offset behind the JSON value at `at`, or -1 if it is none. Only brackets and strings are looked
 * at: this is for text that was parsed before.
 */
export function skipValue(text: string, at: number, end: number): number {
  let depth = 0
  for (let i = at; i < end; i++) {
    const c = text.charCodeAt(i)
    if (c === QUOTE) {
      i = skipString(text, i, end) - 1
      if (i < 0) return -1
      if (depth === 0) return i + 1
      continue
    }
    const kind = OUTSIDE[c]
    if (kind === 2) depth++
    else if (kind === 3) {
      // At depth 0 the bracket closes the container of a number or literal.
      if (depth === 0) return i
      if (--depth === 0) return i + 1
    } else if (kind !== 1) return -1
    else if (depth === 0 && c === 44) return i
  }
  return depth === 0 ? end : -1
}

/**
 * Calls `visit` with the key (or index) and the offset of each value of the JSON object or array at
 * `at`. False if the text turns out not to be JSON.
 */
export function eachMember(
  text: string,
  at: number,
  end: number,
  visit: (key: string, valueAt: number) => void,
): boolean {
  const isArray = text[at] === '['
  let i = skipSpace(text, at + 1, end)
  for (let index = 0; i < end && text[i] !== ']' && text[i] !== '}'; index++) {
    let key = String(index)
    if (!isArray) {
      const keyEnd = text.charCodeAt(i) === QUOTE ? skipString(text, i, end) : -1
      if (keyEnd < 0) return false
      key = keyOf(text.slice(i, keyEnd))
      i = skipSpace(text, keyEnd, end)
      if (text[i] !== ':') return false
      i = skipSpace(text, i + 1, end)
    }
    visit(key, i)
    i = skipValue(text, i, end)
    if (i < 0) return false
    i = skipSpace(text, i, end)
    if (text[i] === ',') i = skipSpace(text, i + 1, end)
  }
  return i < end
}

function keyOf(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  try {
    return JSON.parse(quoted) as string
  } catch {
    return quoted
  }
}
