import pc from 'picocolors'
import { CATALOG } from '../diagnostics/catalog/index.js'
import type { MigrateFinding, MigrateReport, MigrateTouch } from '../generated/reports.gen.js'
import { locateAll } from '../input/locate.js'
import { oneLine } from '../report/diagnostics.js'
import { type FindingView, REPORT_FRAMES } from '../text/frames.js'
import { visible } from '../util/text.js'
import type { Finding, Migration, Touch } from './finding.js'

/** The formats of a migration report, by the name that users give. */
export const MIGRATION_FORMATS = {
  text: textReport,
  json: jsonReport,
} as const satisfies Record<string, (migration: Migration, setting: MigrationSetting) => string>

export type MigrationFormat = keyof typeof MIGRATION_FORMATS

/** The report for programs: src/schema/migrate-report.json is its schema. */
function jsonReport({ findings, notes }: Migration, { node }: MigrationSetting): string {
  const document: MigrateReport = {
    version: 1,
    node,
    from: 'iptables',
    to: 'nftables',
    findings: locateFindings(findings).map(findingOf),
    notes: [...notes],
  }
  const text = JSON.stringify(document, undefined, 2)
  // JSON leaves some of what could drive a terminal as it is; `\u202e` is the same text to it.
  return `${text.split('\n').map(visible).join('\n')}\n`
}

function findingOf({ code, details, touches }: LocatedFinding): MigrateFinding {
  const { severity, title, reason, remedy } = CATALOG[code]
  return {
    id: code,
    severity: severity === 'warning' ? severity : 'note',
    title,
    reason,
    remedy,
    details: [...details],
    touches: touches.map(touchOf),
  }
}

function touchOf(touch: LocatedTouch): MigrateTouch {
  const { service, portName, family, what, file, line, column } = touch
  return {
    namespace: service.namespace,
    service: service.name,
    ...(portName === undefined ? {} : { portName }),
    family,
    what,
    where: { file, line, column },
  }
}

/** What a report depends on beside the findings. */
export interface MigrationSetting {
  /** Name of the node. */
  readonly node: string
  /** Whether colours are wanted; only the text has some. */
  readonly color: boolean
}

type Colors = ReturnType<typeof pc.createColors>

/** The report for people: a paragraph for each finding, then what could not be told, then a count. */
function textReport({ findings, notes }: Migration, setting: MigrationSetting): string {
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

/** A touch with its position in the user's input. */
export interface LocatedTouch extends Touch {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A finding whose touches have positions. */
export interface LocatedFinding extends Finding {
  readonly touches: readonly LocatedTouch[]
}

/** Finds the positions of all touches in one pass over the texts. */
function locateFindings(findings: readonly Finding[]): readonly LocatedFinding[] {
  const requests = findings.flatMap(({ touches }) =>
    touches.map(({ service: { place }, path }) => ({ place, path })),
  )
  const positions = locateAll(requests).values()
  return findings.map(finding => ({
    ...finding,
    touches: finding.touches.map(touch => {
      const { line, column } = positions.next().value ?? { line: 1, column: 1 }
      return { ...touch, file: touch.service.place.source.name, line, column }
    }),
  }))
}
