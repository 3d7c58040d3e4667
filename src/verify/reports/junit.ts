import {
  type JunitCaseView,
  type JunitSuiteView,
  REPORT_FRAMES,
  xmlText,
} from '../../text/frames.js'
import { groupBy } from '../../util/collections.js'
import type { Report, Result } from '../report.js'
import { failureText, NO_PAINT } from './failure.js'
import { seconds } from './text.js'
import { lineText, portText, trialText } from './words.js'

/** The report as JUnit XML: a test suite for each service port, a test case for each thing tried. */
export function junitReport({ results, totals, milliseconds }: Report): string {
  const byPort = groupBy(results, ({ check }) => portText(check.destination))
  return REPORT_FRAMES.junit({
    tests: totals.checks,
    failures: totals.failed,
    seconds: seconds(milliseconds),
    suites: [...byPort].map(([port, ofPort]) => suiteView(port, ofPort)),
  })
}

function suiteView(port: string, results: readonly Result[]): JunitSuiteView {
  const count = (status: Result['status']) => results.filter(one => one.status === status).length
  return {
    name: xmlText(port),
    tests: results.length,
    failures: count('failed'),
    skipped: count('skipped'),
    cases: results.map(result => caseView(port, result)),
  }
}

function caseView(port: string, result: Result): JunitCaseView {
  const view = { suite: xmlText(port), name: xmlText(trialText(result)) }
  switch (result.status) {
    case 'passed':
      return view
    case 'skipped':
      return { ...view, skip: xmlText(lineText(result.reason)) }
    case 'failed': {
      const message = xmlText(lineText(result.problem))
      return { ...view, failure: { message, text: xmlText(failureText(result, NO_PAINT)) } }
    }
  }
}
