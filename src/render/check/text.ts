import { diagnosticText } from '../../diagnostics/format.js'
import { activeOf, type CheckReport } from '../../lint/report.js'
import { FRAMES } from '../frames.js'
import { summaryText } from './summary.js'

/** A report for a terminal: each finding with its line and a caret, then one line in all. */
export const checkText = (report: CheckReport, color: boolean): string =>
  FRAMES.checkText({
    findings: activeOf(report).map(finding => diagnosticText(finding, color).slice(0, -1)),
    summary: summaryText(report),
  })
