import { quote } from '../util/text.js'
import { skipSpace, skipString } from './json-scan.js'
import type { Range } from './split-documents.js'

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
