import { activeOf, type CheckReport } from '../../lint/report.js'
import { diagnosticText } from '../../report/diagnostics.js'
import { FRAMES } from '../../text/frames.js'
import { summaryText } from './summary.js'

/** A report for a terminal: each finding with its line and a caret, then one line in all. */
export const checkText = (report: CheckReport, color: boolean): string =>
  FRAMES.checkText({
    findings: activeOf(report).map(finding => diagnosticText(finding, color).slice(0, -1)),
    summary: summaryText(report),
  })
