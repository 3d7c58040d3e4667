import { githubData, githubProperties } from '../../report/words.js'
import { FRAMES } from '../../text/frames.js'
import type { Owner } from '../../traffic/packet.js'
import { visible } from '../../util/text.js'
import type { Entry, TrafficReport } from '../traffic/report.js'
import { nodeLines } from './text.js'
import type { FailOn } from './verdict.js'
import { changeWords, clientsWords, nodesWords, ownerWords, targetsWords } from './words.js'

/** Where a service port stands in the input. */
export interface OwnerPosition {
  /** Absent for standard input. */
  readonly file?: string
  readonly line: number
}

/**
 * A difference in traffic as workflow commands of GitHub Actions: a warning at each service port with
 * a change that counts, a notice at each other.
 */
export function trafficGithub(
  report: TrafficReport,
  failOn: FailOn,
  positionOf: (owner: Owner) => OwnerPosition | undefined,
): string {
  const several = report.nodes.length > 1
  const commands = report.groups.map(group => {
    const changes = group.entries.flatMap(entry => entry.changes)
    const title = `Traffic of ${ownerWords(group)}`
    const at = group.owner && positionOf(group.owner)
    const lines = group.entries.flatMap(entry => entryLines(entry, several))
    return commandOf(
      changes.some(({ kind }) => failOn.has(kind)),
      title,
      lines,
      at,
    )
  })
  const nodes = nodeLines(report).map(line => commandOf(failOn.has('node'), 'Nodes', [line]))
  return FRAMES.diffGithub({ commands: [...commands, ...nodes] })
}

function commandOf(counts: boolean, title: string, lines: readonly string[], at?: OwnerPosition) {
  const properties = {
    ...(at?.file === undefined ? {} : { file: at.file, line: String(at.line) }),
    title,
  }
  return {
    level: counts ? ('warning' as const) : ('notice' as const),
    properties: githubProperties(properties),
    message: githubData(lines.map(visible).join('\n')),
  }
}

function entryLines(entry: Entry, several: boolean): readonly string[] {
  const nodes = several ? ` on ${nodesWords(entry.nodes)}` : ''
  return entry.changes.map(change => {
    const { from, to } = changeWords(change)
    const clients = clientsWords(change)
    const who = clients === '' ? '' : `${clients}: `
    return `${targetsWords(entry)}${nodes}: ${change.kind}: ${who}${from} -> ${to}`
  })
}
