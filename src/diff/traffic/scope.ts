import type { Family } from '../../address/address.js'
import type { Cluster } from '../../model/cluster.js'
import type { Endpoint } from '../../model/endpoint.js'
import type { ServicePort } from '../../model/service-port.js'

/** Both sides of a comparison. */
export interface Clusters {
  readonly before: Cluster
  readonly after: Cluster
}

/**
 * The clusters with those service ports alone that may differ in traffic on a node which is the same
 * on both sides: changed ones, and all that share an address, an endpoint or a node port with them.
 * Plans of ten thousand services for each of many nodes are what this spares.
 */
export function changedPorts(clusters: Clusters): Clusters {
  const { before, after } = clusters
  const scoped = (family: Family): Readonly<Record<'before' | 'after', readonly ServicePort[]>> => {
    const [old, wanted] = [before.ports[family], after.ports[family]]
    const isRelated = relationTo(changed(old, wanted))
    return { before: old.filter(isRelated), after: wanted.filter(isRelated) }
  }
  const [v4, v6] = [scoped('IPv4'), scoped('IPv6')]
  const sideOf = (side: 'before' | 'after'): Cluster => ({
    ...clusters[side],
    ports: { IPv4: v4[side], IPv6: v6[side] },
  })
  return { before: sideOf('before'), after: sideOf('after') }
}

const keyOf = ({ namespace, name, portName, protocol }: ServicePort): string =>
  `${namespace}/${name}:${portName} ${protocol}`

/** Service ports of either side that the other has not or has otherwise. */
function changed(old: readonly ServicePort[], wanted: readonly ServicePort[]): ServicePort[] {
  const left = new Map(old.map(port => [keyOf(port), port]))
  const found: ServicePort[] = []
  for (const port of wanted) {
    const key = keyOf(port)
    const earlier = left.get(key)
    left.delete(key)
    if (earlier === undefined) found.push(port)
    else if (!samePort(earlier, port)) found.push(earlier, port)
  }
  return [...found, ...left.values()]
}

function samePort(a: ServicePort, b: ServicePort): boolean {
  return (
    a.port === b.port &&
    a.nodePort === b.nodePort &&
    a.clusterIP === b.clusterIP &&
    a.internalPolicy === b.internalPolicy &&
    a.externalPolicy === b.externalPolicy &&
    a.affinitySeconds === b.affinitySeconds &&
    sameTexts(a.externalIPs, b.externalIPs) &&
    sameTexts(a.loadBalancerIPs, b.loadBalancerIPs) &&
    sameTexts(a.sourceRanges, b.sourceRanges) &&
    a.endpoints.length === b.endpoints.length &&
    a.endpoints.every((one, index) => sameEndpoint(one, b.endpoints[index]))
  )
}

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index])

const sameEndpoint = (a: Endpoint, b: Endpoint | undefined): boolean =>
  b !== undefined &&
  a.id === b.id &&
  a.ready === b.ready &&
  a.serving === b.serving &&
  a.terminating === b.terminating &&
  a.nodeName === b.nodeName &&
  a.weight === b.weight &&
  sameTexts(a.zoneHints, b.zoneHints) &&
  sameTexts(a.nodeHints, b.nodeHints)

/** A test whether the traffic of a port may have to do with that of others. */
function relationTo(ports: readonly ServicePort[]): (port: ServicePort) => boolean {
  if (ports.length === 0) return () => false
  const addresses = new Set<string>()
  const numbers = new Set<number>()
  for (const port of ports) {
    for (const ip of addressesOf(port)) addresses.add(ip)
    numbers.add(port.port)
    if (port.nodePort !== undefined) numbers.add(port.nodePort)
    for (const endpoint of port.endpoints) {
      addresses.add(endpoint.ip)
      numbers.add(endpoint.port)
    }
  }
  const nodePorts = new Set(ports.flatMap(({ nodePort }) => nodePort ?? []))
  return port =>
    addressesOf(port).some(ip => addresses.has(ip)) ||
    (port.nodePort !== undefined && numbers.has(port.nodePort)) ||
    (nodePorts.has(port.port) && port.externalIPs.length + port.loadBalancerIPs.length > 0) ||
    port.endpoints.some(one => addresses.has(one.ip) || nodePorts.has(one.port))
}

const addressesOf = ({
  clusterIP,
  externalIPs,
  loadBalancerIPs,
}: ServicePort): readonly string[] =>
  clusterIP === undefined
    ? [...externalIPs, ...loadBalancerIPs]
    : [clusterIP, ...externalIPs, ...loadBalancerIPs]
