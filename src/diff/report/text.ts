import pc from 'picocolors'
import { type DiffTextView, FRAMES } from '../../text/frames.js'
import { visible } from '../../util/text.js'
import { CHANGE_KIND_NAMES, type ChangeKind } from '../traffic/kinds.js'
import type { Change, Entry, TrafficReport } from '../traffic/report.js'
import { summaryWords } from './verdict.js'
import { changeWords, clientsWords, nodesWords, ownerWords, targetsWords } from './words.js'

type Paint = 'red' | 'yellow' | 'green' | 'cyan'
const PAINT: Readonly<Partial<Record<ChangeKind, Paint>>> = {
  new: 'green',
  lost: 'red',
  refused: 'red',
  dropped: 'red',
  exposed: 'red',
  served: 'green',
  restricted: 'yellow',
}
const WIDTH = Math.max(...CHANGE_KIND_NAMES.map(name => name.length))

/** A difference in traffic for people, by service port; nothing where nothing differs. */
export function trafficText(report: TrafficReport, options: { readonly color: boolean }): string {
  const colors = pc.createColors(options.color)
  const changeView = (
    change: Change,
  ): DiffTextView['groups'][number]['entries'][number]['changes'][number] => {
    const { from, to } = changeWords(change)
    const paint = colors[PAINT[change.kind] ?? 'cyan']
    const clients = clientsWords(change)
    const who = clients === '' ? '' : `${clients}: `
    return {
      kind: paint(change.kind.padEnd(WIDTH)),
      text: visible(`${who}${from} -> ${to}`),
    }
  }
  const several = report.nodes.length > 1
  const onNodes = ({ nodes }: Entry): string => (several ? ` on ${nodesWords(nodes)}` : '')
  const summary = summaryWords(report)
  return FRAMES.diffText({
    groups: report.groups.map(group => ({
      title: colors.bold(visible(ownerWords(group))),
      entries: group.entries.map(entry => ({
        targets: visible(`${targetsWords(entry)}${onNodes(entry)}`),
        changes: entry.changes.map(changeView),
      })),
    })),
    nodes: nodeLines(report).map(visible),
    ...(summary === '' ? {} : { summary: `destinations by change: ${summary}` }),
  })
}

/** What there is to say of nodes that are on one side alone. */
export const nodeLines = ({ addedNodes, removedNodes }: TrafficReport): readonly string[] => [
  ...removedNodes.map(node => `node ${node} is in OLD alone`),
  ...addedNodes.map(node => `node ${node} is in NEW alone`),
]
