import type { Expectation } from '../expectation.js'
import type { Place } from '../scene.js'
import { isAlive, noneAlive } from './endpoints.js'
import { servesNodePorts } from './node-ports.js'
import { byPolicy } from './policies.js'
import { isBarred } from './source-ranges.js'
import { untouched } from './untouched.js'
import {
  addressOwner,
  inServiceCIDR,
  isNode,
  isOwn,
  nodePortOwner,
  type Owner,
  type Sender,
  type View,
} from './view.js'

/** What a packet meets in nftables mode: source ranges first, then the owner, then the guards. */
export function expectNftables(view: View, sender: Sender, to: Place): Expectation {
  if (isBarred(view, sender, to))
    return { verdict: 'dropped', because: `${sender.ip} is outside loadBalancerSourceRanges` }
  const owner = ownerNftables(view, to)
  if (owner === undefined) return unowned(view, sender, to)
  if (!isAlive(owner.port)) return { verdict: 'refused', because: noneAlive(owner.port) }
  return byPolicy(view, sender, owner)
}

/**
 * The service port that takes the packet: one with the address goes before one with the node port,
 * unless it has no endpoints and the other has.
 */
export function ownerNftables(view: View, to: Place): Owner | undefined {
  const byAddress = addressOwner(view, to)
  const byNodePort = servesNodePorts(view, to.ip) ? nodePortOwner(view, to) : undefined
  if (byAddress && byNodePort && !isAlive(byAddress.port)) return byNodePort
  return byAddress ?? byNodePort
}

/**
 * A place that no service port has. Addresses of ClusterIPs are guarded, whatever the port; external
 * addresses are not, unless they lie in a service CIDR. What comes in for the node itself passes.
 */
function unowned(view: View, sender: Sender, to: Place): Expectation {
  const { ip, port, protocol } = to
  const isGuarded = isNode(sender) || !isOwn(view, ip)
  if (isGuarded && view.owners.clusterIPs.has(ip))
    return { verdict: 'refused', because: `the ClusterIP ${ip} has no port ${port}/${protocol}` }
  if (isGuarded && inServiceCIDR(view, ip)) {
    const because = `${ip} lies in a service CIDR and is no ClusterIP`
    return { verdict: 'dropped', because }
  }
  return untouched(view, to)
}
