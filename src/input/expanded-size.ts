import { EVENT_ID, type Event } from 'js-yaml'

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
