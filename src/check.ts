import { findNode, loadCluster, validOnly } from './compile.js'
import type { Diagnostics, Source } from './diagnostics/diagnostic.js'
import { checkNodes } from './lint/check-nodes.js'
import { ignoredBy } from './lint/ignore.js'
import { type CheckReport, findingsOf, type Rules } from './lint/report.js'
import { runLints } from './lint/run-lints.js'
import { worldOf } from './lint/world.js'
import type { Options } from './options/table.js'

/**
 * Checks Kubernetes objects for all that a compile looks at, and for what is valid and hardly meant.
 * With `options.node` for that node, else for every Node object. Pure: reads and writes nothing.
 *
 * @param problems what reading the input has brought up, to which everything found is added
 */
export function check(
  sources: readonly Source[],
  options: Options,
  rules: Rules,
  problems: Diagnostics,
): CheckReport {
  const { cluster, objects } = loadCluster(sources, options, undefined, problems)
  const chosen = options.node === undefined ? undefined : findNode(cluster, options, problems)
  const isPartial = problems.errorCount > 0
  const ignored = ignoredBy(objects, problems)
  const world = worldOf(validOnly(objects, problems), cluster, chosen, options)
  runLints(world, ignored, problems)
  if (!isPartial) checkNodes(world, problems)
  return {
    findings: findingsOf(problems.all(), ignored, rules),
    checked: {
      Service: objects.Service.length,
      Endpoints: objects.Endpoints.length,
      EndpointSlice: objects.EndpointSlice.length,
      Node: objects.Node.length,
      ServiceCIDR: objects.ServiceCIDR.length,
    },
    sources: sources.map(({ name }) => name),
    isPartial,
    failOnWarn: rules.failOnWarn,
  }
}
