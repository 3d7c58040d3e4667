import { markdownCell } from '../../report/words.js'
import { FRAMES } from '../../text/frames.js'
import type { TrafficReport } from '../traffic/report.js'
import { nodeLines } from './text.js'
import { summaryWords } from './verdict.js'
import { changeWords, clientsWords, nodesWords, ownerWords, targetsWords } from './words.js'

/** A difference in traffic as a Markdown table, for reviews: a row for each change. */
export function trafficMarkdown(report: TrafficReport): string {
  const hasNodes = report.nodes.length > 1
  const rows = report.groups.flatMap(group =>
    group.entries.flatMap(entry =>
      entry.changes.map(change => {
        const { from, to } = changeWords(change)
        return {
          service: markdownCell(ownerWords(group)),
          targets: markdownCell(targetsWords(entry)),
          kind: change.kind,
          clients: markdownCell(clientsWords(change)),
          from: markdownCell(from),
          to: markdownCell(to),
          ...(hasNodes ? { nodes: markdownCell(nodesWords(entry.nodes)) } : {}),
        }
      }),
    ),
  )
  const summary = summaryWords(report)
  return FRAMES.diffMarkdown({
    summary:
      summary === ''
        ? 'No difference in traffic.'
        : `Destinations by what changes in their traffic: ${summary}.`,
    hasRows: rows.length > 0,
    hasNodes,
    rows,
    nodes: nodeLines(report).map(markdownCell),
  })
}
