import type { Check } from '../check.js'
import {
  countObservations,
  type Heard,
  type Observation,
  problemOf,
  type Result,
} from '../report.js'
import { failed, type Run, sendPatiently } from './run.js'

/** What was found about checks that expect silence. */
export interface Found {
  readonly results: readonly Result[]
  /** New connections that arrived and did not come again. */
  readonly unexplained: number
}

/** Tries the checks on which something comes back: each probe must find what is expected. */
export const tryPackets = (run: Run, checks: readonly Check[]): Promise<readonly Result[]> =>
  Promise.all(
    checks.map(async check => {
      const { probes, probesOf } = run.settings
      const observed = await sendPatiently(run, check, probesOf?.(check) ?? probes)
      return run.ended(resultOf(run, check, observed))
    }),
  )

/**
 * Tries the checks that expect silence, all at once while nothing else is sent. If something arrives
 * all the same, the checks are tried again in ever smaller parts until those are found that it comes
 * from; a check alone is blamed only if something arrives twice.
 */
export async function trySilence(run: Run, checks: readonly Check[]): Promise<Found> {
  if (checks.length === 0) return { results: [], unexplained: 0 }
  const { arrived, result: heard } = await sendAll(run, checks)
  const isQuiet = ({ observed }: Heard): boolean => observed.every(one => one.kind === 'silence')
  const quiet = heard.filter(isQuiet).map(({ check }) => check)
  const loud = heard
    .filter(one => !isQuiet(one))
    .map(({ check, observed }) => run.ended(resultOf(run, check, observed)))
  if (arrived === 0 || quiet.length === 0) {
    return { results: [...loud, ...quiet.map(check => run.ended(passed(check)))], unexplained: 0 }
  }
  // What the loud ones sent may be all that arrived.
  const rest = loud.length > 0 ? trySilence(run, quiet) : findCulprits(run, quiet, arrived)
  const { results, unexplained } = await rest
  return { results: [...loud, ...results], unexplained }
}

async function findCulprits(run: Run, checks: readonly Check[], arrived: number): Promise<Found> {
  const [only] = checks
  if (only && checks.length === 1) return tryAlone(run, only)
  const middle = Math.ceil(checks.length / 2)
  const left = await trySilence(run, checks.slice(0, middle))
  const right = await trySilence(run, checks.slice(middle))
  const results = [...left.results, ...right.results]
  const isFound = results.some(({ status }) => status === 'failed')
  return { results, unexplained: isFound ? left.unexplained + right.unexplained : arrived }
}

async function tryAlone(run: Run, check: Check): Promise<Found> {
  const { arrived, result } = await sendAll(run, [check])
  const observed = result.flatMap(one => one.observed)
  const heard = resultOf(run, check, observed)
  if (arrived === 0 || heard.status === 'failed') {
    return { results: [run.ended(heard)], unexplained: arrived === 0 ? 1 : 0 }
  }
  const problem = 'nothing came back, but it arrived somewhere'
  const blamed = failed({
    kind: 'packets',
    check,
    problem,
    observed: countObservations(observed),
    arrived,
  })
  return { results: [run.ended(blamed)], unexplained: 0 }
}

const sendAll = (
  { arrivedDuring, send, settings: { probes, patience } }: Run,
  checks: readonly Check[],
): Promise<{ arrived: number; result: readonly Heard[] }> =>
  arrivedDuring(() =>
    Promise.all(
      checks.map(async check => ({
        check,
        observed: await send(check, probes, patience.silence),
      })),
    ),
  )

function resultOf({ settings }: Run, check: Check, observed: readonly Observation[]): Result {
  const problem = problemOf(check, observed, settings.nodeAddresses)
  if (problem === undefined) return passed(check)
  return failed({ kind: 'packets', check, problem, observed: countObservations(observed) })
}

const passed = (check: Check): Result => ({ kind: 'packets', check, status: 'passed' })
