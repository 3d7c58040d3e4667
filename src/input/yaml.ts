import {
  boolYaml11Tag,
  CORE_SCHEMA,
  constructFromEvents,
  defineScalarTag,
  EVENT_ID,
  type Event,
  getScalarValue,
  mergeTag,
  NOT_RESOLVED,
  parseEvents,
  SCALAR_STYLE,
  YAMLException,
} from 'js-yaml'
import { quote } from '../util/text.js'
import type { Range } from './json.js'

/** Why a stretch of text cannot be read. */
export interface LoadError {
  readonly code: 'KN003' | 'KN005' | 'KN006'
  readonly offset: number
  readonly message: string
}

/** One YAML document as plain data, with the offset of its content in the text. */
export interface YamlDocument {
  readonly value: unknown
  readonly offset: number
}

/** The documents of a stretch of text that are not empty, or why they cannot be read. */
export type LoadedYaml =
  | { readonly documents: readonly YamlDocument[]; readonly zeros: readonly LeadingZero[] }
  | { readonly error: LoadError }

// Merging copies keys, so this bounds memory; js-yaml's own limit of 10000 is too low for one List of
// thousands of objects that share a few keys.
const MAX_MERGED_KEYS = 1_000_000

/** Reads YAML documents as kubectl does: see KUBECTL_SCHEMA. Aliased values are shared objects. */
export function loadYaml(text: string, { start, end }: Range): LoadedYaml {
  const source = text.slice(start, end)
  let events: Event[] = []
  try {
    events = parseEvents(source, {})
    const alias = source.includes('*') ? badAlias(events, source) : undefined
    if (alias) return { error: shifted({ code: 'KN006', ...alias }, start) }
    const schema = KUBECTL_SCHEMA
    const options = { schema, source, maxTotalMergeKeys: MAX_MERGED_KEYS }
    const documents = withOffsets(constructFromEvents(events, options), events)
    const zeros = leadingZeros(events, source)
    return {
      documents: documents.map(document => shifted(document, start)),
      zeros: zeros.map(zero => shifted(zero, start)),
    }
  } catch (error) {
    return { error: shifted(loadError(error, events, source), start) }
  }
}

const shifted = <T extends { readonly offset: number }>(value: T, by: number): T => ({
  ...value,
  offset: value.offset + by,
})

function withOffsets(values: readonly unknown[], events: readonly Event[]): YamlDocument[] {
  const documents: YamlDocument[] = []
  let index = 0
  events.forEach((event, i) => {
    if (event.type !== EVENT_ID.DOCUMENT) return
    const value = values[index++]
    const content = events[i + 1]
    if (value === null || content === undefined) return
    if ('start' in content) documents.push({ value, offset: content.start })
    else if ('valueStart' in content) documents.push({ value, offset: content.valueStart })
  })
  return documents
}

function loadError(error: unknown, events: readonly Event[], text: string): LoadError {
  if (!(error instanceof YAMLException)) throw error
  const offset = error.mark?.position ?? 0
  const reason = error.reason
  if (reason === 'duplicated mapping key') {
    const key = events.find(event => 'valueStart' in event && event.valueStart === offset)
    const name = key && 'valueStart' in key ? ` ${quote(getScalarValue(text, key))}` : ''
    return { code: 'KN005', offset, message: `the key${name} stands twice in one mapping` }
  }
  if (reason.startsWith('merge keys exceeded')) {
    const message = `merge keys (<<) copy more than ${MAX_MERGED_KEYS} keys: write them out`
    return { code: 'KN006', offset, message }
  }
  if (reason.startsWith('nesting exceeded')) {
    return { code: 'KN003', offset, message: 'nested deeper than 100 levels' }
  }
  return { code: 'KN003', offset, message: `is not valid YAML: ${reason}` }
}

const DECIMAL = /^[-+]?(?:0|[1-9][0-9]*|0[0-9]*[89][0-9]*)$/
const OTHER_BASE = /^([-+]?)(0x[0-9a-f]+|0b[01]+|0o[0-7]+|0[0-7]+)$/i

/**
 * A plain scalar as an integer the way kubectl reads it (go-yaml v2: `strconv.ParseInt(s, 0, 64)`
 * with underscores dropped): `0644` is octal, `0o17` too, `08` is decimal.
 */
export function kubectlInteger(scalar: string): number | undefined {
  const digits = scalar.includes('_') ? scalar.replaceAll('_', '') : scalar
  if (DECIMAL.test(digits)) return Number(digits)
  const [, sign, body = ''] = OTHER_BASE.exec(digits) ?? []
  if (sign === undefined) return undefined
  // Number() knows all these prefixes but the bare zero of octal numbers.
  const magnitude = Number(/^0[0-7]/.test(body) ? `0o${body.slice(1)}` : body)
  return sign === '-' ? -magnitude : magnitude
}

const integerTag = defineScalarTag<number>('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: [...'-+0123456789'],
  resolve: scalar => kubectlInteger(scalar) ?? NOT_RESOLVED,
  identify: () => false,
})

/** How kubectl reads scalars: YAML 1.1 booleans (y, yes, on ...) and integers, merge keys. */
export const KUBECTL_SCHEMA = CORE_SCHEMA.withTags(boolYaml11Tag, mergeTag, integerTag)

/** An integer with a leading zero and what kubectl reads it as. */
export interface LeadingZero {
  readonly offset: number
  readonly written: string
  readonly value: number
}

const TRIGGER = /(?:^|[\s:,[{-])[-+]?0[0-9_]+(?:$|[\s,\]}:])/
const LEADING_ZERO = /^[-+]?0[0-9_]*[0-9]/

/** Integers with leading zeros among the plain scalars of a document. */
export function leadingZeros(events: readonly Event[], text: string): LeadingZero[] {
  // Nearly no document has one: spare the others the walk over their events.
  if (!TRIGGER.test(text)) return []
  return events.flatMap(event => {
    if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN) return []
    // An explicit tag says what is meant.
    if (event.valueStart < 0 || event.tagStart >= 0) return []
    const written = text.slice(event.valueStart, event.valueEnd)
    const value = LEADING_ZERO.test(written) ? kubectlInteger(written) : undefined
    return value === undefined ? [] : [{ offset: event.valueStart, written, value }]
  })
}

/** Values that aliases may add to a text; honest files stay far below. */
const MAX_ADDED = 1_000_000

/** An alias that must not be followed. */
export interface BadAlias {
  readonly offset: number
  readonly message: string
}

interface Node {
  size: number
  readonly anchor: string | undefined
}

/**
 * The first alias that stands inside of what it refers to, or with which the aliases of a text stand
 * for more than a million values. Counts without expanding: one pass over the events.
 */
export function badAlias(events: readonly Event[], text: string): BadAlias | undefined {
  const anchors = new Map<string, number | 'open'>()
  const stack: Node[] = []
  let added = 0
  const close = (node: Node): void => {
    if (node.anchor !== undefined) anchors.set(node.anchor, node.size)
    const parent = stack.at(-1)
    if (parent) parent.size += node.size
  }
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      const node = stack.pop()
      if (node) close(node)
    } else if (event.type === EVENT_ID.ALIAS) {
      const name = text.slice(event.anchorStart, event.anchorEnd)
      const size = anchors.get(name) ?? 0
      const offset = event.anchorStart - 1
      if (size === 'open')
        return { offset, message: `alias *${name} stands inside of what it refers to` }
      added += size
      if (added > MAX_ADDED) return { offset, message: TOO_MANY }
      close({ size, anchor: undefined })
    } else {
      const anchor = anchorOf(event, text)
      const node = { size: 1, anchor }
      if (event.type === EVENT_ID.SCALAR) close(node)
      else {
        if (anchor !== undefined) anchors.set(anchor, 'open')
        stack.push(node)
      }
    }
  }
  return undefined
}

const TOO_MANY = `aliases expand to more than ${MAX_ADDED} values: write out what they stand for`

const anchorOf = (event: Event, text: string): string | undefined =>
  'anchorStart' in event && event.anchorStart >= 0
    ? text.slice(event.anchorStart, event.anchorEnd)
    : undefined
