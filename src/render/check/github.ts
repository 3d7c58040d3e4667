import { CATALOG } from '../../diagnostics/catalog/index.js'
import { activeOf, type CheckReport, type Finding } from '../../lint/report.js'
import { bodyOf, oneLine } from '../../report/diagnostics.js'
import { githubData, githubProperties } from '../../report/words.js'
import { FRAMES } from '../../text/frames.js'
import { summaryText } from './summary.js'

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
