import {
  type Cidr,
  containedIn,
  type Family,
  familyOf,
  type Ip,
  isUnusable,
} from '../../address/address.js'
import type { View } from '../../traffic/promise/view.js'

/** Where pods are, as far as the objects and options tell, in one family. */
export interface PodRanges {
  readonly cluster: readonly Cidr[]
  /** Of the node. */
  readonly here: readonly Cidr[]
  /** Of other nodes. */
  readonly elsewhere: readonly Cidr[]
}

export function podRanges({ cluster, node, settings }: View, family: Family): PodRanges {
  const ofFamily = (cidrs: readonly Cidr[]): readonly Cidr[] =>
    cidrs.filter(cidr => familyOf(cidr) === family)
  const others = cluster.nodes.filter(({ name }) => name !== node.name)
  return {
    cluster: ofFamily(settings.localTraffic.clusterCIDRs),
    here: ofFamily(node.podCIDRs),
    elsewhere: others.flatMap(({ podCIDRs }) => ofFamily(podCIDRs)),
  }
}

/** A test for addresses that are neither where pods nor where ClusterIPs are. */
export function outsideTest(view: View, family: Family): (ip: Ip) => boolean {
  const { cluster, here, elsewhere } = podRanges(view, family)
  const isInside = containedIn([...cluster, ...here, ...elsewhere, ...view.cluster.serviceCIDRs])
  return ip => !isInside(ip)
}

/** Where addresses are taken from that nothing says anything about; many, in case some are in use. */
export const MADE_UP: Readonly<Record<Family, readonly Cidr[]>> = {
  IPv4: ['192.0.2.0/24', '198.18.0.0/15', '100.64.0.0/10', '10.0.0.0/8', '200.0.0.0/6'] as Cidr[],
  IPv6: ['2001:db8::/32', 'fd00::/8', '2000::/3'] as Cidr[],
}

/** The addresses of the node that can be sent to, of one family, its primary one first. */
export function ownAddresses({ node }: View, family: Family): readonly Ip[] {
  const first = node.primary[family]
  const all = first === undefined ? node.addresses : [first, ...node.addresses]
  return [...new Set(all)].filter(ip => familyOf(ip) === family && !isUnusable(ip))
}

/** Every address that the objects name: no client may have one of them. */
export function knownAddresses({ cluster, node }: View): readonly Ip[] {
  const ports = [...cluster.ports.IPv4, ...cluster.ports.IPv6]
  return [
    ...node.addresses,
    ...cluster.nodes.flatMap(({ addresses }) => addresses),
    ...ports.flatMap(({ clusterIP, externalIPs, loadBalancerIPs, endpoints }) => [
      ...(clusterIP === undefined ? [] : [clusterIP]),
      ...externalIPs,
      ...loadBalancerIPs,
      ...endpoints.map(({ ip }) => ip),
    ]),
  ]
}
