import { CATALOG } from '../../diagnostics/catalog/index.js'
import { type CheckReport, type Finding, isFailing } from '../../lint/report.js'
import { bodyOf, oneLine } from '../../report/diagnostics.js'
import { type FindingCaseView, FRAMES, xmlAttribute, xmlText } from '../../text/frames.js'
import { groupBy } from '../../util/collections.js'

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
