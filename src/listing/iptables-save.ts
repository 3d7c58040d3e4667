import type { PreviousChain } from '../rules/iptables.js'

/** A line of a restore file or of `iptables-save`; the names of its groups tell which. */
const LINE =
  /^(?:\*(?<table>[a-z]+)|:(?<chain>\S+) \S+(?: \[\d+:\d+\])?|-X (?<deleted>\S+)|(?:\[\d+:\d+\] )?-[AI] (?<from>\S+)(?<rule>.*)|COMMIT|# (?<emptied>\S+) is emptied, not removed: (?<by>\S+(?:, \S+)*) refers? to it|#.*|)$/

/** A word of a rule: one in double quotes may hold blanks, and quotes behind a backslash. */
const WORD = /"(?:[^"\\]|\\.)*"|\S+/g

/** What a text is not that should be an earlier file for iptables. */
export interface NoSave {
  /** Counted from 1. */
  readonly line: number
}

/**
 * The chains that a table has once a restore file is loaded, or had when `iptables-save` printed it,
 * each with the chains whose rules lead to it; or the line that neither of them writes.
 */
export function chainsOfSave(text: string, table: string): readonly PreviousChain[] | NoSave {
  const chains = new Map<string, Set<string>>()
  const referrers = (to: string): Set<string> => {
    const known = chains.get(to) ?? new Set<string>()
    chains.set(to, known)
    return known
  }
  const deleted = new Set<string>()
  const declared = new Set<string>()
  let current: string | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const groups = LINE.exec(line)?.groups
    if (!groups) return { line: index + 1 }
    current = groups.table ?? current
    if (current !== table) continue
    const { chain, deleted: gone, from, rule = '', emptied, by = '' } = groups
    if (chain !== undefined) declared.add(chain)
    if (gone !== undefined) deleted.add(gone)
    if (from !== undefined) for (const to of targetsOf(rule)) referrers(to).add(from)
    // An earlier file of ours tells what it has seen in a save.
    if (emptied !== undefined) for (const name of by.split(', ')) referrers(emptied).add(name)
  }
  return [...declared]
    .filter(name => !deleted.has(name))
    .map(name => ({ name, referrers: [...(chains.get(name) ?? [])] }))
}

function targetsOf(rule: string): readonly string[] {
  const words = rule.match(WORD) ?? []
  return words.filter((_, i) => TARGET_OPTIONS.has(words[i - 1] ?? ''))
}

const TARGET_OPTIONS: ReadonlySet<string> = new Set(['-j', '--jump', '-g', '--goto'])
