import { familyOf } from '../../model/address.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Expectation } from '../expectation.js'
import type { Place } from '../scene.js'
import { toBackends } from './backends.js'
import { clusterChoice, isAlive, localChoice, noneAlive } from './endpoints.js'
import { servesNodePorts } from './node-ports.js'
import { isBarred } from './source-ranges.js'
import { standingOf } from './standing.js'
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

/**
 * What the objects promise a new connection from a sender to a place, both of one family. Session
 * affinity does not show: it narrows down, client by client, the backends that are given here.
 */
export function expect(view: View, sender: Sender, to: Place): Expectation {
  if (isBarred(view, sender, to))
    return { verdict: 'dropped', because: `${sender.ip} is outside loadBalancerSourceRanges` }
  const owner = ownerOf(view, to)
  if (owner === undefined) return unowned(view, sender, to)
  const { port, policy } = owner
  if (!isAlive(port)) return { verdict: 'refused', because: noneAlive(port) }
  return policy === 'internal' ? internal(view, sender, port) : external(view, sender, port)
}

/**
 * The service port that takes the packet: one with the address goes before one with the node port,
 * unless it has no endpoints and the other has.
 */
export function ownerOf(view: View, to: Place): Owner | undefined {
  const byAddress = addressOwner(view, to)
  const byNodePort = servesNodePorts(view, to.ip) ? nodePortOwner(view, to) : undefined
  if (byAddress && byNodePort && !isAlive(byAddress.port)) return byNodePort
  return byAddress ?? byNodePort
}

function internal(view: View, sender: Sender, port: ServicePort): Expectation {
  const { node, settings } = view
  const isLocal = port.internalPolicy === 'Local'
  const choice = isLocal ? localChoice(port, node) : clusterChoice(port, node)
  if (choice.endpoints.length === 0) return noneHere(view, 'internalTrafficPolicy')
  const { isPod, because } = standingOf(view, sender)
  return toBackends(view, sender, {
    port,
    choice,
    policy: `internalTrafficPolicy ${port.internalPolicy}`,
    isMasqueraded: settings.masqueradeAll || isPod === false,
    sourceBecause: settings.masqueradeAll ? 'masquerade-all' : because,
  })
}

/** Pods first: what counts as a pod keeps its source, even if the address is one of the node's. */
function external(view: View, sender: Sender, port: ServicePort): Expectation {
  const { isPod, because } = standingOf(view, sender)
  const isOwnTraffic = isOwn(view, sender.ip)
  const isLocal = port.externalPolicy === 'Local'
  const mayGoAnywhere = !isLocal || isPod === true || isOwnTraffic
  const choice = mayGoAnywhere ? clusterChoice(port, view.node) : localChoice(port, view.node)
  if (choice.endpoints.length === 0) return noneHere(view, 'externalTrafficPolicy')
  const policy = `externalTrafficPolicy ${port.externalPolicy}`
  const route = { port, choice, policy }
  if (!isLocal) {
    const sourceBecause = 'always, under this policy'
    return toBackends(view, sender, { ...route, isMasqueraded: true, sourceBecause })
  }
  if (isPod === true)
    return toBackends(view, sender, { ...route, isMasqueraded: false, sourceBecause: because })
  const sourceBecause = isOwnTraffic ? `${sender.ip} is an address of the node` : because
  return toBackends(view, sender, { ...route, isMasqueraded: isOwnTraffic, sourceBecause })
}

const noneHere = ({ node }: View, policy: string): Expectation => ({
  verdict: 'dropped',
  because: `${policy} Local and no local endpoint on ${node.name}`,
})

/**
 * A place that no service port has. Addresses of ClusterIPs are guarded, whatever the port; external
 * addresses are not, unless they lie in a service CIDR. What comes in for the node itself passes.
 */
function unowned(view: View, sender: Sender, { ip, port, protocol }: Place): Expectation {
  const isGuarded = isNode(sender) || !isOwn(view, ip)
  if (isGuarded && view.owners.clusterIPs.has(ip))
    return { verdict: 'refused', because: `the ClusterIP ${ip} has no port ${port}/${protocol}` }
  if (isGuarded && inServiceCIDR(view, ip)) {
    const because = `${ip} lies in a service CIDR and is no ClusterIP`
    return { verdict: 'dropped', because }
  }
  if (nodePortOwner(view, { ip, port, protocol }) && isOwn(view, ip))
    return { verdict: 'untouched', because: `node ports are not served at ${ip}` }
  const because = `no Service has ${familyOf(ip) === 'IPv6' ? `[${ip}]` : ip}:${port}/${protocol}`
  return { verdict: 'untouched', because }
}
