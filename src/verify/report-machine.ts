import type {
  VerifyDestination,
  VerifyExpectation,
  VerifyFlow,
  VerifyObserved,
  VerifyReport,
  VerifyResult,
  VerifyRulePath,
  VerifyShares,
} from '../generated/reports.gen.js'
import {
  type JunitCaseView,
  type JunitSuiteView,
  REPORT_FRAMES,
  type TapTestView,
  xmlText,
} from '../text/frames.js'
import type { Expectation } from '../traffic/packet.js'
import { groupBy } from '../util/collections.js'
import { visible } from '../util/text.js'
import type { Destination } from './check.js'
import { type FlowCheck, isFlowCheck } from './flows.js'
import {
  expectationText,
  type Failed,
  lineText,
  numberOf,
  type ObservedCount,
  observedText,
  portText,
  type Report,
  type Result,
  type RulePath,
  type SharesTest,
  trialText,
} from './report.js'
import {
  failureText,
  flowWhere,
  NO_PAINT,
  notesOf,
  type Setting,
  seconds,
  summaryText,
  textReport,
} from './report-text.js'

/** The report for programs: src/schema/verify-report.json is its schema. */
function jsonReport(report: Report, { node, left }: Setting): string {
  const { results, totals, sampled, unexplainedArrivals, milliseconds } = report
  const document: VerifyReport = {
    version: 1,
    node,
    passed: totals.failed === 0,
    totals,
    ...(sampled === undefined ? {} : { sampled }),
    leftOut: left.map(({ what, because }) => ({ what, because })),
    unexplainedArrivals,
    milliseconds: Math.round(milliseconds),
    results: results.map(resultOf),
  }
  const text = JSON.stringify(document, undefined, 2)
  // JSON leaves some of what could drive a terminal as it is; `\u202e` is the same text to it.
  return `${text.split('\n').map(visible).join('\n')}\n`
}

function resultOf(result: Result): VerifyResult {
  const { status, kind, check } = result
  const { name, ip } = check.client
  const trial: VerifyResult = {
    status,
    kind,
    client: { kind: check.client.kind, name, ip },
    destination: destinationOf(check.destination),
    expected: expectationOf(check.expected),
    ...(isFlowCheck(check) ? { flow: flowOf(check) } : {}),
  }
  switch (result.status) {
    case 'skipped':
      return { ...trial, reason: result.reason }
    case 'passed':
      return { ...trial, ...sharesOf(result.shares) }
    case 'failed':
      return { ...trial, ...failureOf(result) }
  }
}

const flowOf = (check: FlowCheck): VerifyFlow => ({
  name: check.flow.name,
  where: flowWhere(check),
  derived: expectationOf(check.derived),
})

function failureOf(failed: Failed): Partial<VerifyResult> {
  const { problem, observed, arrived, shares, where } = failed
  return {
    problem,
    ...(where === undefined ? {} : { where }),
    observed: observed.map(observedOf),
    ...(arrived === undefined ? {} : { arrived }),
    ...sharesOf(shares),
    ...rulesOf(failed),
  }
}

function destinationOf({ kind, servicePort, ip, port, protocol }: Destination): VerifyDestination {
  const place = { ip, port, protocol }
  if (!servicePort) return { kind, ...place }
  const { namespace, name, portName } = servicePort
  return {
    kind,
    servicePort: { namespace, service: name, port: servicePort.port, portName },
    ...place,
  }
}

function expectationOf(expectation: Expectation): VerifyExpectation {
  const { verdict } = expectation
  const because = expectation.reason.text
  if (expectation.verdict !== 'backends') return { verdict, because }
  const backends = expectation.backends.map(({ at, share, masqueraded }) => ({
    ip: at.ip,
    port: at.port,
    share: numberOf(share),
    masqueraded,
  }))
  return { verdict, because, backends }
}

function observedOf({ observation, count }: ObservedCount): VerifyObserved {
  switch (observation.kind) {
    case 'refused':
    case 'silence':
      return { kind: observation.kind, count }
    case 'stray':
      return { kind: 'stray', ...observation.at, count }
    case 'answer':
      return { kind: 'answer', ...observation.at, source: observation.source, count }
  }
}

function sharesOf(test: SharesTest | undefined): { shares?: VerifyShares } {
  if (test === undefined) return {}
  const { samples, p, rounds, detectable, backends } = test
  return {
    shares: {
      samples,
      p,
      rounds,
      ...(detectable === undefined ? {} : { detectable }),
      backends: backends.map(({ at, share, expected, observed }) => ({
        ip: at.ip,
        port: at.port,
        share: numberOf(share),
        expected,
        observed,
      })),
    },
  }
}

function rulesOf({ explanation }: Failed): Partial<VerifyResult> {
  if (explanation === undefined) return {}
  if (explanation.kind === 'unknown') return { rulesUnknown: explanation.reason }
  return { rules: explanation.paths.map(pathOf), rulesHidden: explanation.hidden }
}

function pathOf({ share, outcome, to, masqueraded, asExpected, steps }: RulePath): VerifyRulePath {
  return {
    share: numberOf(share),
    outcome: outcome.kind,
    ...(to === undefined ? {} : { to }),
    masqueraded,
    ...(asExpected === undefined ? {} : { asExpected }),
    steps: [...steps],
  }
}

/** The report as JUnit XML: a test suite for each service port, a test case for each thing tried. */
function junitReport({ results, totals, milliseconds }: Report): string {
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

/** The report as TAP version 14, with a YAML block for each failure. */
function tapReport(report: Report, setting: Setting): string {
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

/** The formats of a report, by the name that users give. */
export const REPORT_FORMATS = {
  text: textReport,
  json: jsonReport,
  junit: junitReport,
  tap: tapReport,
} as const satisfies Record<string, (report: Report, setting: Setting) => string>

export type ReportFormat = keyof typeof REPORT_FORMATS
