import { REPORT_FRAMES, type TapTestView } from '../../text/frames.js'
import { isFlowCheck } from '../flows/flow-check.js'
import type { Failed, Report, Result } from '../report.js'
import { failureText, NO_PAINT } from './failure.js'
import { flowWhere } from './flow-where.js'
import type { Setting } from './setting.js'
import { notesOf, summaryText } from './text.js'
import { expectationText, lineText, observedText, portText, trialText } from './words.js'

/** The report as TAP version 14, with a YAML block for each failure. */
export function tapReport(report: Report, setting: Setting): string {
  return REPORT_FRAMES.tap({
    count: report.results.length,
    tests: report.results.map(testView),
    notes: [...notesOf(report, setting), summaryText(report, setting.node)],
  })
}

function testView(result: Result, index: number): TapTestView {
  const view = {
    number: index + 1,
    description: escaped(`${portText(result.check.destination)}: ${trialText(result)}`),
  }
  switch (result.status) {
    case 'passed':
      return { ...view, result: 'ok', diagnosis: [] }
    case 'skipped':
      return { ...view, result: 'ok', skip: escaped(lineText(result.reason)), diagnosis: [] }
    case 'failed':
      return { ...view, result: 'not ok', diagnosis: diagnosisOf(result) }
  }
}

/** TAP takes `#` for the begin of a directive, and `\` for the escape of both. */
const escaped = (text: string): string => text.replace(/[\\#]/g, '\\$&')

/** Lines of YAML; every text is a JSON string, which is YAML too. */
function diagnosisOf(failed: Failed): readonly string[] {
  const { check, problem, observed } = failed
  const where = isFlowCheck(check) ? flowWhere(check) : failed.where
  const list = (name: string, texts: readonly string[]): readonly string[] => [
    `${name}:`,
    ...texts.map(text => `  - ${JSON.stringify(text)}`),
  ]
  return [
    `message: ${JSON.stringify(lineText(problem))}`,
    'severity: fail',
    ...(where
      ? [
          'at:',
          `  file: ${JSON.stringify(lineText(where.file))}`,
          `  line: ${where.line}`,
          `  column: ${where.column}`,
        ]
      : []),
    `wanted: ${JSON.stringify(lineText(expectationText(check.expected)))}`,
    ...(observed.length > 0 ? list('found', observed.map(observedText).map(lineText)) : []),
    ...list('report', failureText(failed, NO_PAINT).split('\n')),
  ]
}
