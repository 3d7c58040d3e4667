import { quote } from '../util/text.js'

/** A stretch of a text: offsets of its first character and behind its last. */
export interface Range {
  readonly start: number
  readonly end: number
}

// `---` and `...` at the start of a line never stand inside a document (YAML 1.2, 9.1.2).
const MARKER = /(?:^|[\r\n])(?:---|\.\.\.)(?=[ \t\r\n]|$)/g
const END_MARKER_LINE = /\.\.\.[^\r\n]*/y
// A blank line, a comment, a directive, or a document marker with nothing behind it.
const BLANK_LINE = /(?:[ \t]*|%[^\r\n]*|---[ \t]*)(?:#[^\r\n]*)?(?:\r?\n|\r|$)/y

/**
 * The YAML documents of a text, without the empty ones. A document starts with its `---`; splitting
 * before parsing keeps one bad document from spoiling the others, and memory flat.
 */
export function splitDocuments(text: string): Range[] {
  const documents: Range[] = []
  let start = 0
  const add = (end: number): void => {
    if (!isBlank(text, start, end)) documents.push({ start, end })
  }
  for (const match of text.matchAll(MARKER)) {
    const marker = match.index + match[0].length - 3
    add(marker)
    start = marker
    if (text.startsWith('...', marker)) {
      END_MARKER_LINE.lastIndex = marker
      start = marker + (END_MARKER_LINE.exec(text)?.[0].length ?? 0)
    }
  }
  add(text.length)
  return documents
}

function isBlank(text: string, start: number, end: number): boolean {
  BLANK_LINE.lastIndex = start
  while (BLANK_LINE.lastIndex < end) {
    if (!BLANK_LINE.test(text)) return false
  }
  return true
}

const QUOTE = 34
const BACKSLASH = 92

/** Offset behind the string whose opening quote is at `at`, or -1 if it does not end. */
function skipString(text: string, at: number, end: number): number {
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

/** Where a text stops being JSON, and why. */
export interface JsonError {
  readonly offset: number
  readonly message: string
}

/** The JSON values that stand in a text one after the other, up to the first error. */
export interface JsonValues {
  readonly values: readonly Range[]
  readonly error?: JsonError
}

type State = 'top' | 'value' | 'first item' | 'first key' | 'key' | 'colon' | 'after'
type Token = '{' | '[' | '}' | ']' | ':' | ',' | 'string' | 'scalar' | 'end' | 'other'

const EXPECTED: Readonly<Record<State, string>> = {
  top: '"{" or "["',
  value: 'a value',
  'first item': 'a value or "]"',
  'first key': 'a key in double quotes or "}"',
  key: 'a key in double quotes',
  colon: '":"',
  after: '"," or the closing bracket',
}

/**
 * Checks the grammar of a text of one or more JSON objects and arrays, as kubectl calls write them
 * into one pipe. Slower than JSON.parse, which does not tell where it stopped; linear, no recursion.
 */
export function scanJson(text: string, { start, end }: Range): JsonValues {
  const values: Range[] = []
  const open: number[] = []
  let state: State = 'top'
  for (let at = skipSpace(text, start, end); ; at = skipSpace(text, at, end)) {
    const token = tokenAt(text, at, end)
    const next = nextState(state, token, text[open.at(-1) ?? -1])
    if (next === undefined) {
      if (token === 'end' && state === 'top') return { values }
      return { values, error: errorAt(text, at, token, state, open.at(-1)) }
    }
    if (token === '{' || token === '[') open.push(at)
    const behind: number = tokenEnd(text, at, end, token)
    if (behind < 0) return { values, error: badToken(text, at, end, token, open.at(-1)) }
    if (token === '}' || token === ']') {
      const opened = open.pop() ?? at
      if (open.length === 0) values.push({ start: opened, end: behind })
    }
    state = next === 'after' && open.length === 0 ? 'top' : next
    at = behind
  }
}

const TOKENS = '{[}]:,'

function tokenAt(text: string, at: number, end: number): Token {
  if (at >= end) return 'end'
  const c = text[at] ?? ''
  if (TOKENS.includes(c)) return c as Token
  if (c === '"') return 'string'
  return /[-0-9a-z]/.test(c) ? 'scalar' : 'other'
}

function nextState(state: State, token: Token, inside: string | undefined): State | undefined {
  const wantsValue = state === 'value' || state === 'first item'
  switch (token) {
    case '{':
      return wantsValue || state === 'top' ? 'first key' : undefined
    case '[':
      return wantsValue || state === 'top' ? 'first item' : undefined
    case '}':
      return state === 'first key' || (state === 'after' && inside === '{') ? 'after' : undefined
    case ']':
      return state === 'first item' || (state === 'after' && inside === '[') ? 'after' : undefined
    case ':':
      return state === 'colon' ? 'value' : undefined
    case ',':
      if (state !== 'after') return undefined
      return inside === '{' ? 'key' : 'value'
    case 'string':
      if (state === 'key' || state === 'first key') return 'colon'
      return wantsValue ? 'after' : undefined
    case 'scalar':
      return wantsValue ? 'after' : undefined
    case 'end':
    case 'other':
      return undefined
  }
}

const SCALAR =
  /(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null)(?![\w.+-])/y
const WORD = /[\w.+-]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings.
const SUSPECT = /[\u0000-\u001f\\]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings.
const NOT_VERBATIM = /[\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})?/g

/** Offset behind a token, or -1 if it is malformed. */
function tokenEnd(text: string, at: number, end: number, token: Token): number {
  if (token === 'scalar') return matchEnd(SCALAR, text, at)
  if (token !== 'string') return at + 1
  const behind = skipString(text, at, end)
  return behind < 0 || badCharacter(text.slice(at, behind)) >= 0 ? -1 : behind
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

/** Index of the first control character or wrong escape, or -1. */
function badCharacter(string: string): number {
  if (!SUSPECT.test(string)) return -1
  for (const match of string.matchAll(NOT_VERBATIM)) {
    if (match[0].length === 1) return match.index
  }
  return -1
}

function errorAt(text: string, at: number, token: Token, state: State, open = 0): JsonError {
  if (token === 'end') return truncatedAt(text, open)
  if (state === 'top') return { offset: at, message: AFTER_VALUE }
  const found = token === 'string' || token === 'scalar' ? 'another value' : quote(charAt(text, at))
  const closing = text[open] === '{' ? '"}"' : '"]"'
  const expected = state === 'after' ? `"," or ${closing}` : EXPECTED[state]
  return {
    offset: at,
    message: `is not valid JSON: expected ${expected}, but found ${found}`,
  }
}

const AFTER_VALUE =
  'text behind the end of a JSON object (YAML documents need a line of "---" between)'

function badToken(text: string, at: number, end: number, token: Token, open = 0): JsonError {
  if (token === 'string') {
    const bad = badCharacter(text.slice(at, end))
    if (bad < 0) return truncatedAt(text, open)
    const isEscape = text[at + bad] === '\\'
    const message = isEscape ? 'is not valid JSON: unknown escape in a string' : CONTROL
    return { offset: at + bad, message }
  }
  const wordEnd = matchEnd(WORD, text, at)
  if (wordEnd >= end) return truncatedAt(text, open)
  const word = quote(text.slice(at, Math.max(wordEnd, at + 1)))
  return {
    offset: at,
    message: `is not valid JSON: expected a value, but found ${word}`,
  }
}

const CONTROL =
  'is not valid JSON: line break or control character in a string (is its closing quote missing?)'

const charAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0)

const truncatedAt = (text: string, open: number): JsonError => ({
  offset: open,
  message: `is truncated: the text ends before this "${text[open]}" is closed`,
})
