import type { Ip } from '../../../src/address/address.js'
import type { Client, Expectation, Place } from '../../../src/traffic/packet.js'
import type { Check } from '../../../src/verify/check.js'
import type { Observation } from '../../../src/verify/report.js'
import type { Effort, World } from '../../../src/verify/run/run.js'
import { NODE } from './fixture.js'
import { randomOf } from './random.js'

/** One probe, as a fake world meets it. */
export interface FakeProbe {
  readonly client: Client
  readonly to: Place
  readonly patience: number
  readonly random: () => number
}

/** What a probe comes to; `arrives` where it arrives although nothing comes back. */
export type Fate = Observation | { readonly kind: 'silence'; readonly arrives: true }
export type Behaviour = (probe: FakeProbe) => Fate

/** What happened in a fake world. */
export interface FakeLog {
  /** Probes in the order of their arrival. */
  readonly probes: (FakeProbe & { readonly during: number })[]
  mostInFlight: number
  lists: number
}

export interface FakeWorld extends World {
  readonly log: FakeLog
}

/** A world without a kernel: a behaviour answers each probe, by chance that a seed repeats. */
export function fakeWorld(behaviour: Behaviour, { seed = 1, listing = '' } = {}): FakeWorld {
  const random = randomOf(seed)
  const log: FakeLog = { probes: [], mostInFlight: 0, lists: 0 }
  let inFlight = 0
  let arrived = 0
  const probeOnce = (client: Client, to: Place, patience: number): Observation => {
    const probe = { client, to, patience, random }
    log.probes.push({ ...probe, during: inFlight })
    const fate = behaviour(probe)
    if (fate.kind === 'answer' || fate.kind === 'stray' || 'arrives' in fate) arrived++
    return fate.kind === 'silence' ? { kind: 'silence' } : fate
  }
  return {
    log,
    load: () => Promise.resolve(),
    list: () => {
      log.lists++
      return Promise.resolve(listing)
    },
    arrivals: () => Promise.resolve(arrived),
    probe: async (client: Client, to: Place, { times, patience }: Effort) => {
      inFlight += times
      log.mostInFlight = Math.max(log.mostInFlight, inFlight)
      await new Promise<void>(resolve => setImmediate(resolve))
      const observed = Array.from({ length: times }, () => probeOnce(client, to, patience))
      inFlight -= times
      return observed
    },
  }
}

/** A behaviour that keeps what checks expect; a stranger finds what the client outside would. */
export function keeping(checks: readonly Check[]): Behaviour {
  const records = new Map<string, Ip>()
  return probe => {
    const { client, to } = probe
    const there = checks.filter(
      ({ destination: { ip, port, protocol } }) =>
        ip === to.ip && port === to.port && protocol === to.protocol,
    )
    const check =
      there.find(one => one.client.ip === client.ip) ??
      there.find(one => one.client.kind === client.kind)
    if (check === undefined) throw new Error(`nobody was to probe ${to.ip} from ${client.name}`)
    const { servicePort } = check.destination
    const record =
      servicePort?.affinitySeconds === undefined ? undefined : `${servicePort.name} ${client.ip}`
    return fateOf(check.expected, probe, records, record)
  }
}

/** What an expectation makes of a probe, by chance where it leaves a choice. */
export function fateOf(
  expected: Expectation,
  { client, to, random }: FakeProbe,
  records = new Map<string, Ip>(),
  record?: string,
): Fate {
  if (expected.verdict === 'refused') return { kind: 'refused' }
  if (expected.verdict === 'dropped') return { kind: 'silence' }
  if (expected.verdict === 'untouched') return answer(to, client.ip)
  const recorded = record === undefined ? undefined : records.get(record)
  let rest = random()
  const drawn = expected.backends.find(({ share: { numerator, denominator } }) => {
    rest -= numerator / denominator
    return rest < 0
  })
  const chosen =
    expected.backends.find(({ at }) => at.ip === recorded) ?? drawn ?? expected.backends[0]
  if (chosen === undefined) return { kind: 'refused' }
  if (record !== undefined) records.set(record, chosen.at.ip)
  return answer(chosen.at, chosen.masqueraded ? NODE : client.ip)
}

export const answer = ({ ip, port }: { ip: Ip; port: number }, source: Ip): Observation => ({
  kind: 'answer',
  at: { ip, port },
  source,
})
