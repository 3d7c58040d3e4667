import { TABLE_NAME } from '../../rules/names.js'
import { type FailureView, REPORT_FRAMES, type RulePathView } from '../../text/frames.js'
import { isFlowCheck } from '../flows/flow-check.js'
import type { Explanation, Failed, RulePath, RuleStep } from '../report.js'
import { flowWhere } from './flow-where.js'
import {
  expectationText,
  lineText,
  numberOf,
  observedText,
  packetText,
  percent,
  portText,
  sharesText,
  trialText,
  whereText,
} from './words.js'

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
    because: lineText(check.expected.because),
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
  const promised = lineText(`by the objects: ${expectationText(derived)}; ${derived.because}`)
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
