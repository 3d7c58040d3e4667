import { familyOf, type Ip } from '../address/address.js'
import { displayName } from '../model/service-port.js'
import type { Expectation, ExpectedBackend, Fraction, Hook, Outcome } from '../traffic/packet.js'
import { assertNever } from '../util/errors.js'
import { visible } from '../util/text.js'
import type { Check, Destination, DestinationKind } from './check.js'
import { isFlowCheck } from './flows.js'

/**
 * What was tried: `packets` is what becomes of the packets of one check; `shares` how often each of
 * several backends is chosen; `affinity` whether a client keeps its backend; `hash` whether many clients
 * come to the backends that their hashes say.
 */
export type TrialKind = 'packets' | 'shares' | 'affinity' | 'hash'

/** One thing tried. */
export interface Trial {
  readonly kind: TrialKind
  /** For all but packets one that stands for all of its service port with the same backends. */
  readonly check: Check
}

/** What a verification found. */
export interface Report {
  /** Everything tried or skipped: packets in the order of the checks, then shares, affinity and hashes. */
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

/** What became of one probe. */
export type Observation =
  /** A listener answered. */
  | {
      readonly kind: 'answer'
      /** Address and port that the packet had when it arrived. */
      readonly at: { readonly ip: Ip; readonly port: number }
      /** The source that the listener saw. */
      readonly source: Ip
      /** The port that the probe left its sender by; absent where that could not be told. */
      readonly port?: number
    }
  /** An error came back as from a rule that rejects: ICMP port unreachable, or a reset. */
  | { readonly kind: 'refused' }
  /** Nothing came back in time. */
  | { readonly kind: 'silence' }
  /** It arrived somewhere at a port where nobody listens: a DNAT to a dead port. */
  | { readonly kind: 'stray'; readonly at?: { readonly ip: Ip; readonly port: number } }

// What reports say, in words. Everything here gives one line, fit for a terminal.

const DESTINATION_WORDS: Readonly<Record<DestinationKind, string>> = {
  'cluster-ip': 'ClusterIP',
  'external-ip': 'external IP',
  'load-balancer-ip': 'load balancer IP',
  'node-port': 'NodePort',
  'wrong-port': 'wrong port',
  'unallocated-ip': 'unallocated IP',
  'no-service': 'no Service',
}

const MAX_LINE = 500

/** Foreign text on one line of bearable length. */
export function lineText(text: string): string {
  const cut = text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}...` : text
  return visible(cut).replaceAll('\t', '\\t')
}

/** `NodePort 192.168.10.11:30080/tcp`. */
const destinationText = (destination: Destination): string =>
  `${DESTINATION_WORDS[destination.kind]} ${placeText(destination)}/${destination.protocol}`

/** The port of the Service, with its family as both share a name; or that there is none. */
export const portText = ({ ip, servicePort }: Destination): string =>
  servicePort ? lineText(`${displayName(servicePort)} (${familyOf(ip)})`) : 'no Service'

const TRIED: Readonly<Record<Trial['kind'], string>> = {
  packets: '',
  shares: ', shares of the backends',
  affinity: ', session affinity',
  hash: ', hash of the client',
}

/** What was tried, without the port of the Service. */
export function trialText({ kind, check }: Trial): string {
  const { client, destination } = check
  const flow = isFlowCheck(check) ? `, flow ${check.flow.name}` : ''
  return lineText(`${destinationText(destination)} from ${client.name}${TRIED[kind]}${flow}`)
}

/** The packet as it left its sender. */
export function packetText({ client, destination }: Check): string {
  const way = client.inputInterface === undefined ? '' : `, in by ${client.inputInterface}`
  const sent = `${client.ip} -> ${placeText(destination)}/${destination.protocol}`
  return lineText(`${sent}, ${familyOf(destination.ip)}, ${client.kind}${way}`)
}

/** What is expected, in a phrase. */
export function expectationText(expectation: Expectation): string {
  switch (expectation.verdict) {
    case 'refused':
      return 'an error comes back'
    case 'dropped':
      return 'nothing comes back, and nothing arrives'
    case 'untouched':
      return 'it arrives where it was sent, from its own source'
    case 'backends': {
      const { backends } = expectation
      const shown = backends.slice(0, MAX_BACKENDS).map(backendText)
      const hidden = backends.length - shown.length
      return `answered by ${[...shown, ...(hidden > 0 ? [`${hidden} more`] : [])].join(', ')}`
    }
  }
}

const MAX_BACKENDS = 10

type BackendsExpected = Extract<Expectation, { verdict: 'backends' }>

function backendText({ at, share, masqueraded }: BackendsExpected['backends'][number]): string {
  const seen = masqueraded ? 'sees the node' : 'sees the client'
  return `${placeText(at)} (${percent(numberOf(share))}, ${seen})`
}

/** What became of some probes. */
export function observedText({ observation, count }: ObservedCount): string {
  switch (observation.kind) {
    case 'answer':
      return `${count}x answered by ${placeText(observation.at)}, which saw ${observation.source}`
    case 'refused':
      return `${count}x an error came back`
    case 'silence':
      return `${count}x nothing came back`
    case 'stray': {
      const where = observation.at ? placeText(observation.at) : 'a port'
      return `${count}x it arrived at ${where}, where nobody listens`
    }
  }
}

/** How often each backend was chosen, a line each, and what that means. */
export function sharesText({ samples, p, backends }: SharesTest): readonly string[] {
  const lines = backends.map(
    ({ at, share, observed }) =>
      `${placeText(at)} ${observed} of ${samples} (${percent(observed / Math.max(samples, 1))}), expected ${percent(numberOf(share))}`,
  )
  return [...lines, `probability by chance ${p < 0.0001 ? 'below 0.0001' : p.toFixed(4)}`]
}

/** `objects.yaml:3:5`. */
export const whereText = ({ file, line, column }: Where): string =>
  lineText(`${file}:${line}:${column}`)

/** A fraction as a number. */
export const numberOf = ({ numerator, denominator }: Fraction): number => numerator / denominator

/** `33.3 %`. */
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`

/** Reasons of what was skipped, with how often. */
export function skippedCounts(results: readonly Result[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const result of results) {
    if (result.status !== 'skipped') continue
    const reason = lineText(result.reason)
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return counts
}

type Answer = Extract<Observation, { kind: 'answer' }>
type ListeningAt = Answer['at']

/** What is wrong with an observation of a check, in a phrase; `undefined` if it is as promised. */
function faultOf(
  { client, destination, expected }: Check,
  observation: Observation,
  nodeAddresses: readonly Ip[],
): string | undefined {
  switch (expected.verdict) {
    case 'refused':
    case 'dropped':
      return observation.kind === VERDICT_KIND[expected.verdict]
        ? undefined
        : otherKind(observation)
    case 'untouched':
      if (observation.kind !== 'answer') return otherKind(observation)
      return isAt(observation.at, destination)
        ? sourceFault(observation, client.ip, false, nodeAddresses)
        : `${placeText(observation.at)} answered instead of the destination itself`
    case 'backends': {
      if (observation.kind !== 'answer') return otherKind(observation)
      const backend = expected.backends.find(({ at }) => isAt(observation.at, at))
      return backend
        ? sourceFault(observation, client.ip, backend.masqueraded, nodeAddresses)
        : `${placeText(observation.at)} answered, which is not one of the expected backends`
    }
    default:
      return assertNever(expected, 'expectation')
  }
}

/** Everything that is wrong with observations of a check, each fault once, joined to one phrase. */
export function problemOf(
  check: Check,
  observations: readonly Observation[],
  nodeAddresses: readonly Ip[],
): string | undefined {
  const faults = new Set(observations.flatMap(one => faultOf(check, one, nodeAddresses) ?? []))
  if (faults.size === 0) return undefined
  const shown = [...faults].slice(0, MAX_FAULTS)
  const hidden = faults.size - shown.length
  return [...shown, ...(hidden > 0 ? [`${hidden} more of the kind`] : [])].join('; ')
}

const MAX_FAULTS = 5
const MAX_COUNTS = 20

/** Observations by their contents, the most frequent first. */
export function countObservations(observations: readonly Observation[]): readonly ObservedCount[] {
  const counts = new Map<string, ObservedCount>()
  for (const one of observations) {
    // Each probe has a port of its own.
    const observation =
      one.kind === 'answer' ? { kind: one.kind, at: one.at, source: one.source } : one
    const key = JSON.stringify(observation)
    const count = (counts.get(key)?.count ?? 0) + 1
    counts.set(key, { observation, count })
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, MAX_COUNTS)
}

/** Whether two places are the same address and port. */
export const isAt = (a: ListeningAt, b: ListeningAt): boolean => a.ip === b.ip && a.port === b.port

/** `10.0.0.1:80`, `[fd00::1]:80`. */
export const placeText = ({ ip, port }: ListeningAt): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`

const VERDICT_KIND = { refused: 'refused', dropped: 'silence' } as const

function sourceFault(
  { at, source }: Answer,
  client: Ip,
  masqueraded: boolean,
  nodeAddresses: readonly Ip[],
): string | undefined {
  if (masqueraded && !nodeAddresses.includes(source)) {
    return `${placeText(at)} saw the source ${source}, which is not an address of the node: not masqueraded`
  }
  if (masqueraded && source === client && client !== primaryOf(nodeAddresses, client)) {
    return `${placeText(at)} saw the source ${source}, which masquerade would not have chosen: not masqueraded`
  }
  if (!masqueraded && source !== client) {
    return `${placeText(at)} saw the source ${source} instead of the client's own ${client}`
  }
  return undefined
}

/** The address that masquerade gives: the node's first of the family. */
const primaryOf = (nodeAddresses: readonly Ip[], like: Ip): Ip | undefined =>
  nodeAddresses.find(ip => familyOf(ip) === familyOf(like))

function otherKind(observation: Observation): string {
  switch (observation.kind) {
    case 'answer':
      return `${placeText(observation.at)} answered`
    case 'refused':
      return 'it was refused'
    case 'silence':
      return 'nothing came back'
    case 'stray':
      return observation.at
        ? `it arrived at ${placeText(observation.at)}, where nobody listens`
        : 'it arrived at a port where nobody listens'
    default:
      return assertNever(observation, 'observation')
  }
}

/** What the probes of a check came to. */
export interface Heard {
  readonly check: Check
  readonly observed: readonly Observation[]
}

/** The first problem among the observations of several checks. */
export function problemOfAll(
  heard: readonly Heard[],
  nodeAddresses: readonly Ip[],
): string | undefined {
  for (const { check, observed } of heard) {
    const problem = problemOf(check, observed, nodeAddresses)
    if (problem !== undefined) return problem
  }
  return undefined
}
