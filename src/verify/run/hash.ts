import { familyOf } from '../../address/address.js'
import type { Client } from '../../traffic/packet.js'
import { groupBy } from '../../util/collections.js'
import type { Check } from '../check.js'
import { countObservations, type Observation, problemOf, type Result } from '../report.js'
import { failed, type Run, type RunSettings, sendPatiently } from './run.js'
import { isForStrangers } from './shares.js'

/** Whether a hash of the client chooses the endpoint, in the mode that is verified. */
export const isHashed = ({ promise }: RunSettings, { destination }: Check): boolean =>
  promise !== undefined && destination.servicePort?.hash !== undefined

/** For each service port that hashes, the first check whose client any other outside may stand for. */
export function hashChecks(settings: RunSettings, checks: readonly Check[]): readonly Check[] {
  const candidates = checks.filter(
    check =>
      isHashed(settings, check) && check.expected.verdict === 'backends' && isForStrangers(check),
  )
  const byPort = groupBy(candidates, ({ destination }) => destination.servicePort)
  return [...byPort.values()].flatMap(([first]) => first ?? [])
}

/** Clients that each service port is tried with, unless there are too many service ports. */
const CLIENTS = 500

/** Tries whether clients, a new one each time, come to the endpoint that their hash says. */
export function tryHashes(run: Run, checks: readonly Check[]): Promise<readonly Result[]> {
  const budget = Math.max(1, Math.floor(run.settings.budget.samples / Math.max(1, checks.length)))
  const count = Math.min(CLIENTS, budget)
  return Promise.all(checks.map(async check => run.ended(await tryHash(run, check, count))))
}

async function tryHash(run: Run, check: Check, count: number): Promise<Result> {
  const trial = { kind: 'hash', check } as const
  const clients = run.takeStrangers(familyOf(check.destination.ip), count)
  if (clients.length === 0) {
    const reason = 'there is no client left that has sent nothing yet'
    return { ...trial, status: 'skipped', reason }
  }
  const wrong = (
    await Promise.all(clients.map(client => strayOf(run, { ...check, client }, client)))
  ).filter(one => one !== undefined)
  const [first] = wrong
  if (first === undefined) return { ...trial, status: 'passed' }
  const problem = `${wrong.length} of ${clients.length} clients do not come to the endpoint of their bucket, the first of them ${first.check.client.name}: ${first.problem}`
  const observed = countObservations(wrong.map(one => one.observation))
  return failed({ ...trial, check: first.check, problem, observed })
}

interface Stray {
  readonly check: Check
  readonly problem: string
  readonly observation: Observation
}

/** What is wrong about one connection of a client; the promise is asked with the port that it was from. */
async function strayOf(run: Run, check: Check, client: Client): Promise<Stray | undefined> {
  const { promise, nodeAddresses } = run.settings
  for (const observation of await sendPatiently(run, check, 1)) {
    const port = observation.kind === 'answer' ? observation.port : undefined
    const expected = promise?.(client, check.destination, port) ?? check.expected
    const asked = { ...check, expected }
    const problem = problemOf(asked, [observation], nodeAddresses)
    if (problem !== undefined) return { check: asked, problem, observation }
  }
  return undefined
}
