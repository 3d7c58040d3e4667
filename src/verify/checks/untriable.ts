import { type Ip, isLoopback, isUnusable } from '../../address/address.js'
import type { Endpoint } from '../../model/endpoint.js'
import type { ExpectedBackend } from '../../traffic/packet.js'
import { sharesOf, usedChoices } from '../../traffic/promise/policies.js'
import { ownerOf } from '../../traffic/promise/promise.js'
import {
  addressOwner,
  inServiceCIDR,
  isNode,
  isOwn,
  nodePortOwner,
  type View,
} from '../../traffic/promise/view.js'
import type { Check } from '../check.js'

/** Why a real kernel would not show what is expected, whatever the rules; `undefined` if it does. */
export function untriable(view: View, check: Check): string | undefined {
  const { client, destination, expected } = check
  const { ip, kind } = destination
  if (isUnusable(ip) && !(kind === 'node-port' && isLoopback(ip)))
    return `${ip} is a loopback, link-local or multicast address`
  if (!isNode(client) && client.ip === ip) return `the client itself has the address ${ip}`
  // The guard of ClusterIPs has its place on the way out of the node only.
  if (isOwn(view, ip) && isGuarded(view, ip)) return `${ip} is an address of the node too`
  if (expected.verdict !== 'backends') return undefined
  const bad = expected.backends.find(backend => isDestination(view, check, backend))
  if (bad) return `its endpoint ${bad.at.ip} port ${bad.at.port} is a destination of Services too`
  const unmasqueraded = expected.backends.filter(({ masqueraded }) => !masqueraded)
  if (unmasqueraded.length > 0 && isLoopback(client.ip))
    return `${client.ip} would leave the node unmasqueraded`
  if (unmasqueraded.some(({ at }) => at.ip === client.ip) && !isNode(client))
    return `${client.ip} would get its own packets, unmasqueraded, and drop them`
  return mayComeBack(view, check, expected.backends)
    ? 'session affinity may lead a client back to an endpoint that has no share here'
    : undefined
}

/** Whether all ports of an address are refused or dropped, as those of ClusterIPs are in nftables mode. */
const isGuarded = (view: View, ip: Ip): boolean =>
  view.mode === 'nftables' && (view.owners.clusterIPs.has(ip) || inServiceCIDR(view, ip))

/** What is checked after DNAT, or guarded, would meet the packet on its way to such an endpoint. */
function isDestination(view: View, { destination }: Check, { at }: ExpectedBackend): boolean {
  const place = { ...at, protocol: destination.protocol }
  if (isGuarded(view, at.ip) || addressOwner(view, place)) return true
  return isOwn(view, at.ip) && nodePortOwner(view, place) !== undefined
}

/**
 * Whether a client may be on record with an endpoint that has no share among these backends, because
 * another policy gives it one: where all of its endpoints weigh 0.
 */
function mayComeBack(
  view: View,
  { client, destination }: Check,
  backends: readonly ExpectedBackend[],
): boolean {
  const port = ownerOf(view, client, destination)?.port
  if (port?.affinitySeconds === undefined) return false
  const lists = usedChoices(port, view.node).map(({ endpoints }) => {
    const served = new Set(sharesOf(endpoints).map(([{ id }]) => id))
    return { served, idle: endpoints.filter(({ id }) => !served.has(id)) }
  })
  const isExpected = ({ ip, port }: Endpoint): boolean =>
    backends.some(({ at }) => at.ip === ip && at.port === port)
  return lists
    .flatMap(({ idle }) => idle)
    .some(one => !isExpected(one) && lists.some(({ served }) => served.has(one.id)))
}
