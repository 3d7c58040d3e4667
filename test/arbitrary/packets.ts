import type { Packet } from '../../src/traffic/packet.js'
import { canonical } from '../reference/objects.js'
import type { KubeObject } from './cluster.js'

/** A sender: its address, and the interface by which its packets come to the node. */
type Client = Pick<Packet, 'saddr' | 'inputInterface'>
type Destination = Pick<Packet, 'daddr' | 'protocol' | 'dport'>

const isIpv6 = (address: string): boolean => address.includes(':')

/**
 * Packets to all destinations that the objects name, and to what is beside them: other ports and
 * protocols, addresses that nobody has. They come from every kind of client.
 *
 * @param own the addresses of the node that the packets meet
 */
export function packetsOf(objects: readonly KubeObject[], own: readonly string[]): Packet[] {
  const clients = clientsOf(objects, own)
  return destinationsOf(objects, own).flatMap(destination =>
    clients
      .filter(({ saddr }) => isIpv6(saddr) === isIpv6(destination.daddr))
      .map((client, i) => ({ ...client, ...destination, ...sourcePort(i) })),
  )
}

/** Every other packet has a known source port. */
const sourcePort = (i: number): Pick<Packet, 'sport'> =>
  i % 2 === 0 ? {} : { sport: 1024 + ((i * 7919) % 60000) }

const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const
const NOBODYS_PORT = 79

/** Every destination of a Service, and one step beside it: another port, another protocol, ping. */
function destinationsOf(objects: readonly KubeObject[], own: readonly string[]): Destination[] {
  const services = objects.filter(({ kind }) => kind === 'Service').map(partsOf)
  const all = services.flatMap(({ addresses, ports }) => [
    ...addresses.flatMap(address => around(address, ports)),
    ...own.flatMap(address =>
      around(
        address,
        ports.map(({ nodePort, protocol }) => ({ port: nodePort ?? NOBODYS_PORT, protocol })),
      ),
    ),
  ])
  const nodePorts = services.flatMap(({ ports }) =>
    ports.map(({ nodePort = NOBODYS_PORT, protocol }) => ({ port: nodePort, protocol })),
  )
  const others = ['127.0.0.1', '::1', '192.168.10.99', '10.96.9.9', 'fd00:10:96::99', '8.8.8.8']
  all.push(...others.flatMap(address => around(address, nodePorts.slice(0, 1))))
  return [...new Map(all.map(one => [Object.values(one).join(' '), one])).values()]
}

function around(address: string, ports: Service['ports']): Destination[] {
  const daddr = canonical(address)
  const exact = ports.map(({ port, protocol }) => ({ daddr, protocol, dport: port }))
  const dport = ports[0]?.port ?? NOBODYS_PORT
  return [
    ...exact,
    ...PROTOCOLS.map(protocol => ({ daddr, protocol, dport })),
    { daddr, protocol: 'tcp', dport: NOBODYS_PORT },
    { daddr, protocol: 'icmp', dport: undefined },
  ]
}

interface Service {
  readonly addresses: readonly string[]
  readonly ports: readonly {
    readonly port: number
    readonly protocol: (typeof PROTOCOLS)[number]
    readonly nodePort?: number
  }[]
}

interface Spec {
  readonly clusterIPs: readonly string[]
  readonly externalIPs?: readonly string[]
  readonly ports: readonly { port: number; protocol: string; nodePort?: number }[]
}

function partsOf({ spec, status }: KubeObject): Service {
  const { clusterIPs, externalIPs = [], ports } = spec as Spec
  const { loadBalancer } = status as {
    loadBalancer?: { ingress: readonly { ip?: string }[] }
  }
  const ingress = (loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? [])
  return {
    addresses: [...clusterIPs, ...externalIPs, ...ingress],
    ports: ports.map(port => ({
      ...port,
      protocol: port.protocol.toLowerCase() as (typeof PROTOCOLS)[number],
    })),
  }
}

/** Pods of the node and of others, backends among them, the node, its neighbours and the world. */
function clientsOf(objects: readonly KubeObject[], own: readonly string[]): Client[] {
  const backends = objects
    .filter(({ kind }) => kind === 'EndpointSlice')
    .flatMap(({ endpoints }) => endpoints as readonly { addresses: readonly string[] }[])
    .flatMap(({ addresses }) => addresses)
    .filter(address => !own.includes(address))
  const via = (inputInterface: string | undefined, ...saddrs: readonly string[]): Client[] =>
    saddrs.map(saddr => ({ saddr: canonical(saddr), inputInterface }))
  return [
    ...via(undefined, ...own, '127.0.0.1', '::1'),
    ...via('veth1', '10.244.0.200', 'fd00:10:244::200', ...backends),
    ...via('cni0', '10.244.1.200', 'fd00:10:244:1::200'),
    ...via('eth0', '10.244.2.200', 'fd00:10:244:2::200', '10.99.0.1', 'fd99::1'),
    ...via('eth0', '192.168.10.50', 'fd00:192:168::50', '192.0.2.7', '2001:db8:9::7'),
    ...via('eth0', '198.18.5.7', '198.18.5.8', '198.19.0.1', '2001:db8:2:5::1', '2001:db8:2:6::1'),
  ]
}
