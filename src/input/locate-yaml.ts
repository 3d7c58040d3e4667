import {
  type AliasEvent,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
} from 'js-yaml'
import type { Wanted } from './wanted.js'

/** Finds the fields that are wanted of the YAML document `text`, which was loaded before. */
export function locateYaml(text: string, wanted: Wanted): void {
  const walk: Walk = { text, events: parseEvents(text, {}), anchored: new Map() }
  // Event 0 opens the document, 1 is its content.
  locateNode(walk, 1, 0, wanted)
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
