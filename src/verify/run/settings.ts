import type { Family, Ip } from '../../address/address.js'
import type { Client } from '../../traffic/packet.js'
import type { Check } from '../check.js'
import type { Sampled } from '../report.js'

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
