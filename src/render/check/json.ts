import { CATALOG, type Severity } from '../../diagnostics/catalog/index.js'
import { fieldPathText } from '../../diagnostics/diagnostic.js'
import type { CheckFinding, CheckResult } from '../../generated/reports.gen.js'
import { activeOf, type CheckReport, type Finding, isFailing } from '../../lint/report.js'

/** A report as JSON; its shape is src/schema/check-report.json. */
export function checkJson(report: CheckReport): string {
  const active = activeOf(report)
  const count = (severity: Severity): number =>
    active.filter(({ diagnostic }) => diagnostic.severity === severity).length
  const value: CheckResult = {
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
  return `${JSON.stringify(value, undefined, 2)}\n`
}

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
