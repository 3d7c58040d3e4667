import { familyOf } from '../../address/address.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Expectation, ExpectedBackend } from '../../traffic/packet.js'
import { compareText, groupBy } from '../../util/collections.js'
import type { Check } from '../check.js'
import {
  type BackendCount,
  countObservations,
  type Heard,
  isAt,
  type Observation,
  placeText,
  problemOfAll,
  type Result,
  type SharesTest,
} from '../report.js'
import { failed, type Run, sendPatiently } from './run.js'
import {
  allot,
  asNumber,
  DOUBT,
  FAULT,
  LEAST_EXPECTED,
  samplesFor,
  testShares,
} from './statistics.js'

/** The sets whose shares are to be tested: those that leave a choice. */
export const setsWithShares = (sets: readonly BackendSet[]): readonly BackendSet[] =>
  sets.filter(({ backends }) => backends.length > 1)

/** Tests how often each backend of a set is chosen, by one check that stands for all of the set. */
export function tryShares(run: Run, sets: readonly BackendSet[]): Promise<readonly Result[]> {
  const { samples, budget, now } = run.settings
  const wanted = sets.map(({ backends }) => samplesFor(backends.map(({ share }) => share)))
  const counts = samples === undefined ? allot(wanted, budget.samples) : wanted.map(() => samples)
  const until = samples === undefined ? now() + budget.milliseconds : Number.POSITIVE_INFINITY
  return Promise.all(
    sets.map(async (set, i) => {
      const amount = { samples: counts[i] ?? 0, until }
      return run.ended(await tryPlan(run, planOf(run, set), amount))
    }),
  )
}

/** How the samples of a set are drawn. */
interface Plan {
  readonly check: BackendsCheck
  /** Draws samples; fewer where there are no clients left to draw them with. */
  readonly draw: ((count: number) => Promise<readonly Heard[]>) | undefined
}

/** A client with affinity draws but once, so there each sample comes from another. */
function planOf(run: Run, { port, checks }: BackendSet): Plan {
  const [first] = checks as readonly [BackendsCheck]
  if (port?.affinitySeconds === undefined) {
    const check = checks.find(({ client }) => client.kind === 'outside') ?? first
    return { check, draw: count => drawBy(run, check, count) }
  }
  const check = checks.find(isForStrangers)
  if (check === undefined) return { check: first, draw: undefined }
  return { check, draw: count => drawByStrangers(run, check, count) }
}

async function drawBy(run: Run, check: BackendsCheck, count: number): Promise<readonly Heard[]> {
  const chunks = Array.from({ length: Math.ceil(count / CHUNK) }, (_, i) =>
    Math.min(CHUNK, count - i * CHUNK),
  )
  return Promise.all(
    chunks.map(async times => ({ check, observed: await sendPatiently(run, check, times) })),
  )
}

function drawByStrangers(run: Run, check: BackendsCheck, count: number): Promise<readonly Heard[]> {
  const clients = run.takeStrangers(familyOf(check.destination.ip), count)
  return Promise.all(
    clients.map(async client => {
      const asked = { ...check, client }
      return { check: asked, observed: await sendPatiently(run, asked, 1) }
    }),
  )
}

/** Samples that are drawn before the next look at what they found. */
const WAVE = 64
/** Probes that are sent in one go. */
const CHUNK = 16

/** How much is drawn in a round. */
interface Amount {
  readonly samples: number
  /** On the clock of the run; one wave is drawn in any case. */
  readonly until: number
}

async function tryPlan(run: Run, { check, draw }: Plan, amount: Amount): Promise<Result> {
  const trial = { kind: 'shares', check } as const
  if (draw === undefined) {
    const reason =
      'of the clients of these backends none can be replaced by fresh ones, and each keeps its own'
    return { ...trial, status: 'skipped', reason }
  }
  const first = await drawRound(run, draw, amount)
  if ('problem' in first) return failed({ ...trial, ...first })
  const shares = sharesOf(check, first.observed, 1)
  if (shares.p >= DOUBT) return { ...trial, status: 'passed', shares }

  // The number of samples must not depend on what they find, so this round is not cut short.
  const samples = secondRound(first.observed.length, run.settings.budget.samples)
  const second = await drawRound(run, draw, { samples, until: Number.POSITIVE_INFINITY })
  if ('problem' in second) return failed({ ...trial, ...second })
  // With too few fresh clients for the second round the first must do.
  const isEnough = second.observed.length > first.observed.length
  const decisive = isEnough ? sharesOf(check, second.observed, 2) : shares
  if (decisive.p >= FAULT) return { ...trial, status: 'passed', shares: decisive }
  return failed({ ...trial, problem: problemOfShares(decisive), observed: [], shares: decisive })
}

/** Three times the first round, unless that alone would cost more than all first rounds together. */
const secondRound = (first: number, budget: number): number =>
  Math.max(2 * first, Math.min(3 * first, budget))

type Round =
  | { readonly observed: readonly Observation[] }
  | Pick<Extract<Result, { status: 'failed' }>, 'problem' | 'observed'>

/** Draws samples, and no more of them once one is wrong by itself. */
async function drawRound(
  run: Run,
  draw: (count: number) => Promise<readonly Heard[]>,
  { samples, until }: Amount,
): Promise<Round> {
  const { nodeAddresses, now } = run.settings
  const observed: Observation[] = []
  while (observed.length < samples && (observed.length === 0 || now() < until)) {
    const heard = await draw(Math.min(WAVE, samples - observed.length))
    const problem = problemOfAll(heard, nodeAddresses)
    if (problem !== undefined) {
      return { problem, observed: countObservations(heard.flatMap(one => one.observed)) }
    }
    if (heard.length === 0) break
    observed.push(...heard.flatMap(one => one.observed))
  }
  return { observed }
}

function sharesOf(
  { expected }: BackendsCheck,
  observed: readonly Observation[],
  rounds: 1 | 2,
): SharesTest {
  const shares = expected.backends.map(({ share }) => share)
  const backends = expected.backends.map(({ at, share }): BackendCount => {
    const count = observed.filter(one => one.kind === 'answer' && isAt(one.at, at)).length
    return { at, share, expected: asNumber(share) * observed.length, observed: count }
  })
  const counts = backends.map(backend => backend.observed)
  return { samples: observed.length, rounds, ...testShares(shares, counts), backends }
}

function problemOfShares({ backends, samples, p }: SharesTest): string {
  const missing = backends.filter(one => one.observed === 0 && one.expected >= LEAST_EXPECTED)
  if (missing.length === 0) {
    return `the backends are not chosen in their shares: ${samples} samples deviate like this with a probability of ${p.toExponential(1)}`
  }
  const names = missing.slice(0, MAX_NAMED).map(({ at }) => placeText(at))
  const more = missing.length > MAX_NAMED ? ` and ${missing.length - MAX_NAMED} more` : ''
  return `${names.join(', ')}${more} never answered in ${samples} samples`
}

const MAX_NAMED = 5

/** A check that expects to be answered by backends. */
export type BackendsCheck = Check & {
  readonly expected: Extract<Expectation, { verdict: 'backends' }>
}

/** Checks of one service port and policy that expect the same backends with the same shares. */
export interface BackendSet {
  readonly port: ServicePort | undefined
  readonly backends: readonly ExpectedBackend[]
  readonly checks: readonly BackendsCheck[]
}

/**
 * The sets of backends that checks expect, by service port; what no Service promises counts by its
 * destination. Traffic policies may make sets that are equal by chance, and then the rules choose in
 * two places; else in one, whoever the client is.
 */
export function backendSets(checks: readonly Check[]): readonly BackendSet[] {
  const withBackends = checks.filter((check): check is BackendsCheck => isBackends(check))
  const byOwner = groupBy(
    withBackends,
    ({ destination }) =>
      destination.servicePort ?? `${destination.protocol} ${placeText(destination)}`,
  )
  return [...byOwner.values()].flatMap(ofOwner =>
    [...groupBy(ofOwner, setKey).values()].flatMap(ofSet => {
      const [first] = ofSet
      if (first === undefined) return []
      const port = first.destination.servicePort
      return { port, backends: first.expected.backends, checks: ofSet }
    }),
  )
}

/** Whether any client outside may stand for the one of this check: not where source ranges let in some. */
export function isForStrangers({ client, destination: { ip, servicePort } }: Check): boolean {
  const hasRanges = servicePort !== undefined && servicePort.sourceRanges.length > 0
  return client.kind === 'outside' && !(hasRanges && servicePort.loadBalancerIPs.includes(ip))
}

const isBackends = ({ expected }: Check): boolean => expected.verdict === 'backends'

function setKey({ client, destination, expected }: BackendsCheck): string {
  const { kind, servicePort } = destination
  // Only who comes from outside is under the external policy; others get what is in the cluster.
  const isLocal =
    kind === 'cluster-ip'
      ? servicePort?.internalPolicy === 'Local'
      : servicePort?.externalPolicy === 'Local' && client.kind === 'outside'
  const backends = expected.backends.map(
    ({ at, share }) => `${placeText(at)} ${share.numerator}/${share.denominator}`,
  )
  return [isLocal ? 'Local' : 'Cluster', ...backends.sort(compareText)].join()
}
