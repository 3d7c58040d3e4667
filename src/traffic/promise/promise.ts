import { familyOf, isLoopback } from '../../address/address.js'
import { displayName } from '../../model/service-port.js'
import { someOf } from '../../util/text.js'
import type { Expectation, Place } from '../packet.js'
import { byPolicy, isAlive, noneAlive, refusalOf } from './policies.js'
import {
  addressOwner,
  inServiceCIDR,
  isBarred,
  isFenced,
  isLocalhostOpen,
  isNode,
  isOwn,
  nodePortOwner,
  type Owner,
  type Sender,
  servesNodePorts,
  type View,
} from './view.js'

/** That nothing happens to a packet, and why: no service port has the place, or none serves it there. */
function untouched(view: View, to: Place): Expectation {
  const { ip } = to
  const text =
    nodePortOwner(view, to) && isOwn(view, ip)
      ? `node ports are not served at ${ip}`
      : `no Service has ${placeText(to)}`
  return { verdict: 'untouched', reason: { code: 'no-service', text } }
}

const placeText = ({ ip, port, protocol }: Place): string =>
  `${familyOf(ip) === 'IPv6' ? `[${ip}]` : ip}:${port}/${protocol}`

/** Dropped: source ranges do not hold the sender. */
function barred({ ip }: Sender, { port }: Owner): Expectation {
  const ranges = someOf(port.sourceRanges)
  const reason = {
    code: 'source-ranges',
    text: `source ${ip} is outside loadBalancerSourceRanges of ${displayName(port)}: ${ranges}`,
    port,
    path: ['spec', 'loadBalancerSourceRanges'],
  }
  return { verdict: 'dropped', reason }
}

/**
 * What a packet meets in iptables mode: the first owner that sends it anywhere translates it; what none
 * has translated is filtered by its destination.
 */
function expectIptables(view: View, sender: Sender, to: Place): Expectation {
  const [sent] = sendingOwners(view, sender, to)
  return sent === undefined ? filtered(view, sender, to) : byPolicy(view, sender, sent)
}

/** The service port that takes the packet, if one does. */
const ownerIptables = (view: View, sender: Sender, to: Place): Owner | undefined =>
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
  const text = `${ip} is no loopback address, and only node ports may be reached on localhost`
  return { verdict: 'dropped', reason: { code: 'localhost', text } }
}

/** Source ranges drop whatever was not let in, and what was let in to no avail with it. */
function fencedOff(view: View, sender: Sender, to: Place): Expectation | undefined {
  const owner = addressOwner(view, to)
  if (owner === undefined || !isFenced(view, to) || !isAlive(owner.port)) return undefined
  if (!isBarred(view, sender, to)) return refusalOf(view, owner)
  return barred(sender, owner)
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
  const refusal = refusalOf(view, owner)?.reason
  if (refusal === undefined) return untouched(view, to)
  const text = `${refusal.text}, but this sender is let through`
  return { verdict: 'untouched', reason: { ...refusal, text } }
}

/** What a packet meets in nftables mode: source ranges first, then the owner, then the guards. */
function expectNftables(view: View, sender: Sender, to: Place): Expectation {
  const guarded = addressOwner(view, to)
  if (guarded && isBarred(view, sender, to)) return barred(sender, guarded)
  const owner = ownerNftables(view, to)
  if (owner === undefined) return unowned(view, sender, to)
  if (!isAlive(owner.port)) return noneAlive(owner.port)
  return byPolicy(view, sender, owner)
}

/**
 * The service port that takes the packet: one with the address goes before one with the node port,
 * unless it has no endpoints and the other has.
 */
function ownerNftables(view: View, to: Place): Owner | undefined {
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
    return {
      verdict: 'refused',
      reason: { code: 'wrong-port', text: `the ClusterIP ${ip} has no port ${port}/${protocol}` },
    }
  if (isGuarded && inServiceCIDR(view, ip)) {
    const text = `${ip} lies in a service CIDR and is no ClusterIP`
    return { verdict: 'dropped', reason: { code: 'unallocated', text } }
  }
  return untouched(view, to)
}

/** The way of a packet in one mode of kube-proxy. */
interface Walk {
  readonly expect: (view: View, sender: Sender, to: Place) => Expectation
  readonly owner: (view: View, sender: Sender, to: Place) => Owner | undefined
}

const WALKS: Readonly<Record<View['mode'], Walk>> = {
  nftables: { expect: expectNftables, owner: (view, _, to) => ownerNftables(view, to) },
  iptables: { expect: expectIptables, owner: ownerIptables },
}

/**
 * What the objects promise a new connection from a sender to a place, both of one family. Session
 * affinity does not show: it narrows down, client by client, the backends that are given here.
 */
export const expect = (view: View, sender: Sender, to: Place): Expectation =>
  WALKS[view.mode].expect(view, sender, to)

/** The service port that takes the packet, if one does. */
export const ownerOf = (view: View, sender: Sender, to: Place): Owner | undefined =>
  WALKS[view.mode].owner(view, sender, to)
