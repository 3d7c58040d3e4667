import { type Family, parseIp } from '../../address/address.js'
import { NODEPORT_IPS } from '../../layouts/kube-proxy/dispatch.js'
import type { Cluster } from '../../model/cluster.js'
import type { Node } from '../../model/node.js'
import { type PlanSettings, planNode } from '../../plan/plan.js'
import { TABLE_FAMILY } from '../../rules/build.js'
import type { Table } from '../../rules/table.js'
import { compareText, deepEqual } from '../../util/collections.js'
import type { World } from './clients.js'
import { compiledWorld } from './compiled.js'
import { itemsOf } from './items.js'
import { foldNodes, type Item, type NodeItems, type TrafficReport } from './report.js'
import { type Clusters, changedPorts, liveScope } from './scope.js'
import { tableWorld, type Unknown } from './tables.js'

/** What decides on traffic beside the objects, the same on both sides. */
export interface TrafficSettings {
  readonly families: readonly Family[]
  readonly plan: PlanSettings
}

/** One node on each side. */
export interface NodePair {
  readonly before: Node
  readonly after: Node
}

/** What a change of objects does to the traffic of some nodes, each of which is on both sides. */
export function diffClusters(
  clusters: Clusters,
  nodes: readonly NodePair[],
  settings: TrafficSettings,
): TrafficReport {
  const { before, after } = clusters
  const sameRanges = deepEqual(before.serviceCIDRs, after.serviceCIDRs)
  let scoped: Clusters | undefined
  const scopeOf = (pair: NodePair): Clusters => {
    if (!sameRanges || !sameNode(pair)) return clusters
    scoped ??= changedPorts(clusters)
    return scoped
  }
  const items = nodes.map((pair): NodeItems => {
    const scope = scopeOf(pair)
    const world = (side: 'before' | 'after', family: Family): World =>
      compiledWorld(planNode(scope[side], pair[side], family, settings.plan))
    return {
      node: pair.after.name,
      items: settings.families.flatMap(family =>
        itemsOf({ before: world('before', family), after: world('after', family) }),
      ),
    }
  })
  return reportOf(items)
}

/** How the traffic of a node differs from what its objects ask for, by the rules that are loaded. */
export interface Drift {
  readonly report: TrafficReport
  /** What decides on traffic and is not known here; with any, the report does not count. */
  readonly unknown: readonly Unknown[]
}

/** Compares loaded tables with objects. */
export function diffLive(
  tables: readonly Table[],
  cluster: Cluster,
  node: Node,
  settings: TrafficSettings,
): Drift {
  const unknown = new Map<string, Unknown>()
  const note = (one: Unknown): void => {
    unknown.set(`${one.chain} ${one.json}`, one)
  }
  const seen = withAddressesOf(tables, node)
  const items = settings.families.flatMap((family): readonly Item[] => {
    const before = tableWorld(tables, family, seen.addresses, note)
    const plan = planNode(cluster, seen, family, settings.plan)
    const after = compiledWorld(plan)
    const [table, ...others] = tables.filter(one => one.family === TABLE_FAMILY[family])
    const scope = table && others.length === 0 ? liveScope(table, plan, after) : undefined
    return itemsOf({ before, after }, scope)
  })
  return { report: reportOf([{ node: node.name, items }]), unknown: [...unknown.values()] }
}

/** The node with the addresses that loaded rules serve node ports at, whether its object knows them or not. */
function withAddressesOf(tables: readonly Table[], node: Node): Node {
  const served = tables
    .flatMap(({ sets }) => sets)
    .filter(({ name }) => name === NODEPORT_IPS)
    .flatMap(({ elements }) => elements.flatMap(({ key: [ip = ''] }) => parseIp(ip)?.ip ?? []))
  return { ...node, addresses: [...new Set([...node.addresses, ...served])] }
}

const reportOf = (items: readonly NodeItems[]): TrafficReport => ({
  nodes: items.map(({ node }) => node).sort(compareText),
  addedNodes: [],
  removedNodes: [],
  groups: foldNodes(items),
})

const sameNode = ({ before, after }: NodePair): boolean =>
  before.zone === after.zone &&
  deepEqual(before.primary, after.primary) &&
  deepEqual(before.addresses, after.addresses) &&
  deepEqual(before.podCIDRs, after.podCIDRs)
