import { containedIn, familyOf } from '../../model/address.js'
import type { Place } from '../scene.js'
import { addressOwner, type Sender, type View } from './view.js'

/**
 * Whether `loadBalancerSourceRanges` keep a sender out. They bind load balancer addresses alone, with
 * and without endpoints, and hold for pods and the node too. Where a range holds the node's primary
 * address, the load balancer addresses themselves may send: some clouds put them on the node.
 */
export function isBarred(view: View, { ip }: Sender, to: Place): boolean {
  const owner = addressOwner(view, to)
  if (owner?.policy !== 'external') return false
  const { loadBalancerIPs, sourceRanges } = owner.port
  if (!loadBalancerIPs.includes(to.ip) || sourceRanges.length === 0) return false
  const isAllowed = containedIn(sourceRanges)
  const primary = view.node.primary[familyOf(to.ip)]
  const allowsItself = primary !== undefined && isAllowed(primary)
  return !isAllowed(ip) && !(allowsItself && loadBalancerIPs.includes(ip))
}
