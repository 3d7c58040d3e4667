import { containedIn, familyOf, type Ip, isLoopback } from '../address/address.js'
import type { Node } from '../model/node.js'
import { UsageError } from '../options/read.js'
import type { GivenSource } from './trace-ends.js'
import {
  type Directory,
  type In,
  inFamilyOf,
  needsObjects,
  nodeNamed,
  unknownName,
} from './trace-names.js'

/** Who sends it, in one family. */
export interface Sender {
  readonly ip: Ip
  readonly words?: string
  readonly isNode: boolean
  /** Whether it is a pod of this node. */
  readonly isOwnPod: boolean
}

/**
 * The addresses that a sender has in each family.
 *
 * @throws UsageError for a name that nothing has
 */
export function sendersOf(
  from: GivenSource,
  node: Node,
  directory: Directory | undefined,
): In<Sender> {
  if (from.kind === 'address') return inFamilyOf(senderAt(from.ip, node, directory))
  if (directory === undefined) throw needsObjects('--from')
  if (from.kind === 'pod') return podSenders(from, node, directory)
  const sending = nodeNamed(from.name, node, directory, '--from')
  const isNode = sending === node
  const words = isNode ? `this node (${node.name})` : `node ${sending.name}`
  return family => {
    const ip = sending.primary[family]
    return ip === undefined ? undefined : { ip, words, isNode, isOwnPod: false }
  }
}

function podSenders(
  { namespace, name }: Extract<GivenSource, { kind: 'pod' }>,
  node: Node,
  { cluster }: Directory,
): In<Sender> {
  const endpoints = [...cluster.ports.IPv4, ...cluster.ports.IPv6]
    .filter(port => port.namespace === namespace)
    .flatMap(port => port.endpoints)
  const own = endpoints.filter(({ pod }) => pod === name)
  if (own.length === 0) {
    const known = endpoints.flatMap(({ pod }) => (pod === undefined ? [] : `${namespace}/${pod}`))
    const { message } = unknownName('--from', 'pod', `${namespace}/${name}`, known)
    throw new UsageError(
      `${message} (pods are known as endpoints of Services; an address always goes)`,
    )
  }
  return family => {
    const found = own.find(({ ip }) => familyOf(ip) === family)
    return found && senderAt(found.ip, node, { cluster, services: [] })
  }
}

/** Who has an address, as far as the objects tell. */
function senderAt(ip: Ip, node: Node, directory: Directory | undefined): Sender {
  const isNode = node.addresses.includes(ip) || isLoopback(ip)
  if (isNode) return { ip, words: `this node (${node.name})`, isNode, isOwnPod: false }
  const cluster = directory?.cluster
  const host = cluster?.nodes.find(({ addresses }) => addresses.includes(ip))
  if (host) return { ip, words: `node ${host.name}`, isNode, isOwnPod: false }
  for (const port of cluster?.ports[familyOf(ip)] ?? []) {
    const endpoint = port.endpoints.find(one => one.ip === ip)
    if (endpoint === undefined) continue
    const { pod, nodeName } = endpoint
    const what =
      pod === undefined
        ? `an endpoint of ${port.namespace}/${port.name}`
        : `pod ${port.namespace}/${pod}`
    const where =
      nodeName === undefined ? '' : ` on ${nodeName === node.name ? 'this node' : nodeName}`
    return { ip, words: `${ip}, ${what}${where}`, isNode, isOwnPod: nodeName === node.name }
  }
  const isOwnPod = containedIn(node.podCIDRs)(ip)
  if (isOwnPod) return { ip, words: `${ip}, in the pod range of this node`, isNode, isOwnPod }
  const owner = cluster?.nodes.find(({ podCIDRs }) => containedIn(podCIDRs)(ip))
  const words = owner ? { words: `${ip}, in the pod range of node ${owner.name}` } : {}
  return { ip, ...words, isNode, isOwnPod }
}
