import { containedIn, familyOf } from '../../address/address.js'
import type { Place } from '../scene.js'
import { addressOwner, type Sender, type View } from './view.js'

/**
 * Whether `loadBalancerSourceRanges` keep a sender out. They bind load balancer addresses alone, and
 * hold for pods and the node too; in nftables mode also without endpoints, in iptables mode not where
 * the address is an external IP as well. Where a range holds the node's primary address, the load
 * balancer addresses themselves may send: some clouds put them on the node.
 */
export function isBarred(view: View, { ip }: Sender, to: Place): boolean {
  const port = addressOwner(view, to)?.port
  if (port === undefined || !isFenced(view, to)) return false
  const { externalIPs, loadBalancerIPs, sourceRanges } = port
  if (view.mode === 'iptables' && externalIPs.includes(to.ip)) return false
  const isAllowed = containedIn(sourceRanges)
  const primary = view.node.primary[familyOf(to.ip)]
  const allowsItself = primary !== undefined && isAllowed(primary)
  return !isAllowed(ip) && !(allowsItself && loadBalancerIPs.includes(ip))
}

/** Whether a place is a load balancer address with source ranges. */
export function isFenced(view: View, to: Place): boolean {
  const owner = addressOwner(view, to)
  if (owner?.policy !== 'external') return false
  const { loadBalancerIPs, sourceRanges } = owner.port
  return loadBalancerIPs.includes(to.ip) && sourceRanges.length > 0
}
