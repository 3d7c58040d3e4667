/* Generated from src/schema/*.json by `npm run generate`. Do not edit. */

/**
 * What happens to traffic.
 */
export type DiffKind =
  | 'new'
  | 'lost'
  | 'refused'
  | 'dropped'
  | 'served'
  | 'exposed'
  | 'restricted'
  | 'backends'
  | 'shares'
  | 'masquerade'
  | 'affinity'
  | 'hash'
  | 'guard'
  | 'node'

export interface AllReports {
  'check-report'?: CheckResult
  'diff-report'?: TrafficDiff
  'trace-report'?: TraceReport
  'verify-report'?: VerifyReport
  'migrate-report'?: MigrateReport
}
/**
 * What `kubenat check -o json` prints.
 */
export interface CheckResult {
  apiVersion: 'kubenat.dev/v1'
  kind: 'CheckReport'
  summary: CheckSummary
  /**
   * How many objects of each kind were read.
   */
  checked: {
    Service: number
    Endpoints: number
    EndpointSlice: number
    Node: number
    ServiceCIDR: number
  }
  /**
   * By file and position.
   */
  findings: readonly CheckFinding[]
}
export interface CheckSummary {
  errors: number
  warnings: number
  notes: number
  /**
   * Findings that annotations or settings silence; they count nowhere else.
   */
  silenced: number
  /**
   * Whether a finding fails the check: exit code 1, or 2.
   */
  failed: boolean
  /**
   * Whether a lost text or Node kept the lints that compare objects from running.
   */
  partial: boolean
}
export interface CheckFinding {
  /**
   * Stable; `kubenat explain` tells more of it.
   */
  id: string
  severity: 'error' | 'warning' | 'note'
  title: string
  /**
   * namespace/name of a Service, Kind namespace/name of others.
   */
  object?: string
  /**
   * As in spec.ports[0].port.
   */
  field?: string
  message: string
  remedy: string
  file?: string
  /**
   * From 1.
   */
  line?: number
  /**
   * From 1, in UTF-16 units.
   */
  column?: number
  silencedBy?: 'annotation' | 'settings'
}
/**
 * What kubenat diff -o json prints: what a change of objects, or what is loaded on a node, does to traffic. Within v1, members are only added.
 */
export interface TrafficDiff {
  apiVersion: 'kubenat.dev/v1'
  kind: 'TrafficDiff'
  nodes: DiffNodes
  summary: DiffSummary
  /**
   * By service port; what belongs to none comes last.
   */
  changes: readonly DiffEntry[]
}
export interface DiffNodes {
  compared: readonly string[]
  /**
   * Nodes of NEW alone; not compared.
   */
  added: readonly string[]
  /**
   * Nodes of OLD alone; not compared.
   */
  removed: readonly string[]
}
export interface DiffSummary {
  /**
   * Whether there is any change.
   */
  differs: boolean
  /**
   * Whether a change is of a kind that --fail-on names: exit code 1.
   */
  fails: boolean
  /**
   * Targets that see a change, by its kind; equal ones of several nodes are one.
   */
  counts: {
    [k: string]: number
  }
}
/**
 * Targets that see the same changes.
 */
export interface DiffEntry {
  service?: DiffService
  /**
   * @minItems 1
   */
  nodes: readonly string[]
  /**
   * @minItems 1
   */
  targets: readonly DiffTarget[]
  /**
   * @minItems 1
   */
  changes: readonly DiffChange[]
}
/**
 * Absent where traffic belongs to no Service, or loaded rules do not tell whose it is.
 */
export interface DiffService {
  namespace: string
  name: string
  /**
   * Empty for an unnamed port; absent for changes of the Service as a whole.
   */
  portName?: string
}
/**
 * Where a change is seen: a destination, the other ports of an address, addresses that nobody has, or the addresses of the node at which node ports are served.
 */
export interface DiffTarget {
  /**
   * address: a destination of loaded rules that no object names.
   */
  type:
    | 'cluster-ip'
    | 'external-ip'
    | 'load-balancer-ip'
    | 'address'
    | 'node-port'
    | 'other-ports'
    | 'unallocated'
    | 'node-port-addresses'
  family: 'IPv4' | 'IPv6'
  address?: string
  protocol?: 'tcp' | 'udp' | 'sctp'
  port?: number
  /**
   * Of unallocated.
   */
  cidrs?: readonly string[]
  /**
   * Of unallocated: parts of these CIDRs that see no such change.
   */
  except?: readonly string[]
}
export interface DiffChange {
  kind: DiffKind
  /**
   * Who sees it; empty for node-port-addresses.
   */
  clients: readonly DiffClients[]
  from: DiffState
  to: DiffState
}
export interface DiffClients {
  /**
   * pods: those whose traffic counts as local; outside: all others but the node; others: both, where nothing tells pods.
   */
  class: 'pods' | 'node' | 'outside' | 'others'
  /**
   * Sources that see it; all of the class where absent.
   */
  only?: readonly string[]
  /**
   * Sources, of the class or of those in `only`, that do not see it.
   */
  except?: readonly string[]
  /**
   * Only by an interface such as this.
   */
  interface?: string
}
/**
 * What traffic came or comes to, as far as the change is about it.
 */
export interface DiffState {
  /**
   * untouched: no rule takes the packet.
   */
  verdict?: 'backends' | 'untouched' | 'dropped' | 'refused'
  backends?: readonly DiffBackend[]
  /**
   * Shares of new flows that come to no backend, beside those that do.
   */
  otherwise?: readonly DiffOtherwise[]
  /**
   * Whether backends see the node's address; some: those that say so.
   */
  masqueraded?: 'all' | 'none' | 'some'
  /**
   * Only of the flows of the backends listed to themselves.
   */
  toItself?: true
  /**
   * Session affinity; 0 is none.
   */
  affinitySeconds?: number
  hash?: DiffHash
  /**
   * The share of clients that come to another backend by the hash, in lowest terms; absent where both sides do not hash the same.
   */
  moved?: string
  /**
   * Of node-port-addresses: the node's own, or `any other`.
   */
  addresses?: readonly string[]
}
export interface DiffBackend {
  /**
   * address:port, IPv6 in brackets.
   */
  address: string
  /**
   * Of new flows, as a fraction in lowest terms.
   */
  share?: string
  /**
   * Where not all backends are alike.
   */
  masqueraded?: boolean
}
export interface DiffOtherwise {
  verdict: 'untouched' | 'dropped' | 'refused'
  share: string
}
/**
 * What of a client decides which backend it gets; none: chance.
 */
export interface DiffHash {
  by: 'source-ip' | 'source-ip-port' | 'other' | 'none'
  buckets?: number
}
/**
 * What kubenat trace -o json prints: one packet's way through the rules of a node. Within v1, members are only added.
 */
export interface TraceReport {
  apiVersion: 'kubenat.dev/v1'
  kind: 'Trace'
  /**
   * Name of the node; absent where only a listing is known.
   */
  node?: string
  /**
   * The layout of compiled rules.
   */
  layout?: string
  /**
   * The file that the rules of a live node were listed in.
   */
  listing?: string
  packet: TracedPacket
  destination?: TracedDestination
  /**
   * What becomes of the packet; mixed where chance decides between them.
   */
  verdict: 'accept' | 'drop' | 'reject' | 'mixed'
  reason?: TraceReason
  /**
   * What becomes of which share of new flows; accepted with a destination of its own where it is not rewritten.
   */
  ends: readonly TraceEnd[]
  /**
   * Where the packet may go, in the order of the rules.
   */
  backends: readonly TracedBackend[]
  /**
   * What else becomes of the packet where it passes tests that nothing here can answer: verdict, ends and backends of the report are those of a packet that passes none of them.
   */
  alternatives?: readonly TracedAlternative[]
  notes: readonly TraceNote[]
  /**
   * The hooks in the order in which the packet comes to them.
   */
  hooks: readonly TracedHook[]
}
export interface TracedPacket {
  /**
   * Source address.
   */
  from: string
  /**
   * Who has that address, in words.
   */
  sender?: string
  /**
   * Destination address.
   */
  to: string
  port?: number
  protocol: 'tcp' | 'udp' | 'sctp' | 'icmp'
  /**
   * Absent for packets that the node itself sends, and where it is not known.
   */
  inInterface?: string
}
/**
 * What the objects have at the destination.
 */
export interface TracedDestination {
  kind: 'cluster-ip' | 'external-ip' | 'load-balancer-ip' | 'node-port'
  /**
   * namespace/name:port
   */
  servicePort: string
  policy: 'Cluster' | 'Local'
  /**
   * file:line
   */
  at?: string
}
/**
 * Why the packet comes to no backend.
 */
export interface TraceReason {
  code: string
  text: string
  /**
   * file:line
   */
  at?: string
}
export interface TraceEnd {
  verdict: 'accept' | 'drop' | 'reject'
  share: TraceShare
  /**
   * What the sender gets, in words.
   */
  answer?: string
}
/**
 * A share of new flows.
 */
export interface TraceShare {
  /**
   * Exact, in lowest terms: 1/3, or 1.
   */
  fraction: string
  /**
   * Rounded to two digits.
   */
  percent: number
}
export interface TracedBackend {
  address: string
  port: number
  /**
   * namespace/name
   */
  pod?: string
  node?: string
  share: TraceShare
  masqueraded: boolean
  /**
   * Why it is masqueraded.
   */
  because?: string
  reply: TracedReply
}
/**
 * The addresses that the two ends see.
 */
export interface TracedReply {
  /**
   * The source of the packet at the backend, to which it answers.
   */
  backendSees: string
  /**
   * The source of the answer at the client, with its port.
   */
  clientSees: string
}
export interface TracedAlternative {
  /**
   * Tests in nft's words that the packet then passes, or the order of chains.
   */
  when: readonly string[]
  verdict: 'accept' | 'drop' | 'reject' | 'mixed'
  /**
   * The rule that drops or rejects it.
   */
  by?: string
  ends: readonly TraceEnd[]
  backends: readonly TracedBackend[]
}
export interface TraceNote {
  code: string
  text: string
  endpoints?: readonly string[]
}
export interface TracedHook {
  hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'
  /**
   * The rules that the packet matched there, in order.
   */
  steps: readonly TraceStep[]
}
export interface TraceStep {
  /**
   * Family and name.
   */
  table: string
  chain: string
  /**
   * Its number in the chain, from 1; absent for the policy of a base chain.
   */
  rule?: number
  /**
   * The rule in nft's words.
   */
  nft: string
  /**
   * What the rule did with this packet.
   */
  words: string
  /**
   * The element of a map that decided.
   */
  element?: string
  /**
   * What the packet's hash gave, where a hash decided and the packet tells all of it.
   */
  bucket?: number
  share: TraceShare
  /**
   * namespace/name:port that the rule or the element was made for.
   */
  servicePort?: string
  /**
   * file:line of the field that it comes from.
   */
  at?: string
}
/**
 * What `kubenat verify -o json` prints. Fields may be added within a version; none goes or changes its meaning.
 */
export interface VerifyReport {
  version: 1
  node: string
  passed: boolean
  totals: VerifyTotals
  sampled?: VerifySampled
  /**
   * What was not tried at all.
   */
  leftOut?: readonly VerifyLeftOut[]
  /**
   * Connections that arrived where only silence came back, of no check that could be found.
   */
  unexplainedArrivals: number
  milliseconds: number
  results: readonly VerifyResult[]
}
export interface VerifyTotals {
  destinations: number
  checks: number
  passed: number
  failed: number
  skipped: number
  probes: number
}
/**
 * Present where only some of the destinations were tried.
 */
export interface VerifySampled {
  tried: number
  of: number
}
export interface VerifyLeftOut {
  what: string
  because: string
}
export interface VerifyResult {
  status: 'passed' | 'failed' | 'skipped'
  /**
   * packets: what becomes of them; shares: how often each backend is chosen; affinity: whether a client keeps its backend.
   */
  kind: 'packets' | 'shares' | 'affinity' | 'hash'
  client: VerifyClient
  destination: VerifyDestination
  expected: VerifyExpectation
  flow?: VerifyFlow
  /**
   * Why it was skipped.
   */
  reason?: string
  where?: VerifyWhere1
  /**
   * Of a failure, in words.
   */
  problem?: string
  /**
   * Of a failure: what became of the probes, the most frequent first.
   */
  observed?: readonly VerifyObserved[]
  /**
   * New connections that arrived somewhere although silence came back.
   */
  arrived?: number
  shares?: VerifyShares
  /**
   * Of a failure: the ways that the loaded rules let such a packet go.
   */
  rules?: readonly VerifyRulePath[]
  /**
   * How many more ways there are.
   */
  rulesHidden?: number
  /**
   * Why nothing can be told of the rules.
   */
  rulesUnknown?: string
}
export interface VerifyClient {
  kind: 'outside' | 'pod' | 'pod-elsewhere' | 'node' | 'backend'
  name: string
  ip: string
}
export interface VerifyDestination {
  kind: 'cluster-ip' | 'external-ip' | 'load-balancer-ip' | 'node-port' | 'wrong-port' | 'unallocated-ip' | 'no-service'
  servicePort?: VerifyServicePort
  ip: string
  port: number
  protocol: 'tcp' | 'udp' | 'sctp'
}
/**
 * Absent for what no Service stands behind.
 */
export interface VerifyServicePort {
  namespace: string
  service: string
  port: number
  /**
   * Empty for an unnamed port.
   */
  portName: string
}
export interface VerifyExpectation {
  verdict: 'backends' | 'refused' | 'dropped' | 'untouched'
  because: string
  /**
   * With the verdict backends.
   */
  backends?: readonly VerifyBackend[]
}
export interface VerifyBackend {
  ip: string
  port: number
  /**
   * Of new connections.
   */
  share: number
  masqueraded: boolean
}
/**
 * The assertion of --flows that asked for it, and what the objects promise there.
 */
export interface VerifyFlow {
  name: string
  where: VerifyWhere
  derived: VerifyExpectation
}
/**
 * A position in the input, from 1.
 */
export interface VerifyWhere {
  file: string
  line: number
  column: number
}
/**
 * A position in the input, from 1.
 */
export interface VerifyWhere1 {
  file: string
  line: number
  column: number
}
export interface VerifyObserved {
  /**
   * answer: a listener answered; refused: an error came back; silence: nothing did; stray: it arrived where nobody listens.
   */
  kind: 'answer' | 'refused' | 'silence' | 'stray'
  /**
   * Who answered, or where it arrived.
   */
  ip?: string
  port?: number
  /**
   * The source that the listener saw.
   */
  source?: string
  count: number
}
/**
 * A chi-square test of how often each backend was chosen.
 */
export interface VerifyShares {
  samples: number
  /**
   * Probability of such a deviation by chance alone.
   */
  p: number
  rounds: number
  /**
   * The relative deviation of the smallest share that so many samples find; absent if they are too few for any.
   */
  detectable?: number
  backends: readonly VerifyBackendCount[]
}
export interface VerifyBackendCount {
  ip: string
  port: number
  share: number
  expected: number
  observed: number
}
export interface VerifyRulePath {
  share: number
  outcome: 'accept' | 'drop' | 'reject' | 'unknown'
  /**
   * The new destination, if any.
   */
  to?: string
  masqueraded: boolean
  /**
   * Absent where it cannot be told.
   */
  asExpected?: boolean
  steps: readonly VerifyRuleStep[]
}
export interface VerifyRuleStep {
  hook: string
  /**
   * Family and name.
   */
  table: string
  chain: string
  rule: string
  element?: string
}
/**
 * What `kubenat migrate -o json` prints. Fields may be added within a version; none goes or changes its meaning.
 */
export interface MigrateReport {
  version: 1
  node: string
  from: 'iptables'
  to: 'nftables'
  /**
   * One for each kind of change, in the order of the ids; empty if nothing changes.
   */
  findings: readonly MigrateFinding[]
  /**
   * What could not be told.
   */
  notes: readonly string[]
}
export interface MigrateFinding {
  /**
   * As `kubenat explain` takes it.
   */
  id: string
  /**
   * A warning is of traffic that may be lost, a note of what is else to be known.
   */
  severity: 'warning' | 'note'
  title: string
  reason: string
  remedy: string
  /**
   * What changes on this node, one text for each IP family concerned.
   */
  details: readonly string[]
  /**
   * The Services concerned; empty for what concerns the node as a whole.
   */
  touches: readonly MigrateTouch[]
}
export interface MigrateTouch {
  namespace: string
  service: string
  /**
   * Empty for an unnamed port; absent for the Service as a whole.
   */
  portName?: string
  family: 'IPv4' | 'IPv6'
  /**
   * What changes: an address with a port, an endpoint, a chain.
   */
  what: string
  where: MigrateWhere
}
export interface MigrateWhere {
  file: string
  line: number
  column: number
}
