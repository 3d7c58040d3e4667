import type { ExpectedBackend, Fraction, Hook, Outcome } from '../traffic/packet.js'
import type { Check } from './check.js'
import type { Observation } from './observation.js'

/**
 * What was tried: `packets` is what becomes of the packets of one check; `shares` how often each of
 * several backends is chosen; `affinity` whether a client keeps its backend.
 */
export type TrialKind = 'packets' | 'shares' | 'affinity'

/** One thing tried. */
export interface Trial {
  readonly kind: TrialKind
  /** For shares and affinity one that stands for all of its service port with the same backends. */
  readonly check: Check
}

/** What a verification found. */
export interface Report {
  /** Everything tried or skipped: packets in the order of the checks, then shares, then affinity. */
  readonly results: readonly Result[]
  readonly totals: Totals
  /** Present where only some of the destinations were tried. */
  readonly sampled: Sampled | undefined
  /**
   * New connections that arrived in the silent phase and did not come again, so that no check could be
   * found to be their cause; 0 where all is well.
   */
  readonly unexplainedArrivals: number
  /** From the first probe to the last explanation. */
  readonly milliseconds: number
}

/** Sums of a report. */
export interface Totals {
  /** Distinct addresses with ports that something was sent to. */
  readonly destinations: number
  /** Passed, failed and skipped results are one each of these. */
  readonly checks: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Packets and connections sent, repetitions included. */
  readonly probes: number
}

/** How many destinations were tried of those that the objects promise. */
export interface Sampled {
  readonly tried: number
  readonly of: number
}

export type Result = Passed | Failed | Skipped

export interface Passed extends Trial {
  readonly status: 'passed'
  readonly shares?: SharesTest
}

export interface Skipped extends Trial {
  readonly status: 'skipped'
  /** Why, e.g. `the kernel has no SCTP`. */
  readonly reason: string
}

export interface Failed extends Trial {
  readonly status: 'failed'
  /** What is wrong, in a phrase without a full stop; may hold several joined by `; `. */
  readonly problem: string
  /** What became of the probes that count, the most frequent first. */
  readonly observed: readonly ObservedCount[]
  /** New connections that arrived somewhere although silence came back. */
  readonly arrived?: number
  readonly shares?: SharesTest
  /** Where the port of the Service stands; absent where no Service is concerned. */
  readonly where: Where | undefined
  /** The rules that such a packet passes; absent for failures beyond the limit. */
  readonly explanation?: Explanation
}

/** One kind of observation; shares are counted by backend in `SharesTest`. */
export interface ObservedCount {
  readonly observation: Observation
  readonly count: number
}

/** A position in the user's input. */
export interface Where {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A chi-square test of how often each backend was chosen; of two rounds the last. */
export interface SharesTest {
  readonly samples: number
  /** Probability of such a deviation, or a larger one, by chance alone. */
  readonly p: number
  /** Rounds that were needed: 2 where the first left doubt. */
  readonly rounds: 1 | 2
  /**
   * The relative deviation of the smallest share that so many samples give away: 0.2 is 20 %. Absent
   * if they are too few for any.
   */
  readonly detectable: number | undefined
  /** Expected backends in the order of the expectation. */
  readonly backends: readonly BackendCount[]
}

export interface BackendCount {
  readonly at: ExpectedBackend['at']
  readonly share: Fraction
  /** Number of samples that the share makes; a real number. */
  readonly expected: number
  readonly observed: number
}

/** The ways that the loaded rules let the first packet of a check go, as far as they are known. */
export type Explanation =
  | {
      readonly kind: 'paths'
      /** Those that break the expectation come first. */
      readonly paths: readonly RulePath[]
      /** How many more there are. */
      readonly hidden: number
    }
  /** Nothing can be told, and why. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** One way through the rules. */
export interface RulePath {
  readonly share: Fraction
  /** `unknown` ends at a rule that is not understood. */
  readonly outcome: Outcome
  /** The new destination `ip:port`, if a rule gives one. */
  readonly to: string | undefined
  readonly masqueraded: boolean
  /** Whether this is what was promised; absent where that cannot be told. */
  readonly asExpected: boolean | undefined
  readonly steps: readonly RuleStep[]
}

/** One rule that the packet matched. */
export interface RuleStep {
  readonly hook: Hook
  /** Family and name, e.g. `ip kube-proxy`. */
  readonly table: string
  readonly chain: string
  /** In nft's words; `policy drop` for the policy of a base chain. */
  readonly rule: string
  /** Key of the element that answered a look-up, e.g. `10.96.0.1 . tcp . 80`. */
  readonly element?: string
}

/** How far a run is. */
export interface Progress {
  readonly done: number
  readonly total: number
  /** What has just failed, without its explanation. */
  readonly failure?: Failed
}
