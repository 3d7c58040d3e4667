import { activeOf, type CheckReport } from '../../lint/report.js'
import { countsText } from '../../report/diagnostics.js'

const PLURALS = {
  Service: 'Services',
  EndpointSlice: 'EndpointSlices',
  Endpoints: 'Endpoints',
  Node: 'Nodes',
  ServiceCIDR: 'ServiceCIDRs',
} as const

/** `2 warnings and 1 note in 14 Services, 17 EndpointSlices, 3 Nodes; 1 silenced`. */
export function summaryText(report: CheckReport): string {
  const active = activeOf(report)
  const silenced = report.findings.length - active.length
  const counts = countsText(active.map(({ diagnostic }) => diagnostic)) || 'no findings'
  const kinds = (Object.keys(PLURALS) as (keyof typeof PLURALS)[]).flatMap(kind => {
    const count = report.checked[kind]
    return count === 0 ? [] : [`${count} ${count === 1 ? kind : PLURALS[kind]}`]
  })
  const rest = [
    ...(silenced > 0 ? [`${silenced} silenced`] : []),
    ...(report.isPartial ? ['lints that compare objects did not run because of the errors'] : []),
  ]
  return [`${counts} in ${kinds.join(', ') || 'no objects'}`, ...rest].join('; ')
}
