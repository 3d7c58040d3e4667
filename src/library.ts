import { check as checkSources } from './check/check.js'
import { NO_SETTINGS } from './check/findings.js'
import { checkResult } from './check/report.js'
import { loadCluster, mayCompile } from './compile.js'
import { CATALOG, type DiagnosticCode, type Severity } from './diagnostics/catalog/index.js'
import { type Diagnostic, Diagnostics, type Source } from './diagnostics/diagnostic.js'
import { compileTables, diffNodes } from './diff/diff.js'
import { trafficResult } from './diff/report.js'
import { transactionText } from './diff/rules/transaction.js'
import { CHANGE_KIND_NAMES } from './diff/traffic/report.js'
import type { CheckResult, TraceReport, TrafficDiff } from './generated/reports.gen.js'
import { FollowedNode, type Update } from './incremental/follow.js'
import type { WatchEvent } from './incremental/objects.js'
import type { Cluster } from './model/cluster.js'
import { parseOptions, type RawOptions, requireNftables } from './options/table.js'
import type { Table } from './rules/table.js'
import { type TraceQuestion, traceSources } from './trace/trace.js'

/**
 * Validates objects, and finds what is valid and hardly meant: `kubenat check -o json` as data.
 *
 * @param sources YAML or JSON texts as kubectl reads and prints them
 * @param options by flag name without dashes; without `node` every Node object is looked at
 * @throws UsageError if an option is unknown or has no valid value
 * @example
 * const text = `
 * apiVersion: v1
 * kind: Service
 * metadata: { name: web, namespace: shop }
 * spec: { clusterIP: None, externalIPs: [203.0.113.80], ports: [{ port: 80 }] }
 * `
 * const { findings } = check([{ name: 'web.yaml', text }])
 * console.log(findings.map(({ id, field }) => `${id} ${field}`).join())
 * // KN208 spec.externalIPs[0]
 */
export function check(sources: readonly Source[], options: RawOptions = {}): CheckResult {
  return checkResult(
    checkSources(sources, parseOptions(options), NO_SETTINGS.rules, new Diagnostics()),
  )
}

/** What becomes of a packet, unless errors or rules that cannot be followed forbid an answer. */
export interface TraceResult {
  readonly report: TraceReport | undefined
  /** What the rules ask of the packet and nothing here knows, a message each. */
  readonly unknown: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Walks the first packet of a connection through the rules of a node and says why it goes where it
 * goes: `kubenat trace -o json` as data.
 *
 * @param question ends of the packet, in the words of --from, --to and --in-interface
 * @param sources objects; with `live`, what `nft -j list ruleset` printed on the node stands for the
 *   rules compiled, and objects beside it add names and reasons
 * @param options by flag name without dashes; `node` is required with objects, `node-addresses` without
 * @throws UsageError if an option or an end of the packet is not understood
 * @example
 * const text = `
 * apiVersion: v1
 * kind: Service
 * metadata: { name: web, namespace: shop }
 * spec: { clusterIP: 10.96.0.80, ports: [{ port: 80 }] }
 * ---
 * apiVersion: v1
 * kind: Endpoints
 * metadata: { name: web, namespace: shop }
 * subsets: [{ addresses: [{ ip: 10.244.1.5 }], ports: [{ port: 8080 }] }]
 * `
 * const { report } = trace(
 *   { from: '10.244.2.7', to: 'shop/web' },
 *   { objects: [{ name: 'web.yaml', text }] },
 *   { node: 'worker-1', 'node-addresses': '192.0.2.11' },
 * )
 * console.log(report?.verdict, report?.backends.map(({ address, port }) => `${address}:${port}`).join())
 * // accept 10.244.1.5:8080
 */
export function trace(
  question: TraceQuestion,
  sources: { readonly objects?: readonly Source[]; readonly live?: Source },
  options: RawOptions,
): TraceResult {
  const problems = new Diagnostics()
  const parsed = parseOptions(options)
  const { objects, live } = sources
  const answer = traceSources(question, { objects, live }, parsed, problems)
  return {
    report: answer && 'report' in answer ? answer.report : undefined,
    unknown: answer && 'unknown' in answer ? answer.unknown : [],
    diagnostics: problems.all(),
  }
}

/** What a change of objects does, unless errors forbid an answer. */
export interface DiffResult {
  /** What becomes of traffic, node by node. */
  readonly traffic: TrafficDiff | undefined
  /**
   * A file for `nft -f` that turns the rules of `before` into those of `after`, empty if they are equal;
   * absent without the option `node`.
   */
  readonly transaction: string | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Says what a change of objects does to traffic, and gives the smallest transaction for a node's rules:
 * `kubenat diff -o json` and `-o nft` as data.
 *
 * @param options by flag name without dashes, the same for both sides; without `node` the traffic of
 *   every node that both sides have is compared
 * @throws UsageError if an option is unknown or has no valid value, or one side has no such node
 * @example
 * const service = (port: number): Source => ({
 *   name: 'web.yaml',
 *   text: `
 * apiVersion: v1
 * kind: Service
 * metadata: { name: web, namespace: shop }
 * spec: { clusterIP: 10.96.0.80, ports: [{ port: ${port} }] }
 * ---
 * apiVersion: v1
 * kind: Endpoints
 * metadata: { name: web, namespace: shop }
 * subsets: [{ addresses: [{ ip: 10.244.1.5 }], ports: [{ port: 8080 }] }]
 * `,
 * })
 * const { traffic, transaction } = diff([service(80)], [service(81)], {
 *   node: 'worker-1',
 *   'node-addresses': '192.0.2.11',
 * })
 * console.log(traffic?.summary.counts, transaction?.includes('delete element'))
 * // { new: 1, lost: 1 } true
 */
export function diff(
  before: readonly Source[],
  after: readonly Source[],
  options: RawOptions,
): DiffResult {
  const problems = new Diagnostics()
  const parsed = parseOptions(options)
  requireNftables(parsed)
  const clusterOf = (sources: readonly Source[]): Cluster =>
    loadCluster(sources, parsed, undefined, problems).cluster
  const clusters = { before: clusterOf(before), after: clusterOf(after) }
  const report = diffNodes(clusters, parsed, problems)
  const tables = (cluster: Cluster) =>
    parsed.node === undefined ? undefined : compileTables(cluster, parsed, new Diagnostics())
  const isWhole = mayCompile(parsed, problems)
  const [old, wanted] = [tables(clusters.before), tables(clusters.after)]
  return {
    traffic: report && trafficResult(report, new Set(CHANGE_KIND_NAMES)),
    // A comparison goes on without objects that have errors; rules that are to be loaded do not.
    transaction: isWhole && report && old && wanted ? transactionText(old, wanted) : undefined,
    diagnostics: problems.all(),
  }
}

/** The rules of one node, kept up with the objects of a cluster. */
export interface Follower {
  /**
   * Takes over changes of objects, in their order. What it costs depends on what they touch, not on the
   * number of Services. Objects with errors are left out, and come back when they are mended; a Node
   * object that is deleted, or has errors, stays as it was before.
   */
  readonly update: (events: readonly WatchEvent[]) => Update
  /**
   * Goes on with other options; this costs as much as a compile. Tables that are no longer asked for are
   * deleted.
   *
   * @throws UsageError as `follow`, or if they name a node that is not known; then nothing has changed
   */
  readonly configure: (options: RawOptions) => Update
  /** The tables as they are now, in the order of a compile; none until the node is known. */
  readonly tables: () => readonly Table[]
  /** The same as a complete file for `nft -f`; absent until the node is known. */
  readonly rules: () => string | undefined
  /** All that is wrong or odd now, but for the warnings that compare all objects, which `check` gives. */
  readonly diagnostics: () => readonly Diagnostic[]
}

/**
 * Follows a cluster: what its watches tell goes in, the transactions that keep the rules of one node up
 * with it come out. After any changes the rules are those that `compile` makes of the objects as they are
 * then, with `skip-invalid`. Pure: talks to no cluster, and programs nothing.
 *
 * @param options by flag name without dashes, for nftables mode; `node` is required
 * @throws UsageError if an option is unknown or has no valid value, or `node` is missing
 * @example
 * const worker = follow({ node: 'worker-1', 'node-addresses': '192.0.2.11', 'ip-family': 'ipv4' })
 * const service = {
 *   apiVersion: 'v1',
 *   kind: 'Service',
 *   metadata: { name: 'web', namespace: 'shop' },
 *   spec: { clusterIP: '10.96.0.80', ports: [{ port: 80 }] },
 * }
 * const slice = (...addresses: string[]) => ({
 *   apiVersion: 'discovery.k8s.io/v1',
 *   kind: 'EndpointSlice',
 *   metadata: {
 *     name: 'web-1',
 *     namespace: 'shop',
 *     labels: { 'kubernetes.io/service-name': 'web' },
 *   },
 *   addressType: 'IPv4',
 *   ports: [{ port: 8080 }],
 *   endpoints: addresses.map(address => ({ addresses: [address] })),
 * })
 * worker.update([
 *   { type: 'ADDED', object: service },
 *   { type: 'ADDED', object: slice('10.244.1.5') },
 * ])
 * const { transaction } = worker.update([{ type: 'MODIFIED', object: slice('10.244.1.6') }])
 * console.log(transaction.trim())
 * // flush chain ip kube-proxy service-452DNVGS-shop/web/tcp/
 * // add rule ip kube-proxy service-452DNVGS-shop/web/tcp/ meta l4proto tcp dnat to 10.244.1.6:8080
 */
export function follow(options: RawOptions): Follower {
  let node = new FollowedNode(parseOptions(options))
  return {
    update: events => node.update(events),
    configure: changed => {
      const next = node.reconfigured(parseOptions(changed))
      node = next.node
      return { transaction: next.transaction, diagnostics: next.diagnostics }
    },
    tables: () => node.tables(),
    rules: () => node.rules(),
    diagnostics: () => node.diagnostics(),
  }
}

/** What a diagnostic means and what to do about it. */
export interface Explanation {
  readonly severity: Severity
  readonly title: string
  readonly reason: string
  readonly remedy: string
}

/**
 * What `kubenat explain ID` says, as data.
 *
 * @example
 * console.log(explain('KN012').title)
 * // value of the wrong type or out of range
 */
export const explain = (code: DiagnosticCode): Explanation => CATALOG[code]
