/** Prints what was measured, and counts what is over its limit. */
export interface Report {
  readonly title: (text: string) => void
  /** A Markdown table: first column to the left, the others to the right. */
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => void
  /** What else is to be known of a table. */
  readonly note: (text: string) => void
  readonly atMost: (what: string, value: number, limit: number, unit?: string) => void
  readonly atLeast: (what: string, value: number, limit: number, unit?: string) => void
  /** How many values were over their limits. */
  readonly over: () => number
}

export function openReport(print: (line: string) => void): Report {
  let over = 0
  const verdict = (what: string, value: number, within: boolean, limit: string, unit: string) => {
    if (!within) over++
    const judged = `${value.toFixed(2).padStart(8)} ${unit.padEnd(2)}  ${within ? 'within' : 'OVER'}`
    print(`${what.padEnd(66)} ${judged} ${limit} ${unit}`.trimEnd())
  }
  return {
    title: text => print(`\n## ${text}\n`),
    table: (head, rows) => {
      const widths = head.map((_, column) =>
        Math.max(...[head, ...rows].map(row => row[column]?.length ?? 0)),
      )
      const line = (cells: readonly string[]) =>
        `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`
      const rule = widths.map((width, i) =>
        i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
      )
      for (const cells of [head, rule, ...rows]) print(line(cells))
      print('')
    },
    note: text => print(`${text}\n`),
    // A value that is no number is within no limit.
    atMost: (what, value, limit, unit = 'x') =>
      verdict(what, value, value <= limit, `${limit}`, unit),
    atLeast: (what, value, limit, unit = 'x') =>
      verdict(what, value, value >= limit, `at least ${limit}`, unit),
    over: () => over,
  }
}
