import {
  boolYaml11Tag,
  CORE_SCHEMA,
  constructFromEvents,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  EVENT_ID,
  type Event,
  getScalarValue,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  parseEvents,
  SCALAR_STYLE,
  seqTag,
  YAMLException,
} from 'js-yaml'
import type { Range } from './json.js'

/** Why a stretch of text cannot be read. */
export interface LoadError {
  readonly code: 'KN003' | 'KN006'
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
  | {
      readonly documents: readonly YamlDocument[]
      readonly zeros: readonly LeadingZero[]
      readonly duplicates: readonly DuplicateKey[]
    }
  | { readonly error: LoadError }

// Merging copies keys, so this bounds memory; js-yaml's own limit of 10000 is too low for one List of
// thousands of objects that share a few keys.
const MAX_MERGED_KEYS = 1_000_000

/** Reads YAML documents as kubectl does: see KUBECTL_SCHEMA. Aliased values are shared objects. */
export function loadYaml(text: string, { start, end }: Range): LoadedYaml {
  const written = text.slice(start, end)
  const parsed = parseIndented(written)
  if ('error' in parsed) return { error: inWhole(parsed.error, parsed, start) }
  const { events, source } = parsed
  const bad = (source.includes('*') ? badAlias(events, source) : undefined) ?? unreadable(parsed)
  if (bad) return { error: inWhole(bad, parsed, start) }
  const duplicates: DuplicateKey[] = []
  try {
    return {
      documents: withOffsets(construct(parsed, duplicates), events).map(document =>
        inWhole(document, parsed, start),
      ),
      zeros: leadingZeros(events, source).map(zero => inWhole(zero, parsed, start)),
      duplicates: duplicates.map(duplicate => inWhole(duplicate, parsed, start)),
    }
  } catch (error) {
    return { error: inWhole(loadError(error), parsed, start) }
  }
}

/** The events of a text, and the text as the parser was given it. */
interface Parsed {
  readonly source: string
  readonly events: readonly Event[]
  /** The offset in the text as it was written. */
  readonly written: (offset: number) => number
}

const inWhole = <T extends { readonly offset: number }>(
  value: T,
  { written }: Pick<Parsed, 'written'>,
  start: number,
): T => ({ ...value, offset: start + written(value.offset) })

/** What repairs may cost: characters parsed again, over all repairs of one text. */
const MAX_REPARSED = 64e6

/**
 * The events of a text. Inside of brackets and quotes libyaml, which kubectl reads by, asks for no
 * indentation, while YAML 1.2 wants more than that of the key: the continuation lines that lack it get
 * it before the text is parsed again. White space there is folded, so nothing else changes.
 */
export function parseIndented(
  text: string,
): Parsed | { readonly error: LoadError; readonly written: Parsed['written'] } {
  const added: { readonly at: number; readonly length: number }[] = []
  const written = (offset: number): number => {
    let by = 0
    for (const { at, length } of added)
      if (at + by < offset) by += Math.min(length, offset - at - by)
    return offset - by
  }
  let source = text
  for (let reparsed = 0; ; reparsed += source.length) {
    try {
      return { source, events: parseEvents(source, {}), written }
    } catch (error) {
      if (!(error instanceof YAMLException) || error.reason !== 'deficient indentation')
        return { error: loadError(error), written }
      if (reparsed > MAX_REPARSED) return { error: loadError(error), written }
      const at = error.mark?.position ?? 0
      const lineStart = lineStartOf(source, at)
      const before = source.slice(lineStart, at)
      if (before.trim() !== '') {
        // A tab between two words of one line: the parser takes it for indentation.
        source = source.slice(0, lineStart) + before.replaceAll('\t', ' ') + source.slice(at)
        if (!before.includes('\t')) return { error: loadError(error), written }
        continue
      }
      const pad = ' '.repeat(deepestIndent(text) + 1)
      added.push({ at: written(lineStart), length: pad.length })
      added.sort((one, other) => one.at - other.at)
      source = source.slice(0, lineStart) + pad + source.slice(lineStart)
    }
  }
}

const lineStartOf = (text: string, at: number): number =>
  Math.max(text.lastIndexOf('\n', at - 1), text.lastIndexOf('\r', at - 1)) + 1

const deepestIndent = (text: string): number =>
  (text.match(/^ +/gm) ?? []).reduce((deepest, spaces) => Math.max(deepest, spaces.length), 0)

/** The values of all documents; of a key that stands twice kubectl takes the last. */
function construct({ events, source }: Parsed, duplicates: DuplicateKey[]): unknown[] {
  const schema = KUBECTL_SCHEMA
  const options = { schema, source, maxTotalMergeKeys: MAX_MERGED_KEYS }
  try {
    return constructFromEvents([...events], options)
  } catch (error) {
    if (!(error instanceof YAMLException && error.reason === 'duplicated mapping key')) throw error
    duplicates.push(...duplicateKeys(events, source))
    return constructFromEvents([...events], { ...options, json: true })
  }
}

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

function loadError(error: unknown): LoadError {
  if (!(error instanceof YAMLException)) throw error
  const offset = error.mark?.position ?? 0
  const reason = error.reason
  if (reason.startsWith('merge keys exceeded')) {
    const message = `merge keys (<<) copy more than ${MAX_MERGED_KEYS} keys: write them out`
    return { code: 'KN006', offset, message }
  }
  if (reason.startsWith('nesting exceeded')) {
    return { code: 'KN003', offset, message: 'nested deeper than 100 levels' }
  }
  return { code: 'KN003', offset, message: `is not valid YAML: ${reason}` }
}

/** A key that its mapping has before: the offset is that of the later one. */
export interface DuplicateKey {
  readonly offset: number
  readonly key: string
}

/** The keys that stand twice in one mapping, in the order of the text. */
function duplicateKeys(events: readonly Event[], text: string): DuplicateKey[] {
  const found: DuplicateKey[] = []
  // Of each open mapping its keys and whether the next node is a key; of a sequence nothing.
  const open: ({ readonly keys: Set<string>; atKey: boolean } | undefined)[] = []
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) continue
    if (event.type === EVENT_ID.POP) {
      open.pop()
      continue
    }
    const mapping = open.at(-1)
    if (mapping?.atKey && event.type === EVENT_ID.SCALAR && event.valueStart >= 0) {
      const key = getScalarValue(text, event)
      if (mapping.keys.has(key)) found.push({ offset: event.valueStart, key })
      else if (key !== '<<') mapping.keys.add(key)
    }
    if (mapping) mapping.atKey = !mapping.atKey
    if (event.type === EVENT_ID.MAPPING) open.push({ keys: new Set(), atKey: true })
    if (event.type === EVENT_ID.SEQUENCE) open.push(undefined)
  }
  return found
}

const NO_NUMBER = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const SUSPECT = /\\\/|\.(?:inf|nan)/i

/** What YAML 1.2 knows and kubectl refuses: the escape `\/`, and numbers that JSON has no words for. */
function unreadable({ events, source }: Parsed): LoadError | undefined {
  if (!SUSPECT.test(source)) return undefined
  for (const event of events) {
    if (event.type !== EVENT_ID.SCALAR || event.valueStart < 0) continue
    const offset = event.valueStart
    const written = source.slice(offset, event.valueEnd)
    if (event.style === SCALAR_STYLE.DOUBLE_QUOTED && /(?:^|[^\\])(?:\\\\)*\\\//.test(written)) {
      return { code: 'KN003', offset, message: 'is not valid YAML: unknown escape sequence "\\/"' }
    }
    if (event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0 && NO_NUMBER.test(written)) {
      const message = `is not valid YAML: ${written} has no form in JSON, quote it if it is text`
      return { code: 'KN003', offset, message }
    }
  }
  return undefined
}

const DECIMAL = /^[-+]?(?:0|[1-9][0-9]*|0[0-9]*[89][0-9]*)$/
const OTHER_BASE = /^([-+]?)(0x[0-9a-f]+|0b[01]+|0o[0-7]+|0[0-7]+)$/i

/**
 * A plain scalar as an integer the way kubectl reads it (go-yaml v2: `strconv.ParseInt(s, 0, 64)`
 * with underscores dropped): `0644` is octal, `0o17` too, `08` is decimal.
 */
function kubectlInteger(scalar: string): number | undefined {
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

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/

/** A float as go-yaml v2 reads it, with underscores dropped as in integers. */
const floatTag = defineScalarTag<number>('tag:yaml.org,2002:float', {
  implicit: true,
  implicitFirstChars: [...'-+.0123456789'],
  resolve: scalar => {
    const digits = scalar.replaceAll('_', '')
    const value = FLOAT.test(digits) ? Number(digits) : Number.NaN
    return Number.isFinite(value) ? value : NOT_RESOLVED
  },
  identify: () => false,
})

const decoder = new TextDecoder()
const binaryTag = defineScalarTag<string>('tag:yaml.org,2002:binary', {
  resolve: base64 => {
    try {
      return decoder.decode(Uint8Array.from(atob(base64.replace(/\s/g, '')), c => c.charCodeAt(0)))
    } catch {
      return NOT_RESOLVED
    }
  },
  identify: () => false,
})

/** A tag that means nothing to kubectl, `!foo` or `!!set`: the value is what it would be without. */
const unknownTags = [
  defineScalarTag<string>('', {
    matchByTagPrefix: true,
    resolve: scalar => scalar,
    identify: () => false,
  }),
  defineSequenceTag<unknown[]>('', { ...seqTag, matchByTagPrefix: true }),
  defineMappingTag<Record<string, unknown>>('', { ...mapTag, matchByTagPrefix: true }),
]

/**
 * How kubectl reads scalars: YAML 1.1 booleans (y, yes, on ...) and integers, merge keys, `!!binary`;
 * other tags say nothing.
 */
const KUBECTL_SCHEMA = CORE_SCHEMA.withTags(
  boolYaml11Tag,
  mergeTag,
  integerTag,
  floatTag,
  binaryTag,
  ...unknownTags,
)

/** An integer with a leading zero and what kubectl reads it as. */
export interface LeadingZero {
  readonly offset: number
  readonly written: string
  readonly value: number
}

const TRIGGER = /(?:^|[\s:,[{-])[-+]?0[0-9_]+(?:$|[\s,\]}:])/
const LEADING_ZERO = /^[-+]?0[0-9_]*[0-9]/

/** Integers with leading zeros among the plain scalars of a document. */
function leadingZeros(events: readonly Event[], text: string): LeadingZero[] {
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

interface Node {
  size: number
  readonly anchor: string | undefined
}

/**
 * The first alias that stands inside of what it refers to, or with which the aliases of a text stand
 * for more than a million values. Counts without expanding: one pass over the events.
 */
function badAlias(events: readonly Event[], text: string): LoadError | undefined {
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
        return {
          code: 'KN006',
          offset,
          message: `alias *${name} stands inside of what it refers to`,
        }
      added += size
      if (added > MAX_ADDED) return { code: 'KN006', offset, message: TOO_MANY }
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
