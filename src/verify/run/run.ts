import { type Family, familyOf } from '../../address/address.js'
import type { Client } from '../../traffic/packet.js'
import type { Check } from '../check.js'
import type { Observation } from '../observation.js'
import type { Failed, Progress, Result } from '../report.js'
import type { World } from '../world.js'
import { openGate } from './gate.js'
import type { RunSettings } from './settings.js'

/** A run under way: what its phases share. */
export interface Run {
  readonly settings: RunSettings
  /** Sends probes as soon as there is room for them; those that expect silence take little. */
  readonly send: (check: Check, times: number, patience: number) => Promise<readonly Observation[]>
  /** New connections that arrived anywhere while a job was done. */
  readonly arrivedDuring: <T>(job: () => Promise<T>) => Promise<{ arrived: number; result: T }>
  /** Up to so many clients outside that have sent nothing yet. */
  readonly takeStrangers: (family: Family, count: number) => readonly Client[]
  /** Tells the listener of a result, and gives it back. */
  readonly ended: (result: Result) => Result
  /** Probes sent so far. */
  readonly sent: () => number
}

/** Starts a run of so many trials. */
export function startRun(
  world: World,
  settings: RunSettings,
  total: number,
  onProgress: (progress: Progress) => void,
): Run {
  const gate = openGate(settings.concurrency)
  const strangers = new Map<Family, Iterator<Client>>()
  let sent = 0
  let done = 0
  return {
    settings,
    send: ({ client, destination: { ip, port, protocol }, expected }, times, patience) =>
      gate.pass(expected.verdict === 'dropped' ? 1 : times, () => {
        sent += times
        return world.probe(client, { ip, port, protocol }, { times, patience })
      }),
    arrivedDuring: async job => {
      const before = await world.arrivals()
      const result = await job()
      return { arrived: (await world.arrivals()) - before, result }
    },
    takeStrangers: (family, count) => {
      const iterator = strangers.get(family) ?? settings.strangers(family)[Symbol.iterator]()
      strangers.set(family, iterator)
      return take(iterator, count)
    },
    ended: result => {
      done++
      onProgress(result.status === 'failed' ? { done, total, failure: result } : { done, total })
      return result
    },
    sent: () => sent,
  }
}

/**
 * Sends probes on which something ought to come back, and those that meet silence once more with more
 * patience: a busy machine may be to blame.
 */
export async function sendPatiently(
  { send, settings: { patience } }: Run,
  check: Check,
  times: number,
): Promise<readonly Observation[]> {
  const isLate = check.expected.verdict === 'refused' && isTcpIpv6(check)
  const first = await send(check, times, isLate ? patience.lateRefusal : patience.silence)
  const heard = first.filter(({ kind }) => kind !== 'silence')
  const silent = first.length - heard.length
  return silent === 0 ? first : [...heard, ...(await send(check, silent, patience.answer))]
}

const isTcpIpv6 = ({ destination: { ip, protocol } }: Check): boolean =>
  protocol === 'tcp' && familyOf(ip) === 'IPv6'

/** A failure whose position and explanation come later. */
export const failed = (
  trial: Pick<Failed, 'kind' | 'check' | 'problem' | 'observed' | 'arrived' | 'shares'>,
): Failed => ({ ...trial, status: 'failed', where: undefined })

function take<T>(iterator: Iterator<T>, count: number): readonly T[] {
  const taken: T[] = []
  while (taken.length < count) {
    const { value, done } = iterator.next()
    if (done) break
    taken.push(value)
  }
  return taken
}
