import pc from 'picocolors'
import { locateAll } from '../input/locate.js'
import { TABLE_NAME } from '../rules/names.js'
import { type FailureView, REPORT_FRAMES, type RulePathView } from '../text/frames.js'
import type { LeftOut } from './check.js'
import { type FlowCheck, isFlowCheck } from './flows.js'
import {
  type Explanation,
  expectationText,
  type Failed,
  lineText,
  numberOf,
  observedText,
  packetText,
  percent,
  portText,
  type Report,
  type Result,
  type RulePath,
  type RuleStep,
  sharesText,
  skippedCounts,
  trialText,
  type Where,
  whereText,
} from './report.js'

/** The report for people: a paragraph for each failure, then notes, then one line of totals. */
export function textReport(report: Report, setting: Setting): string {
  const { node, color } = setting
  const { red, green, bold } = pc.createColors(color)
  const paint: Paint = { bad: red, bold }
  const verdict = report.totals.failed > 0 ? red : green
  return REPORT_FRAMES.text({
    failures: report.results.flatMap(result =>
      result.status === 'failed' ? [failureText(result, paint)] : [],
    ),
    notes: notesOf(report, setting),
    summary: bold(verdict(summaryText(report, node))),
  })
}

const MAX_LEFT = 10

/** What a reader has to know beside the results, a line each. */
export function notesOf(
  { results, totals, sampled, unexplainedArrivals }: Report,
  { left }: Setting,
): readonly string[] {
  const skipped = [...skippedCounts(results)].map(
    ([reason, count]) => `${counted(count, 'check')} skipped: ${reason}`,
  )
  const untried = left
    .slice(0, MAX_LEFT)
    .map(({ what, because }) => `not tried: ${what}: ${because}`)
  const more =
    left.length > MAX_LEFT ? [`not tried: ${left.length - MAX_LEFT} more of the kind`] : []
  const sample = sampled
    ? [`tried ${sampled.tried} of ${sampled.of} destinations; --max-destinations sets how many`]
    : []
  const arrivals =
    unexplainedArrivals > 0
      ? [
          `${counted(unexplainedArrivals, 'connection')} arrived while only silence came back, and not again when every check was repeated alone`,
        ]
      : []
  const nothing =
    totals.checks === 0
      ? ['nothing was tried: no destination of the objects can be reached here']
      : []
  return [
    ...nothing,
    ...skipped,
    ...untried,
    ...more,
    ...sample,
    ...coarseShares(results),
    ...arrivals,
  ].map(note => `note: ${lineText(note)}`)
}

/** The deviation that samples are counted for, with what rounding may add to it. */
const FINE = 0.2005

/** That tests of shares had to do with fewer samples than they ought to have. */
function coarseShares(results: readonly Result[]): readonly string[] {
  const limits = results
    .flatMap(result => ('shares' in result && result.shares ? [result.shares.detectable] : []))
    .filter(detectable => detectable === undefined || detectable > FINE)
  if (limits.length === 0) return []
  const known = limits.filter(one => one !== undefined)
  const most =
    known.length < limits.length ? 'any size' : `${Math.ceil(Math.max(...known) * 100)} %`
  return [
    `${counted(limits.length, 'test')} of shares had too few samples for deviations below ${most}; --samples N takes more`,
  ]
}

/** All totals in a line. */
export function summaryText({ totals, milliseconds }: Report, node: string): string {
  const { checks, passed, failed, skipped, destinations, probes } = totals
  const rest = skipped > 0 ? `, ${skipped} skipped` : ''
  const effort = `${counted(destinations, 'destination')}, ${counted(probes, 'packet')}`
  return lineText(
    `${counted(checks, 'check')} on ${node}: ${passed} passed, ${failed} failed${rest}; ${effort}, ${seconds(milliseconds)} s`,
  )
}

/** Milliseconds as seconds with one digit. */
export const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1)

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** How the head of a failure is made to stand out; both leave the text as it is without colours. */
export interface Paint {
  readonly bad: (text: string) => string
  readonly bold: (text: string) => string
}

export const NO_PAINT: Paint = { bad: text => text, bold: text => text }

/** One failure as a bug report of several lines, without a final line end. */
export function failureText(failed: Failed, paint: Paint): string {
  const { check, problem, observed, shares, arrived, explanation } = failed
  const late = arrived ? [`${arrived} new connections arrived somewhere all the same`] : []
  const view: FailureView = {
    mark: paint.bad('FAIL'),
    title: paint.bold(`${portText(check.destination)}: ${trialText(failed)}`),
    ...flowLines(failed),
    ...objectLine(failed),
    packet: packetText(check),
    expected: lineText(expectationText(check.expected)),
    because: lineText(check.expected.reason.text),
    observed: [...observed.map(observedText), ...late].map(lineText),
    shares: shares ? sharesText(shares) : [],
    problem: paint.bad(lineText(problem)),
    ...rulesOf(explanation),
  }
  return REPORT_FRAMES.failure(view)
}

/** Where the flow that asked for it stands, and what the objects promise where it differs. */
function flowLines({ check }: Failed): Pick<FailureView, 'flow' | 'promised'> {
  if (!isFlowCheck(check)) return {}
  const { flow, derived, expected } = check
  const promised = lineText(`by the objects: ${expectationText(derived)}; ${derived.reason.text}`)
  return {
    flow: lineText(`${flow.name} at ${whereText(flowWhere(check))}`),
    ...(expected === derived ? {} : { promised }),
  }
}

function objectLine({ check, where }: Failed): Pick<FailureView, 'object'> {
  const { servicePort } = check.destination
  if (servicePort === undefined) return {}
  const { service, index } = servicePort
  const at = where === undefined ? '' : ` at ${whereText(where)}`
  return { object: lineText(`${service.label} spec.ports[${index}]${at}`) }
}

function rulesOf(explanation: Explanation | undefined): Pick<FailureView, 'paths' | 'remark'> {
  if (explanation === undefined) return { paths: [] }
  if (explanation.kind === 'unknown')
    return { paths: [], remark: lineText(`cannot be told: ${explanation.reason}`) }
  const { paths, hidden } = explanation
  const views = paths.map(pathView)
  return hidden > 0
    ? { paths: views, remark: `${hidden} more way${hidden === 1 ? '' : 's'}` }
    : { paths: views }
}

function pathView({ share, outcome, to, masqueraded, asExpected, steps }: RulePath): RulePathView {
  const target = to === undefined ? '' : ` to ${to}`
  const source = masqueraded ? ', masqueraded' : ''
  const what = outcome.kind === 'unknown' ? `unknown: ${outcome.what}` : outcome.kind
  const judged = asExpected === undefined ? '' : asExpected ? ', as expected' : ', not as expected'
  return {
    heading: lineText(`${percent(numberOf(share))}: ${what}${target}${source}${judged}`),
    steps: steps.map(stepText),
  }
}

/** A rule; the table is named where it is not kube-proxy's. */
function stepText({ hook, table, chain, rule, element }: RuleStep): string {
  const place = table.endsWith(` ${TABLE_NAME}`) ? chain : `${table} ${chain}`
  return lineText(`${hook} ${place}: ${rule}${element === undefined ? '' : `  [${element}]`}`)
}

/** What a report depends on beside its results. */
export interface Setting {
  /** Name of the node under test. */
  readonly node: string
  /** Whether colours are wanted; only the text has some. */
  readonly color: boolean
  /** What was not tried at all. */
  readonly left: readonly LeftOut[]
}

/** Where the flow stands that asked for a check. */
export function flowWhere({ flow }: FlowCheck): Where {
  const { place } = flow.subject
  const { line, column } = locateAll([{ place, path: [] }])[0] ?? { line: 1, column: 1 }
  return { file: place.source.name, line, column }
}
