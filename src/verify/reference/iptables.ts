import { familyOf, isLoopback } from '../../address/address.js'
import type { Expectation } from '../expectation.js'
import type { Place } from '../scene.js'
import { isAlive } from './endpoints.js'
import { isLocalhostOpen, servesNodePorts } from './node-ports.js'
import { byPolicy, refusalOf } from './policies.js'
import { isBarred, isFenced } from './source-ranges.js'
import { untouched } from './untouched.js'
import {
  addressOwner,
  isNode,
  isOwn,
  nodePortOwner,
  type Owner,
  type Sender,
  type View,
} from './view.js'

/**
 * What a packet meets in iptables mode: the first owner that sends it anywhere translates it; what none
 * has translated is filtered by its destination.
 */
export function expectIptables(view: View, sender: Sender, to: Place): Expectation {
  const [sent] = sendingOwners(view, sender, to)
  return sent === undefined ? filtered(view, sender, to) : byPolicy(view, sender, sent)
}

/** The service port that takes the packet, if one does. */
export const ownerIptables = (view: View, sender: Sender, to: Place): Owner | undefined =>
  sendingOwners(view, sender, to)[0]

/** Owners that have somewhere to send this sender, the one with the address first. */
function sendingOwners(view: View, sender: Sender, to: Place): readonly Owner[] {
  const byAddress = isBarred(view, sender, to) ? undefined : addressOwner(view, to)
  const byNodePort = servesNodePorts(view, to.ip) ? nodePortOwner(view, to) : undefined
  return [byAddress, byNodePort]
    .filter(owner => owner !== undefined)
    .filter(one => isAlive(one.port) && byPolicy(view, sender, one).verdict === 'backends')
}

/** Of a packet that has its own destination still. */
const filtered = (view: View, sender: Sender, to: Place): Expectation =>
  keptOffLocalhost(view, sender, to) ??
  fencedOff(view, sender, to) ??
  refused(view, sender, to) ??
  letThrough(view, to)

/** Open for answers to node ports, localhost is closed to all else that comes from elsewhere. */
function keptOffLocalhost(view: View, { ip }: Sender, to: Place): Expectation | undefined {
  const isStrange = isLoopback(to.ip) && !isLoopback(ip)
  if (!isStrange || !isLocalhostOpen(view, familyOf(to.ip))) return undefined
  const because = `${ip} is no loopback address, and only node ports may be reached on localhost`
  return { verdict: 'dropped', because }
}

/** Source ranges drop whatever was not let in, and what was let in to no avail with it. */
function fencedOff(view: View, sender: Sender, to: Place): Expectation | undefined {
  const owner = addressOwner(view, to)
  if (owner === undefined || !isFenced(view, to) || !isAlive(owner.port)) return undefined
  if (!isBarred(view, sender, to)) return refusalOf(view, owner)
  return { verdict: 'dropped', because: `${sender.ip} is outside loadBalancerSourceRanges` }
}

/**
 * The first refusal in the order of service ports. Those of ClusterIPs stand where packets leave the
 * node, those of external addresses where they come in; those of node ports hold at every address of
 * the node, wherever node ports are served.
 */
function refused(view: View, sender: Sender, to: Place): Expectation | undefined {
  const isForNode = isOwn(view, to.ip)
  const byAddress = addressOwner(view, to)
  const isMet = byAddress?.policy === 'internal' ? isNode(sender) : isForNode
  const isForwarded = !isForNode && !isNode(sender)
  const owners = [
    isMet || isForwarded ? byAddress : undefined,
    isForNode ? nodePortOwner(view, to) : undefined,
  ].filter(owner => owner !== undefined)
  const order = view.cluster.ports[familyOf(to.ip)]
  return owners
    .sort((a, b) => order.indexOf(a.port) - order.indexOf(b.port))
    .map(owner => refusalOf(view, owner))
    .find(refusal => refusal !== undefined)
}

function letThrough(view: View, to: Place): Expectation {
  const owner = addressOwner(view, to)
  if (owner === undefined) return untouched(view, to)
  const reason = refusalOf(view, owner)?.because
  return { verdict: 'untouched', because: `${reason}, but this sender is let through` }
}
