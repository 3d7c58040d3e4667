import { familyOf } from '../../address/address.js'
import type { Client } from '../../traffic/packet.js'
import { groupBy } from '../../util/collections.js'
import {
  countObservations,
  type Failed,
  isAt,
  type Observation,
  placeText,
  problemOf,
  type Result,
} from '../report.js'
import { failed, type Run, sendPatiently } from './run.js'
import { type BackendSet, type BackendsCheck, isForStrangers } from './shares.js'

/** Checks of one service port with affinity, which one client tries one after another. */
export interface Visits {
  /** The first of them that leaves a choice. */
  readonly check: BackendsCheck
  readonly checks: readonly BackendsCheck[]
  /** Seconds that the rules remember a client. */
  readonly seconds: number
  readonly by: 'stranger' | 'resident'
}

/**
 * What is to be visited: for each service port with affinity by clients outside that the rules do not
 * know, wherever they may go; and by one other client, whom they know by now, at the destinations of
 * its largest set of backends: only there it is certain which of its records counts.
 */
export function visitsOf(sets: readonly BackendSet[]): readonly Visits[] {
  const byPort = groupBy(sets, ({ port }) => port)
  return [...byPort].flatMap(([port, ofPort]) => {
    const seconds = port?.affinitySeconds
    if (seconds === undefined) return []
    const outside = ofPort.flatMap(({ checks }) => checks.filter(isForStrangers))
    // Several clients outside may have checks, and a stranger stands for all of them.
    const once = [...new Map(outside.map(one => [placeText(one.destination), one])).values()]
    return [
      visits(once, seconds, 'stranger'),
      visits(residentChecks(ofPort), seconds, 'resident'),
    ].flat()
  })
}

const visits = (
  checks: readonly BackendsCheck[],
  seconds: number,
  by: Visits['by'],
): readonly Visits[] => {
  const check = checks.find(({ expected }) => expected.backends.length > 1)
  return check ? [{ check, checks, seconds, by }] : []
}

function residentChecks(sets: readonly BackendSet[]): readonly BackendsCheck[] {
  const resident = sets
    .flatMap(({ checks }) => checks)
    .find(({ client, expected }) => client.kind !== 'outside' && expected.backends.length > 1)
  if (resident === undefined) return []
  return sets
    .map(({ checks }) => checks.filter(({ client }) => client.ip === resident.client.ip))
    .reduce((best, one) => (sizeOf(one) > sizeOf(best) ? one : best))
}

const sizeOf = ([first]: readonly BackendsCheck[]): number => first?.expected.backends.length ?? 0

/** Tries whether clients keep their backends. */
export const tryAffinity = (run: Run, all: readonly Visits[]): Promise<readonly Result[]> =>
  Promise.all(all.map(async one => run.ended(await visitAll(run, one))))

/** Clients that nobody knows: of two backends each finds the same by chance half of the time. */
const STRANGERS = 8
/** Connections to each destination; the very first alone, since it makes the record. */
const CONNECTIONS = [1, 3]

async function visitAll(run: Run, { check, checks, seconds, by }: Visits): Promise<Result> {
  const trial = { kind: 'affinity', check } as const
  const clients =
    by === 'resident'
      ? [check.client]
      : run.takeStrangers(familyOf(check.destination.ip), STRANGERS)
  if (clients.length === 0) {
    return {
      ...trial,
      status: 'skipped',
      reason: 'there is no client left that has sent nothing yet',
    }
  }
  const start = run.settings.now()
  const stays = await Promise.all(clients.map(client => stayOf(run, client, checks)))
  const wrong = stays.find(stay => stay?.isCertain) ?? stays.find(stay => stay !== undefined)
  if (wrong === undefined) return { ...trial, status: 'passed' }
  if (wrong.isCertain || run.settings.now() - start < seconds * 1000) return wrong.failure
  const reason = `its records last ${seconds} s, and the connections took longer than that`
  return { ...trial, status: 'skipped', reason }
}

/** How the visits of a client went wrong. */
interface Wrong {
  readonly failure: Failed
  /** Whether it is wrong also where records have ended meanwhile. */
  readonly isCertain: boolean
}

/** One client's connections to all destinations, one after another. */
async function stayOf(
  run: Run,
  client: Client,
  checks: readonly BackendsCheck[],
): Promise<Wrong | undefined> {
  const records: Place[] = []
  for (const check of checks.map(one => ({ ...one, client }))) {
    for (const times of CONNECTIONS) {
      const observed = await sendPatiently(run, check, times)
      const fault = problemOf(check, observed, run.settings.nodeAddresses)
      const problem = fault ?? changeOf(check, records, observed)
      if (problem === undefined) continue
      const counts = countObservations(observed)
      const failure = failed({ kind: 'affinity', check, problem, observed: counts })
      return { failure, isCertain: fault !== undefined }
    }
  }
  return undefined
}

type Place = BackendsCheck['expected']['backends'][number]['at']

/**
 * How a client left its backend, if it did; what it found is added to its records. Of the records those
 * of backends that the destination has count, and any of these may be found.
 */
function changeOf(
  { expected }: BackendsCheck,
  records: Place[],
  observed: readonly Observation[],
): string | undefined {
  for (const observation of observed) {
    if (observation.kind !== 'answer') continue
    const { at } = observation
    const kept = records.filter(one => expected.backends.some(backend => isAt(backend.at, one)))
    if (kept.length > 0 && !kept.some(one => isAt(one, at))) {
      return `a client of ${kept.map(placeText).join(', ')} came to ${placeText(at)}, in spite of session affinity`
    }
    if (kept.length === 0) records.push(at)
  }
  return undefined
}
