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
