import pc from 'picocolors'
import { REPORT_FRAMES } from '../../text/frames.js'
import type { Report, Result } from '../report.js'
import { failureText, type Paint } from './failure.js'
import type { Setting } from './setting.js'
import { lineText, skippedCounts } from './words.js'

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
