import { compileNode, findNode, mayCompile } from '../compile.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { Cluster } from '../model/cluster.js'
import { type LeftOut, leftOutOf, servicesLeftOut } from '../model/left-out.js'
import type { Node } from '../model/node.js'
import type { Options } from '../options/table.js'
import { checkNode, checkNodeName } from '../plan/checks.js'
import { planNode } from '../plan/plan.js'
import type { Table } from '../rules/table.js'
import { keyedDiff } from '../util/collections.js'
import { UsageError } from '../util/errors.js'
import { quote } from '../util/text.js'
import { diffClusters } from './traffic/diff.js'
import type { TrafficReport } from './traffic/report.js'
import type { Clusters } from './traffic/scope.js'

/**
 * What a change of objects does to the traffic of the node of the options, or without one of every node
 * that both sides have; nothing where errors forbid an answer.
 *
 * @throws UsageError if one side alone has the node that is asked for
 */
export function diffNodes(
  clusters: Clusters,
  options: Options,
  problems: Diagnostics,
): TrafficReport | undefined {
  const { before, after } = clusters
  const isOne = options.node !== undefined
  if (isOne && problems.errorCount === 0) mustHaveBoth(clusters, options)
  const nodesOf = (cluster: Cluster): readonly Node[] =>
    isOne ? [findNode(cluster, options, problems) ?? []].flat() : allNodes(cluster, problems)
  const nodes = keyedDiff(nodesOf(before), nodesOf(after), nameOf, () => true)
  if (problems.isFatal) return undefined
  const leftOut = leftOutOf(problems)
  const isKnown = (name: string): boolean =>
    !leftOut.some(({ subject }) => subject.label === `Node ${name}`)
  const [first] = nodes.kept
  if (first !== undefined) warnOfNode(after, first.after, options, problems)
  const report = {
    ...diffClusters(clusters, nodes.kept, options),
    addedNodes: nodes.added.map(nameOf).filter(isKnown),
    removedNodes: nodes.removed.map(nameOf).filter(isKnown),
  }
  return comparable(report, leftOut, options)
}

/**
 * Without Services of which something is left out: on that side alone they would look changed. With
 * --skip-invalid this is what is asked for: what compiling the rest changes.
 */
export function comparable(
  report: TrafficReport,
  leftOut: readonly LeftOut[],
  { skipInvalid }: Options,
): TrafficReport {
  const names = servicesLeftOut(skipInvalid ? [] : leftOut)
  const groups = report.groups.filter(
    ({ owner }) => owner === undefined || !names.has(`${owner.namespace}/${owner.name}`),
  )
  return { ...report, groups }
}

/** @throws UsageError where one side alone has the Node object of --node: a new node, or a wrong file */
function mustHaveBoth({ before, after }: Clusters, { node = '', nodeAddresses }: Options): void {
  const isIn = ({ nodes }: Cluster): boolean => nodes.some(({ name }) => name === node)
  if (nodeAddresses.length > 0 || isIn(before) === isIn(after)) return
  throw new UsageError(
    `--node ${quote(node)}: ${isIn(before) ? 'NEW' : 'OLD'} has no such Node object (--all-nodes tells of nodes that come and go)`,
  )
}

const nameOf = ({ name }: Node): string => name

function allNodes({ nodes }: Cluster, problems: Diagnostics): readonly Node[] {
  if (nodes.length === 0 && !problems.isFatal) {
    problems.reportRun('KN063', 'there are no Node objects for --all-nodes')
  }
  return nodes
}

/** What a compile would warn of; of many nodes the first stands for all. */
export function warnOfNode(
  cluster: Cluster,
  node: Node,
  options: Options,
  problems: Diagnostics,
): void {
  const ports = options.families.flatMap(family => cluster.ports[family])
  checkNodeName(node, ports, problems)
  for (const family of options.families) {
    checkNode(planNode(cluster, node, family, options.plan), options.plan, problems)
  }
}

/** The tables of the node of the options; nothing where errors forbid them. */
export function compileTables(
  cluster: Cluster,
  options: Options,
  problems: Diagnostics,
): readonly Table[] | undefined {
  const node = findNode(cluster, options, problems)
  if (node === undefined || !mayCompile(options, problems)) return undefined
  const { rules } = compileNode(cluster, node, options, problems)
  return rules.kind === 'nftables' ? rules.tables : undefined
}
