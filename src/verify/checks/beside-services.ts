import { type Cidr, type Family, familyOf, type Ip } from '../../address/address.js'
import { addressOf, numberOf } from '../../address/ranges.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Options } from '../../options/table.js'
import { protocolOf, type View } from '../../traffic/promise/view.js'
import type { Destination } from '../check.js'
import { freePort } from './destinations.js'
import type { SpareAddresses } from './spare-addresses.js'

/**
 * Destinations of a family that no Service has: an unallocated address of each service CIDR, each
 * address of the node with a node port that is nobody's, and the neighbour of an external address.
 *
 * @param own the node's addresses of the family
 */
export function besideServices(
  view: View,
  { nodePortRange }: Pick<Options, 'nodePortRange'>,
  own: readonly Ip[],
  ports: readonly ServicePort[],
  spare: SpareAddresses,
): readonly Destination[] {
  const [family] = own.map(familyOf)
  if (family === undefined) return []
  const inFamily = view.cluster.serviceCIDRs.filter(cidr => familyOf(cidr) === family)
  const unallocated = inFamily.flatMap((cidr): Destination[] => {
    const ip = spare([cidr], () => true)
    if (ip === undefined) return []
    const place = { ...nobodys('unallocated-ip', ip), port: 80 }
    return [place, { ...place, protocol: 'udp' }]
  })
  const freeNodePorts = own.flatMap((ip): Destination[] => {
    const place = freePort(view, ip, nodePortRange.from)
    return place === undefined ? [] : [{ ...nobodys('no-service', ip), port: place.port }]
  })
  return [...unallocated, ...freeNodePorts, ...neighbours(family, ports, spare)]
}

const nobodys = (kind: Destination['kind'], ip: Ip) =>
  ({ kind, ip, protocol: 'tcp', servicePort: undefined }) as const

/** How many addresses above an external one are asked for one that is nobody's. */
const NEAR = 16n

function neighbours(
  family: Family,
  ports: readonly ServicePort[],
  spare: SpareAddresses,
): readonly Destination[] {
  for (const port of ports.filter(one => one.family === family)) {
    for (const external of [...port.externalIPs, ...port.loadBalancerIPs]) {
      const next = neighbour(external, spare)
      if (next === undefined) continue
      return [{ ...nobodys('no-service', next), port: port.port, protocol: protocolOf(port) }]
    }
  }
  return []
}

function neighbour(ip: Ip, spare: SpareAddresses): Ip | undefined {
  const family = familyOf(ip)
  const bits = family === 'IPv4' ? 32 : 128
  const number = numberOf(ip)
  const end = 1n << BigInt(bits)
  for (let near = number + 1n; near <= number + NEAR && near < end; near++) {
    const found = spare([`${addressOf(family, near)}/${bits}` as Cidr], () => true)
    if (found !== undefined) return found
  }
  return undefined
}
