/** A line of a restore file or of `iptables-save`; the names of its groups tell which. */
const LINE =
  /^(?:\*(?<table>[a-z]+)|:(?<chain>\S+) \S+(?: \[\d+:\d+\])?|-X (?<deleted>\S+)|(?:\[\d+:\d+\] )?-[AI] .*|COMMIT|#.*|)$/

/** What a text is not that should be an earlier file for iptables. */
export interface NoSave {
  /** Counted from 1. */
  readonly line: number
}

/**
 * The chains that a table has once a restore file is loaded, or had when `iptables-save` printed it; or
 * the line that neither of them writes.
 */
export function chainsOfSave(text: string, table: string): ReadonlySet<string> | NoSave {
  const chains = new Set<string>()
  let current: string | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const groups = LINE.exec(line)?.groups
    if (!groups) return { line: index + 1 }
    current = groups.table ?? current
    if (current !== table) continue
    if (groups.chain !== undefined) chains.add(groups.chain)
    if (groups.deleted !== undefined) chains.delete(groups.deleted)
  }
  return chains
}
