import { expect } from '../traffic/promise/promise.js'
import type { View } from '../traffic/promise/view.js'
import type { Check } from './check.js'
import { isFlowCheck } from './flows.js'
import type { Lab } from './lab/lab.js'
import type { Tools } from './lab/tools.js'
import { openWorld } from './lab/world.js'
import {
  type Failed,
  type Progress,
  placeText,
  type Report,
  type Result,
  type Skipped,
  type Totals,
} from './report.js'
import { tryAffinity, visitsOf } from './run/affinity.js'
import { explainFailures, withPositions } from './run/explain.js'
import { hashChecks, isHashed, tryHashes } from './run/hash.js'
import { tryPackets, trySilence } from './run/packets.js'
import { RUN_DEFAULTS, type Ruleset, type RunSettings, startRun, type World } from './run/run.js'
import { backendSets, setsWithShares, tryShares } from './run/shares.js'
import { strangersOf } from './what/clients.js'
import { untriable } from './what/destinations.js'
import type { Trials } from './what/trials.js'

/**
 * Tries every check in a world that has its rules loaded: first what comes back on packets, then
 * silence while nothing else is sent, then how often each backend is chosen, then whether clients keep
 * theirs, and whether their hashes choose it. Pure but for what the world does.
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
  // What a hash decides is no matter of chance.
  const withShares = setsWithShares(
    sets.filter(({ checks: [one] }) => !one || !isHashed(settings, one)),
  )
  const visits = visitsOf(sets)
  const hashed = hashChecks(settings, tried)
  const run = startRun(
    world,
    settings,
    tried.length + withShares.length + visits.length + hashed.length,
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
  const hashes = await tryHashes(run, hashed)

  const results = await finish(world, [...packets, ...shares, ...affinity, ...hashes], settings)
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

/** What is verified, and against what. */
export interface Verification {
  readonly view: View
  readonly trials: Trials
  readonly ruleset: Ruleset
  /** Samples of each test of shares; absent for as many as it needs. */
  readonly samples: number | undefined
}

/**
 * Tries everything on rules that are loaded into a scene of its own, in a lab that the caller closes.
 *
 * @throws RulesetError, SceneError
 */
export async function verifyTrials(
  { view, trials, ruleset, samples }: Verification,
  tools: Tools,
  lab: Lab,
  onProgress: (progress: Progress) => void,
): Promise<Report> {
  const { scene, checks, sampled } = trials
  const world = await openWorld(scene, tools, lab)
  await world.load(ruleset)
  const settings = {
    ...RUN_DEFAULTS,
    nodeAddresses: scene.node.addresses,
    strangers: strangersOf(view, scene),
    probesOf: (check: Check) => (isFlowCheck(check) ? FLOW_PROBES : undefined),
    skip: (check: Check) => skipReason(view, check),
    promise: promiseOf(view),
    sampled,
    samples,
  }
  return runChecks(world, checks, settings, onProgress)
}

/** Asks the objects for what a hash decides; nothing in iptables mode, where none does. */
export const promiseOf = (view: View): RunSettings['promise'] =>
  view.mode === 'iptables'
    ? undefined
    : ({ ip, inputInterface }, destination, port) =>
        expect(view, { ip, inputInterface, ...(port === undefined ? {} : { port }) }, destination)

/**
 * For a user's own assertion: its backends may be fewer than those of the objects, and one of two that
 * must not answer stays unheard once in a thousand million runs.
 */
const FLOW_PROBES = 30

/** Checks that the objects promise can be tried, but flows may ask for anything. */
function skipReason(view: View, check: Check): string | undefined {
  if (check.destination.protocol === 'sctp') return 'probes speak no SCTP'
  return isFlowCheck(check) ? untriable(view, check) : undefined
}
