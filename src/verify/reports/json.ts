import type {
  VerifyDestination,
  VerifyExpectation,
  VerifyFlow,
  VerifyObserved,
  VerifyReport,
  VerifyResult,
  VerifyRulePath,
  VerifyShares,
} from '../../generated/reports.gen.js'
import type { Expectation } from '../../traffic/packet.js'
import { visible } from '../../util/text.js'
import type { Destination } from '../check.js'
import { type FlowCheck, isFlowCheck } from '../flows/flow-check.js'
import type { Failed, ObservedCount, Report, Result, RulePath, SharesTest } from '../report.js'
import { flowWhere } from './flow-where.js'
import type { Setting } from './setting.js'
import { numberOf } from './words.js'

/** The report for programs: src/schema/verify-report.json is its schema. */
export function jsonReport(report: Report, { node, left }: Setting): string {
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
  const { verdict, because } = expectation
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
