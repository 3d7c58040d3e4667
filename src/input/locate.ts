import { type AliasEvent, EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml'
import type { Diagnostic, FieldPath, Place, Source } from '../diagnostics/diagnostic.js'
import { compareText, groupBy } from '../util/collections.js'
import { eachMember, skipSpace } from './json.js'
import { parseIndented } from './yaml.js'

/** A diagnostic with its place in the text, as far as it has one. */
export interface Located {
  readonly diagnostic: Diagnostic
  readonly source?: Source
  readonly position?: Position
}

/** Finds the places of diagnostics, in their order. */
export function locateDiagnostics(diagnostics: readonly Diagnostic[]): Located[] {
  const inObjects = diagnostics.flatMap(({ subject, path }) =>
    subject ? [{ place: subject.place, path }] : [],
  )
  const fields = locateAll(inObjects).values()
  return diagnostics.map(diagnostic => {
    const { subject, at } = diagnostic
    if (subject) return withPosition(diagnostic, subject.place.source, fields.next().value)
    if (!at) return { diagnostic }
    const [position] = at.offset === undefined ? [] : positionsOf(at.source.text, [at.offset])
    return withPosition(diagnostic, at.source, position)
  })
}

const withPosition = (diagnostic: Diagnostic, source: Source, position?: Position): Located =>
  position ? { diagnostic, source, position } : { diagnostic, source }

/** By file, line and column; what belongs to no file comes last. */
export function compareLocated(a: Located, b: Located): number {
  if (!a.source || !b.source) return Number(!a.source) - Number(!b.source)
  return (
    compareText(a.source.name, b.source.name) ||
    (a.position?.offset ?? -1) - (b.position?.offset ?? -1)
  )
}

/** A field of an object, to be found in the text. */
export interface FieldRequest {
  readonly place: Place
  readonly path: FieldPath
}

/**
 * Positions of fields in their sources, in the order of the requests: of the value, or of the nearest
 * parent where the field is missing. One pass over a document for all its requests.
 */
export function locateAll(requests: readonly FieldRequest[]): Position[] {
  const positions: Position[] = []
  const numbered = requests.map((request, index) => ({ ...request, index }))
  for (const [source, ofSource] of groupBy(numbered, ({ place }) => place.source)) {
    const offsets: number[] = []
    const indexes: number[] = []
    for (const ofDocument of groupBy(ofSource, ({ place }) => place.start).values()) {
      offsets.push(...documentOffsets(source, ofDocument))
      indexes.push(...ofDocument.map(({ index }) => index))
    }
    positionsOf(source.text, offsets).forEach((position, i) => {
      positions[indexes[i] ?? 0] = position
    })
  }
  return positions
}

/** Offsets in the source's text for requests that share one document. */
function documentOffsets(source: Source, requests: readonly FieldRequest[]): number[] {
  const [first] = requests
  if (!first) return []
  const { start, end } = first.place
  const paths = requests.map(({ place, path }) => [...place.path, ...path])
  const at = skipSpace(source.text, start, end)
  if (source.text[at] === '{' || source.text[at] === '[') {
    const wanted = wantedTree(paths)
    if (locateJson(source.text, at, end, wanted)) return foundOffsets(wanted, at)
  }
  // Not JSON: block style, or flow style with plain keys.
  const wanted = wantedTree(paths)
  locateYaml(source.text.slice(start, end), wanted)
  return foundOffsets(wanted, at - start).map(offset => start + offset)
}

/**
 * Finds the fields that are wanted of the JSON value at `at`; false if the text is not JSON. Scans it
 * without building anything, because a parser's events for a file of 70 MB take more than a gigabyte.
 */
function locateJson(text: string, at: number, end: number, wanted: Wanted): boolean {
  wanted.offset = at
  if (wanted.children.size === 0 || (text[at] !== '{' && text[at] !== '[')) return true
  const found = new Map<Wanted, number>()
  const isJson = eachMember(text, at, end, (key, valueAt) => {
    const child = wanted.children.get(key)
    // Of a repeated key JSON.parse takes the last.
    if (child) found.set(child, valueAt)
  })
  return isJson && [...found].every(([child, valueAt]) => locateJson(text, valueAt, end, child))
}

/** Finds the fields that are wanted of the YAML document `text`, which was loaded before. */
function locateYaml(text: string, wanted: Wanted): void {
  const parsed = parseIndented(text)
  if ('error' in parsed) return
  const walk: Walk = { text: parsed.source, events: parsed.events, anchored: new Map() }
  // Event 0 opens the document, 1 is its content.
  locateNode(walk, 1, 0, wanted)
  asWritten(wanted, parsed.written)
}

function asWritten(wanted: Wanted, written: (offset: number) => number): void {
  if (wanted.offset !== undefined) wanted.offset = written(wanted.offset)
  for (const child of wanted.children.values()) asWritten(child, written)
}

interface Walk {
  readonly text: string
  readonly events: readonly Event[]
  /** What aliases stand for, as far as it was searched: merges of merges ask for it again and again. */
  readonly anchored: Map<number, number>
}

/** Marks the node at an event index and what is wanted below; `keyAt` stands for an empty value. */
function locateNode(walk: Walk, at: number, keyAt: number, wanted: Wanted): void {
  const event = walk.events[at]
  if (!event) return
  wanted.offset = offsetOf(walk.text, event) ?? keyAt
  if (wanted.children.size > 0) locateChildren(walk, at, wanted)
}

function locateChildren(walk: Walk, at: number, wanted: Wanted): void {
  const event = walk.events[at]
  if (event?.type === EVENT_ID.ALIAS) {
    locateChildren(walk, anchored(walk, event, at), wanted)
  } else if (event?.type === EVENT_ID.SEQUENCE) {
    let index = 0
    for (let i = at + 1; isContent(walk, i); i = behind(walk, i), index++) {
      const child = wanted.children.get(String(index))
      if (child) locateNode(walk, i, wanted.offset ?? 0, child)
    }
  } else if (event?.type === EVENT_ID.MAPPING) {
    locateValues(walk, at, wanted)
  }
}

function locateValues(walk: Walk, at: number, wanted: Wanted): void {
  const merged: number[] = []
  for (let i = at + 1; isContent(walk, i); ) {
    const value = behind(walk, i)
    const key = walk.events[i]
    if (key?.type === EVENT_ID.SCALAR) {
      const name = getScalarValue(walk.text, key)
      const child = wanted.children.get(name)
      if (child) locateNode(walk, value, offsetOf(walk.text, key) ?? 0, child)
      else if (name === '<<' && key.style === SCALAR_STYLE.PLAIN) merged.push(value)
    }
    i = behind(walk, value)
  }
  // What the mapping has itself goes before what it merges, and the first merged before the next.
  for (const source of merged) locateMerged(walk, source, wanted)
}

function locateMerged(walk: Walk, at: number, wanted: Wanted): void {
  const missing = [...wanted.children].filter(([, child]) => child.offset === undefined)
  if (missing.length === 0) return
  const event = walk.events[at]
  const rest: Wanted = { requests: [], children: new Map(missing) }
  if (event?.type !== EVENT_ID.SEQUENCE) {
    locateChildren(walk, at, rest)
    return
  }
  for (let i = at + 1; isContent(walk, i); i = behind(walk, i)) {
    locateMerged(walk, i, rest)
  }
}

/** Index of the node that an alias stands for: the last one before it with that anchor. */
function anchored(walk: Walk, { anchorStart, anchorEnd }: AliasEvent, at: number): number {
  const known = walk.anchored.get(at)
  if (known !== undefined) return known
  const name = walk.text.slice(anchorStart, anchorEnd)
  const target = walk.events.findLastIndex(
    (event, i) =>
      i < at &&
      event.type !== EVENT_ID.ALIAS &&
      'anchorStart' in event &&
      walk.text.slice(event.anchorStart, event.anchorEnd) === name,
  )
  walk.anchored.set(at, target)
  return target
}

const isContent = (walk: Walk, at: number): boolean =>
  at < walk.events.length && walk.events[at]?.type !== EVENT_ID.POP

/** Index of the event behind the node at `at`. */
function behind(walk: Walk, at: number): number {
  let depth = 0
  for (let i = at; i < walk.events.length; i++) {
    const type = walk.events[i]?.type
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++
    else if (type === EVENT_ID.POP) depth--
    if (depth === 0) return i + 1
  }
  return walk.events.length
}

/** Where a node's content starts in the text; undefined for a value that is not written. */
function offsetOf(text: string, event: Event): number | undefined {
  switch (event.type) {
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1
    case EVENT_ID.SCALAR:
      return event.valueStart < 0 ? undefined : scalarOffset(text, event.valueStart, event.style)
    default:
      return undefined
  }
}

function scalarOffset(text: string, valueStart: number, style: number): number {
  if (style === SCALAR_STYLE.PLAIN) return valueStart
  if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) {
    return valueStart - 1
  }
  // The text of a block scalar starts on the line below its `|`: skip its indentation.
  let at = valueStart
  while (text[at] === ' ') at++
  return at
}

/** The fields to be found in one document, as a tree of their paths. */
export interface Wanted {
  /** Indexes of the requests that ask for this very field. */
  readonly requests: number[]
  readonly children: Map<string, Wanted>
  /** Where the field was found. */
  offset?: number
}

/** The tree of some paths; requests are numbered as they come. */
function wantedTree(paths: readonly FieldPath[]): Wanted {
  const root: Wanted = { requests: [], children: new Map() }
  paths.forEach((path, request) => {
    let node = root
    for (const step of path) {
      const key = String(step)
      const child = node.children.get(key) ?? { requests: [], children: new Map() }
      node.children.set(key, child)
      node = child
    }
    node.requests.push(request)
  })
  return root
}

/** Offset for each request: that of its field, or of the nearest parent that was found. */
function foundOffsets(root: Wanted, fallback: number): number[] {
  const offsets: number[] = []
  const visit = (node: Wanted, parent: number): void => {
    const offset = node.offset ?? parent
    for (const request of node.requests) offsets[request] = offset
    for (const child of node.children.values()) visit(child, offset)
  }
  visit(root, fallback)
  return offsets
}

/** A place in a text; line and column count from 1, columns in UTF-16 units as editors count. */
export interface Position {
  readonly offset: number
  readonly line: number
  readonly column: number
}

/** Lines and columns of many offsets, in one pass over the text; the order of `offsets` is kept. */
export function positionsOf(text: string, offsets: readonly number[]): Position[] {
  const order = offsets.map((_, i) => i).sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0))
  const positions: Position[] = []
  let line = 1
  let lineStart = 0
  let newline = text.indexOf('\n')
  for (const i of order) {
    const offset = Math.min(offsets[i] ?? 0, text.length)
    while (newline >= 0 && newline < offset) {
      line++
      lineStart = newline + 1
      newline = text.indexOf('\n', lineStart)
    }
    positions[i] = { offset, line, column: offset - lineStart + 1 }
  }
  return positions
}
