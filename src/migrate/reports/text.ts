import pc from 'picocolors'
import { CATALOG } from '../../diagnostics/catalog/index.js'
import { oneLine } from '../../report/diagnostics.js'
import { type FindingView, REPORT_FRAMES } from '../../text/frames.js'
import type { Migration } from '../finding.js'
import { type LocatedFinding, type LocatedTouch, locateFindings } from '../positions.js'
import type { MigrationSetting } from './setting.js'

type Colors = ReturnType<typeof pc.createColors>

/** The report for people: a paragraph for each finding, then what could not be told, then a count. */
export function textReport({ findings, notes }: Migration, setting: MigrationSetting): string {
  const colors = pc.createColors(setting.color)
  return REPORT_FRAMES.migrate({
    findings: locateFindings(findings).map(finding => findingView(finding, colors)),
    notes: notes.map(oneLine),
    summary: colors.bold(oneLine(summaryText(findings, setting.node))),
  })
}

/** So many touches of a finding are listed; a large cluster has them all in the JSON. */
const MAX_TOUCHES = 10

function findingView({ code, details, touches }: LocatedFinding, colors: Colors): FindingView {
  const { severity, title, reason, remedy } = CATALOG[code]
  const paint = severity === 'warning' ? colors.yellow : colors.cyan
  const hidden = touches.length - MAX_TOUCHES
  const shown = touches.slice(0, MAX_TOUCHES).map(touchText)
  return {
    heading: `${colors.bold(paint(`${severity}[${code}]:`))} ${colors.bold(title)}`,
    details: details.map(oneLine),
    reason,
    remedy,
    touches: hidden > 0 ? [...shown, `${hidden} more (-o json lists all)`] : shown,
  }
}

/** `shop/web:http (IPv4) at objects.yaml:12:5: 127.0.0.1:30080/tcp`. */
function touchText({ service, portName, family, file, line, column, what }: LocatedTouch): string {
  const port = portName ? `:${portName}` : ''
  return oneLine(`${service.label}${port} (${family}) at ${file}:${line}:${column}: ${what}`)
}

function summaryText(findings: Migration['findings'], node: string): string {
  if (findings.length === 0) return `nothing changes for the traffic of Services on ${node}`
  const counts = (['warning', 'note'] as const).flatMap(severity => {
    const count = findings.filter(({ code }) => CATALOG[code].severity === severity).length
    return count === 0 ? [] : counted(count, severity)
  })
  return `${counted(findings.length, 'finding')} on ${node}: ${counts.join(', ')}`
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
