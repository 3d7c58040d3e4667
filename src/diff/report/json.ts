import type { TrafficDiff } from '../../generated/reports.gen.js'
import { visible } from '../../util/text.js'
import { countKinds } from '../traffic/fold.js'
import type { TrafficReport } from '../traffic/report.js'
import { type FailOn, isFailing } from './verdict.js'

/** A difference in traffic as JSON; its shape is src/schema/diff-report.json. */
export function trafficJson(report: TrafficReport, failOn: FailOn): string {
  const counts = countKinds(report)
  const value = {
    apiVersion: 'kubenat.dev/v1',
    kind: 'TrafficDiff',
    nodes: {
      compared: [...report.nodes],
      added: [...report.addedNodes],
      removed: [...report.removedNodes],
    },
    summary: {
      differs: Object.keys(counts).length > 0,
      fails: isFailing(report, failOn),
      counts,
    },
    changes: report.groups.flatMap(({ owner, entries }) =>
      entries.map(({ nodes, targets, changes }) => ({
        ...(owner === undefined ? {} : { service: owner }),
        nodes,
        targets,
        changes,
      })),
    ),
  } satisfies Readonly<Record<keyof TrafficDiff, unknown>>
  // What cannot be seen is escaped, which in JSON is another spelling of the same text.
  const lines = JSON.stringify(value, undefined, 2).split('\n')
  return `${lines.map(visible).join('\n')}\n`
}
