import * as assert from 'uvu/assert'
import { loadCluster } from '../../../src/compile.js'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import { diffClusters } from '../../../src/diff/traffic/diff.js'
import type { TrafficReport } from '../../../src/diff/traffic/report.js'
import type { Clusters } from '../../../src/diff/traffic/scope.js'
import type { Cluster } from '../../../src/model/cluster.js'
import { parseOptions } from '../../../src/options/table.js'
import { keyedDiff } from '../../../src/util/collections.js'
import type { KubeObject } from '../../arbitrary/cluster.js'
import type { TrafficCase } from './cases.js'

/** The report of a case, with the clusters that it is made from. */
export function caseReport({ before, after, options: given = {} }: TrafficCase): {
  readonly report: TrafficReport
  readonly clusters: Clusters
} {
  const options = parseOptions({ 'cluster-cidr': '10.244.0.0/16', 'ip-family': 'ipv4', ...given })
  const clusterOf = (name: string, items: readonly KubeObject[]): Cluster => {
    const problems = new Diagnostics()
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2)
    const { cluster } = loadCluster([{ name, text }], options, undefined, problems)
    assert.is(problems.errorCount, 0, JSON.stringify(problems.all().map(({ message }) => message)))
    return cluster
  }
  const clusters = { before: clusterOf('old.json', before), after: clusterOf('new.json', after) }
  const nodesOf = ({ nodes }: Cluster) =>
    nodes.filter(({ name }) => options.node === undefined || name === options.node)
  const nodes = keyedDiff(
    nodesOf(clusters.before),
    nodesOf(clusters.after),
    ({ name }) => name,
    () => true,
  )
  const report = {
    ...diffClusters(clusters, nodes.kept, options),
    addedNodes: nodes.added.map(({ name }) => name),
    removedNodes: nodes.removed.map(({ name }) => name),
  }
  return { report, clusters }
}
