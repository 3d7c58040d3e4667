import { visible } from '../util/text.js'

/** A line of a text, fit for a terminal, and the blanks that bring a caret below its column. */
export interface Excerpt {
  readonly line: string
  readonly indent: string
}

const MAX_BEFORE = 60
const MAX_AFTER = 60
const CUT = '...'

/** The line around an offset; of a long one the part around it. `column` counts from 1. */
export function excerptAt(text: string, offset: number, column: number): Excerpt {
  const lineStart = offset - (column - 1)
  const before =
    column - 1 > MAX_BEFORE
      ? text.slice(offset - MAX_BEFORE, offset)
      : text.slice(lineStart, offset)
  const newline = text.indexOf('\n', offset)
  const lineEnd = newline < 0 ? text.length : newline
  const isLong = lineEnd - offset > MAX_AFTER
  const after = text.slice(offset, isLong ? offset + MAX_AFTER : lineEnd).replace(/\r$/, '')
  const left = (column - 1 > MAX_BEFORE ? CUT : '') + visible(before)
  return {
    line: left + visible(after) + (isLong ? CUT : ''),
    // A tab stays a tab, so that the caret stands right whatever the width of tabs is.
    indent: left.replace(/[\ud800-\udbff][\udc00-\udfff]|[^\t]/g, ' '),
  }
}
