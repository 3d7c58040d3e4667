import type { Check } from '../check.js'
import type { Failed, Progress, Report, Result, Skipped, Totals } from '../report.js'
import type { World } from '../world.js'
import { tryAffinity, visitsOf } from './affinity.js'
import { backendSets } from './backend-sets.js'
import { explainFailures } from './explain.js'
import { placeText } from './judge.js'
import { tryPackets, trySilence } from './packets.js'
import { startRun } from './run.js'
import type { RunSettings } from './settings.js'
import { setsWithShares, tryShares } from './shares.js'
import { withPositions } from './where.js'

/**
 * Tries every check in a world that has its rules loaded: first what comes back on packets, then
 * silence while nothing else is sent, then how often each backend is chosen, then whether clients keep
 * theirs. Pure but for what the world does.
 */
export async function runChecks(
  world: World,
  checks: readonly Check[],
  settings: RunSettings,
  onProgress: (progress: Progress) => void,
): Promise<Report> {
  const start = settings.now()
  const skipped = skippedOf(checks, settings)
  const tried = checks.filter(check => !skipped.has(check))
  const sets = backendSets(tried)
  const withShares = setsWithShares(sets)
  const visits = visitsOf(sets)
  const run = startRun(
    world,
    settings,
    tried.length + withShares.length + visits.length,
    onProgress,
  )

  const answered = await tryPackets(
    run,
    tried.filter(check => !isSilent(check)),
  )
  const silent = await trySilence(run, tried.filter(isSilent))
  const ofCheck = new Map([...answered, ...silent.results].map(one => [one.check, one]))
  const packets = checks.flatMap(check => skipped.get(check) ?? ofCheck.get(check) ?? [])
  const shares = await tryShares(run, withShares)
  const affinity = await tryAffinity(run, visits)

  const results = await finish(world, [...packets, ...shares, ...affinity], settings)
  const totals = {
    ...countResults(results),
    destinations: countDestinations(tried),
    probes: run.sent(),
  }
  const { sampled, now } = settings
  const unexplainedArrivals = silent.unexplained
  return { results, totals, sampled, unexplainedArrivals, milliseconds: now() - start }
}

const isSilent = ({ expected }: Check): boolean => expected.verdict === 'dropped'

const skippedOf = (checks: readonly Check[], { skip }: RunSettings): ReadonlyMap<Check, Skipped> =>
  new Map(
    checks.flatMap(check => {
      const reason = skip?.(check)
      if (reason === undefined) return []
      return [[check, { kind: 'packets', check, status: 'skipped', reason }] as const]
    }),
  )

/** Results whose failures say where they are promised and which rules their packets pass. */
async function finish(
  world: World,
  results: readonly Result[],
  { nodeAddresses }: RunSettings,
): Promise<readonly Result[]> {
  const failures = results.filter((result): result is Failed => result.status === 'failed')
  if (failures.length === 0) return results
  const complete = await explainFailures(world, withPositions(failures), nodeAddresses)
  const finished = new Map(failures.map((failure, i) => [failure as Result, complete[i]]))
  return results.map(result => finished.get(result) ?? result)
}

function countResults(
  results: readonly Result[],
): Pick<Totals, 'checks' | 'passed' | 'failed' | 'skipped'> {
  const count = (status: Result['status']): number =>
    results.filter(result => result.status === status).length
  return {
    checks: results.length,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
  }
}

const countDestinations = (checks: readonly Check[]): number =>
  new Set(checks.map(({ destination }) => `${destination.protocol} ${placeText(destination)}`)).size
