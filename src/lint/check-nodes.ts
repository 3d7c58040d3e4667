import type { Family } from '../address/address.js'
import { type Diagnostic, Diagnostics } from '../diagnostics/diagnostic.js'
import type { Cluster } from '../model/cluster.js'
import type { ServicePort } from '../model/service-port.js'
import { checkNode, checkNodeName } from '../plan/checks.js'
import { planNode } from '../plan/plan.js'
import { groupBy } from '../util/collections.js'
import { nodesText } from './words.js'
import type { World } from './world.js'

/**
 * What a compile for each node would warn of. What is the same on several nodes becomes one finding.
 * Whether a node's name is right is asked only where one was given: the names of Node objects are.
 */
export function checkNodes(world: World, problems: Diagnostics): void {
  const { settings, nodes } = world
  const told: { readonly node: string; readonly diagnostic: Diagnostic }[] = []
  const cluster = telling(world.cluster)
  for (const node of nodes) {
    const own = new Diagnostics()
    if (world.isOneNode) {
      checkNodeName(
        node,
        settings.families.flatMap(family => world.cluster.ports[family]),
        own,
      )
    }
    for (const family of settings.families) {
      checkNode(planNode(cluster, node, family, settings.plan), settings.plan, own)
    }
    for (const diagnostic of own.all()) told.push({ node: node.name, diagnostic })
  }
  const same = groupBy(told, ({ node, diagnostic: { code, subject, path, message } }) =>
    JSON.stringify([code, subject?.label, path, message.replace(`node ${node} `, 'node ')]),
  )
  for (const group of same.values()) {
    const [first] = group
    if (!first) continue
    const names = nodesText(group.map(({ node }) => node))
    const { code, subject, path, message } = first.diagnostic
    const text = message.replace(`node ${first.node} `, () => `${names} `)
    if (subject) problems.report(code, subject, path, text)
    else problems.reportRun(code, text)
  }
}

/**
 * The cluster with no more ports than change what is said: planning all of them for each node would
 * take nodes times ports.
 */
function telling(cluster: Cluster): Cluster {
  const ofFamily = (family: Family): readonly ServicePort[] => {
    const ports = cluster.ports[family]
    const withNodePort = ports.find(({ nodePort }) => nodePort !== undefined)
    const drained = ports.filter(({ endpoints }) => endpoints.some(({ weight }) => weight === 0))
    return [...new Set([...ports.slice(0, 1), ...(withNodePort ? [withNodePort] : []), ...drained])]
  }
  return { ...cluster, ports: { IPv4: ofFamily('IPv4'), IPv6: ofFamily('IPv6') } }
}
