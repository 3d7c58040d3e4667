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
