import type { View } from '../traffic/promise/view.js'
import type { Check } from './check.js'
import type { Trials } from './checks/scene-of.js'
import { untriable } from './checks/untriable.js'
import { isFlowCheck } from './flows/flow-check.js'
import type { Lab } from './lab/netns.js'
import type { Tools } from './lab/tools.js'
import type { Progress, Report } from './report.js'
import { runChecks } from './run/run-checks.js'
import { RUN_DEFAULTS } from './run/settings.js'
import { strangersOf } from './strangers.js'
import { openWorld } from './world/open-world.js'
import type { Ruleset } from './world.js'

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
    sampled,
    samples,
  }
  return runChecks(world, checks, settings, onProgress)
}

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
