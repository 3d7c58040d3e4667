import { CATALOG, type Severity } from '../diagnostics/catalog/index.js'
import { fieldPathText } from '../diagnostics/diagnostic.js'
import type { CheckFinding, CheckResult } from '../generated/reports.gen.js'
import { bodyOf, countsText, diagnosticText, oneLine } from '../report/diagnostics.js'
import { githubData, githubProperties } from '../report/words.js'
import { type FindingCaseView, FRAMES, xmlAttribute, xmlText } from '../text/frames.js'
import { groupBy } from '../util/collections.js'
import { activeOf, type CheckReport, type Finding, isFailing } from './findings.js'

/** A report for a terminal: each finding with its line and a caret, then one line in all. */
export const checkText = (report: CheckReport, color: boolean): string =>
  FRAMES.checkText({
    findings: activeOf(report).map(finding => diagnosticText(finding, color).slice(0, -1)),
    summary: summaryText(report),
  })

/** A report as data; its shape is src/schema/check-report.json. */
export function checkResult(report: CheckReport): CheckResult {
  const active = activeOf(report)
  const count = (severity: Severity): number =>
    active.filter(({ diagnostic }) => diagnostic.severity === severity).length
  return {
    apiVersion: 'kubenat.dev/v1',
    kind: 'CheckReport',
    summary: {
      errors: count('error'),
      warnings: count('warning'),
      notes: count('note'),
      silenced: report.findings.length - active.length,
      failed: report.findings.some(finding => isFailing(report, finding)),
      partial: report.isPartial,
    },
    checked: report.checked,
    findings: report.findings.map(findingOf),
  }
}

/** The same as text. */
export const checkJson = (report: CheckReport): string =>
  `${JSON.stringify(checkResult(report), undefined, 2)}\n`

function findingOf({ diagnostic, source, position, silencedBy }: Finding): CheckFinding {
  const { code, severity, subject, path, message } = diagnostic
  const { title, remedy } = CATALOG[code]
  return {
    id: code,
    severity,
    title,
    ...(subject?.label ? { object: subject.label } : {}),
    ...(path.length > 0 ? { field: fieldPathText(path) } : {}),
    message,
    remedy,
    ...(source ? { file: source.name } : {}),
    ...(position ? { line: position.line, column: position.column } : {}),
    ...(silencedBy ? { silencedBy } : {}),
  }
}

const PLURALS = {
  Service: 'Services',
  EndpointSlice: 'EndpointSlices',
  Endpoints: 'Endpoints',
  Node: 'Nodes',
  ServiceCIDR: 'ServiceCIDRs',
} as const

/** `2 warnings and 1 note in 14 Services, 17 EndpointSlices, 3 Nodes; 1 silenced`. */
function summaryText(report: CheckReport): string {
  const active = activeOf(report)
  const silenced = report.findings.length - active.length
  const counts = countsText(active.map(({ diagnostic }) => diagnostic)) || 'no findings'
  const kinds = (Object.keys(PLURALS) as (keyof typeof PLURALS)[]).flatMap(kind => {
    const count = report.checked[kind]
    return count === 0 ? [] : [`${count} ${count === 1 ? kind : PLURALS[kind]}`]
  })
  const rest = [
    ...(report.nothing === undefined ? [] : [report.nothing]),
    ...(silenced > 0 ? [`${silenced} silenced`] : []),
    ...(report.isPartial && kinds.length > 0
      ? ['lints that compare objects did not run because of the errors']
      : []),
  ]
  return [`${counts} in ${kinds.join(', ') || 'no objects'}`, ...rest].join('; ')
}

const LEVELS = { error: 'error', warning: 'warning', note: 'notice' } as const

/** Workflow commands of GitHub Actions, which become annotations of the lines of a change. */
export const checkGithub = (report: CheckReport): string =>
  FRAMES.checkGithub({
    findings: activeOf(report).map(viewOf),
    summary: summaryText(report),
  })

function viewOf({ diagnostic, source, position }: Finding) {
  const { code, severity } = diagnostic
  const properties = {
    title: `${code} ${CATALOG[code].title}`,
    ...(source ? { file: source.name } : {}),
    ...(position ? { line: String(position.line), col: String(position.column) } : {}),
  }
  return {
    level: LEVELS[severity],
    properties: githubProperties(properties),
    message: githubData(oneLine(bodyOf(diagnostic))),
  }
}

/** What belongs to no file. */
const RUN = 'kubenat check'

/**
 * JUnit XML: a suite for each input, in it a case for each finding, which fails where the finding
 * fails the check; a file without findings has one case, which passes.
 */
export function checkJunit(report: CheckReport): string {
  const found = groupBy(report.findings, ({ source }) => source?.name ?? RUN)
  const names = new Set([...report.sources, ...found.keys()])
  const suites = [...names].map(name => {
    const findings = found.get(name) ?? []
    const cases = findings.map(finding => caseOf(report, finding, name))
    return {
      name: xmlAttribute(name),
      tests: Math.max(cases.length, 1),
      failures: cases.filter(({ failure }) => failure !== undefined).length,
      skipped: cases.filter(({ skipped }) => skipped !== undefined).length,
      cases: cases.length > 0 ? cases : [{ name: 'no findings', classname: xmlAttribute(name) }],
    }
  })
  const sum = (count: 'tests' | 'failures') => suites.reduce((all, one) => all + one[count], 0)
  return FRAMES.checkJunit({ tests: sum('tests'), failures: sum('failures'), suites })
}

const SILENCED = {
  annotation: 'silenced by the annotation kubenat.dev/ignore',
  settings: 'disabled',
} as const

function caseOf(report: CheckReport, finding: Finding, suite: string): FindingCaseView {
  const { diagnostic, position, silencedBy } = finding
  const { code, severity } = diagnostic
  const body = oneLine(bodyOf(diagnostic))
  const line = position ? ` (line ${position.line})` : ''
  const named = {
    name: xmlAttribute(`${code} ${body}${line}`),
    classname: xmlAttribute(suite),
    type: code,
  }
  if (silencedBy) return { ...named, skipped: xmlAttribute(SILENCED[silencedBy]) }
  const { title, reason, remedy } = CATALOG[code]
  const text = xmlText(
    `${severity}: ${title}${line}\n${body}\n\n${reason}\n\nWhat to do: ${remedy}`,
  )
  if (!isFailing(report, finding)) return { ...named, output: text }
  return { ...named, failure: xmlAttribute(body), text }
}
