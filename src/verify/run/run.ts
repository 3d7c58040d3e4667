import { Semaphore } from 'async-mutex'
import { type Family, familyOf, type Ip } from '../../address/address.js'
import type { Client, Expectation, Place } from '../../traffic/packet.js'
import type { Check, Destination } from '../check.js'
import type { Failed, Observation, Progress, Result, Sampled } from '../report.js'

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
  const pass = openGate(settings.concurrency)
  const strangers = new Map<Family, Iterator<Client>>()
  let sent = 0
  let done = 0
  return {
    settings,
    send: ({ client, destination: { ip, port, protocol }, expected }, times, patience) =>
      pass(expected.verdict === 'dropped' ? 1 : times, () => {
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

/** What a run goes by, beside its checks. */
export interface RunSettings {
  /** Of the node under test; whoever sees a masqueraded packet sees one of these. */
  readonly nodeAddresses: readonly Ip[]
  /** Clients outside that no check has, the more the better; asked for once in a family. */
  readonly strangers: (family: Family) => Iterable<Client>
  /** Why a check cannot be tried here, e.g. `the kernel has no SCTP`. */
  readonly skip?: (check: Check) => string | undefined
  /** Present where the checks are of some of the destinations only. */
  readonly sampled?: Sampled | undefined
  /**
   * What is promised to a client at a destination, also of a source port; absent where nothing is hashed
   * by them.
   */
  readonly promise?:
    | ((client: Client, destination: Destination, port: number | undefined) => Expectation)
    | undefined
  /** Probes for each check. */
  readonly probes: number
  /** Another number of probes for some. */
  readonly probesOf?: (check: Check) => number | undefined
  /** Samples of each test of shares; if absent as many as it needs, within the budget. */
  readonly samples?: number | undefined
  readonly budget: Budget
  readonly patience: Patience
  /** Probes under way at the same time; of those that expect silence, checks. */
  readonly concurrency: number
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number
}

/** Milliseconds. */
export interface Patience {
  /** After which silence is silence, where it is promised; elsewhere it is tried again. */
  readonly silence: number
  /**
   * For a refusal of TCP over IPv6: while it connects, Linux takes an ICMPv6 error for a passing one,
   * and tells of it only when it has sent the SYN again, after a second.
   */
  readonly lateRefusal: number
  /** For an answer at the second try. */
  readonly answer: number
}

/** What the tests of shares may take together, unless a number of samples is asked for. */
export interface Budget {
  readonly samples: number
  /** After which a first round ends with what it has by then. */
  readonly milliseconds: number
}

/** What holds where nobody says otherwise. */
export const RUN_DEFAULTS = {
  probes: 3,
  budget: { samples: 20_000, milliseconds: 3000 },
  patience: { silence: 400, lateRefusal: 1500, answer: 2000 },
  concurrency: 256,
  now: () => performance.now(),
} as const satisfies Partial<RunSettings>

/**
 * Lets jobs pass as long as the sum of their weights stays within a limit, in the order in which they
 * came; a job heavier than that passes alone. After one failure all that wait fail with the same.
 */
function openGate(limit: number) {
  const room = new Semaphore(limit)
  let broken: { readonly error: unknown } | undefined
  return async <T>(weight: number, job: () => Promise<T>): Promise<T> => {
    try {
      return await room.runExclusive(
        () => (broken ? Promise.reject(broken.error) : job()),
        Math.min(weight, limit),
      )
    } catch (error) {
      broken ??= { error }
      room.cancel()
      throw broken.error
    }
  }
}

/** Rules for the node, in the language of the tool that loads them. */
export type Ruleset =
  | { readonly kind: 'nft'; readonly text: string }
  | {
      readonly kind: 'iptables'
      /** Whole tables of each family; one that is absent has no rules. */
      readonly texts: Readonly<Partial<Record<Family, string>>>
      /** Whether the node is to route IPv4 loopback addresses, as node ports on localhost need it. */
      readonly localhost: boolean
    }

/** Rules that their tool refuses; the message is the tool's own. */
export class RulesetError extends Error {
  override readonly name = 'RulesetError'
  /** As whose words the message is shown, e.g. `nft`. */
  readonly tool: string

  constructor(tool: string, message: string) {
    super(message)
    this.tool = tool
  }
}

/** How a probe is sent. */
export interface Effort {
  /** Number of probes, each from a source port of its own. */
  readonly times: number
  /** Milliseconds without an answer that count as silence. */
  readonly patience: number
}

/** A scene that was built and lives: the only thing that verification does anything to. */
export interface World {
  /**
   * Puts rules in the place of those before.
   *
   * @throws RulesetError
   */
  load(ruleset: Ruleset): Promise<void>
  /**
   * The rules of the node as `nft -j list ruleset` prints them, without what the scene itself needs; in
   * iptables mode as iptables-save and ip6tables-save do.
   */
  list(): Promise<string>
  /** One observation for each of the probes. */
  probe(client: Client, to: Place, how: Effort): Promise<readonly Observation[]>
  /** New connections that arrived anywhere so far. */
  arrivals(): Promise<number>
}
