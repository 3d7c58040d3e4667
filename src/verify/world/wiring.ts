import { FAMILIES, type Family, familyOf, type Ip } from '../../address/address.js'
import { type Pod, type Scene, UPLINK } from '../../traffic/packet.js'
import type { NamespacePlan } from '../lab/netns.js'

// How the namespaces of a scene are furnished. The node and each pod have their own; all sockets but
// those of the node are in one more, `hosts`, because a process in each would cost megabytes and
// a tenth of a second. It has a cable to the node's uplink and one to each pod, through which goes what
// comes from that pod's addresses. There is no ARP and no neighbour discovery: all hardware addresses
// are given, and known to whoever is at the other end.

/** A gateway for each family, which nobody has: all that matters is its hardware address. */
const GATEWAYS: Readonly<Record<Family, string>> = { IPv4: '169.254.1.1', IPv6: 'fe80::1' }
const HOST_BITS: Readonly<Record<Family, number>> = { IPv4: 32, IPv6: 128 }
const EVERYTHING: Readonly<Record<Family, string>> = { IPv4: '0.0.0.0/0', IPv6: '::/0' }

const MAC = {
  uplink: '02:00:00:00:00:01',
  uplinkPeer: '02:00:00:00:00:02',
  podCable: '02:00:00:00:00:03',
  bridge: '02:00:00:00:00:04',
  inner: '02:00:00:00:00:05',
  innerPeer: '02:00:00:00:00:06',
} as const

/** Unlike the others they have to differ: those of a bridge see each other. */
const podMac = (index: number): string =>
  `02:01:${[24, 16, 8, 0].map(shift => ((index >> shift) & 255).toString(16).padStart(2, '0')).join(':')}`

const FORWARDING = ['net/ipv4/ip_forward=1', 'net/ipv6/conf/all/forwarding=1']

/** The node under test, before its cables. */
export const NODE_PLAN: NamespacePlan = { name: 'node', settings: FORWARDING }

/** Everybody's sockets, before their cables. Every address there is belongs here. */
export const HOSTS_PLAN: NamespacePlan = {
  name: 'hosts',
  settings: [
    'net/ipv4/conf/all/accept_local=1',
    'net/ipv4/ip_nonlocal_bind=1',
    'net/ipv6/ip_nonlocal_bind=1',
  ],
}

const TIMEOUTS = ['udp_timeout', 'udp_timeout_stream', 'tcp_timeout_close', 'tcp_timeout_syn_sent']

/**
 * Shell lines for settings that a kernel may lack: what a flow was decided to be must not outlive it by
 * much, so that a source port can come again; and a bridge must not have its frames filtered twice.
 */
export const NODE_OPTIONAL_SETTINGS = [
  ...TIMEOUTS.map(name => [`net/netfilter/nf_conntrack_${name}`, 3] as const),
  ...['iptables', 'ip6tables'].map(name => [`net/bridge/bridge-nf-call-${name}`, 0] as const),
].map(([path, value]) => `! test -w /proc/sys/${path} || echo ${value} > /proc/sys/${path}`)

/** A command for the node. */
export const uplinkCommand = (hostsPid: number): string =>
  veth([UPLINK, MAC.uplink, FIRST_INDEX], [UPLINK, MAC.uplinkPeer], hostsPid)

/** A pod with its cables to the node and to its sockets; it only passes on. */
export function podPlan(
  { name, device, addresses }: Pod,
  index: number,
  { bridge }: Pick<Scene, 'bridge'>,
  pids: { readonly node: number; readonly hosts: number },
): NamespacePlan {
  return {
    name: `pod ${name}`,
    settings: FORWARDING,
    commands: [
      veth([UPLINK, podMac(index), FIRST_INDEX], [device, MAC.podCable], pids.node),
      veth([INNER, MAC.inner, FIRST_INDEX + 1], [innerPeer(index), MAC.innerPeer], pids.hosts),
      up(UPLINK),
      up(INNER),
      ...FAMILIES.flatMap(family =>
        defaultRoute(family, UPLINK, bridge === undefined ? MAC.podCable : MAC.bridge),
      ),
      ...unique(addresses).flatMap(ip => hostRoute(ip, INNER, MAC.innerPeer)),
    ],
  }
}

/** Commands for the node, its cables plugged in. */
export const nodeCommands = ({ node, pods, bridge }: Scene): readonly string[] => [
  up(UPLINK),
  ...unique(node.addresses).map(
    (ip, index, all) =>
      `address add ${host(ip)} dev ${UPLINK}${isPrimary(ip, index, all) ? '' : secondary(ip)}`,
  ),
  ...FAMILIES.flatMap(family => defaultRoute(family, UPLINK, MAC.uplinkPeer)),
  ...(bridge === undefined ? [] : bridgeCommands(bridge)),
  ...pods.flatMap(({ addresses, device }, index) => [
    ...(bridge === undefined ? [] : bridgePortCommands(bridge, device)),
    up(device),
    ...unique(addresses).flatMap(ip => hostRoute(ip, bridge ?? device, podMac(index))),
  ]),
]

const bridgeCommands = (bridge: string): readonly string[] => [
  `link add ${bridge} address ${MAC.bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
  up(bridge),
]

const bridgePortCommands = (bridge: string, device: string): readonly string[] => [
  `link set ${device} master ${bridge}`,
  // A pod that reaches itself through a Service comes back by the port it came in.
  `link set ${device} type bridge_slave hairpin on`,
]

/**
 * Commands for `hosts`, its cables plugged in, for one family. What it sends goes to the node first,
 * also to addresses of its own: the ways out are looked up before the local addresses are.
 */
export function hostsCommands({ pods }: Pick<Scene, 'pods'>, family: Family): readonly string[] {
  const ofPods = pods.flatMap(({ addresses }, index) =>
    unique(addresses)
      .filter(ip => familyOf(ip) === family)
      .flatMap(ip => [
        up(innerPeer(index)),
        ...defaultRoute(family, innerPeer(index), MAC.inner, POD_TABLES + index),
        `rule add pref 10 iif lo from ${host(ip)} lookup ${POD_TABLES + index}`,
        ...realAddress(ip, family),
      ]),
  )
  return [
    up(UPLINK),
    ...ofPods,
    ...defaultRoute(family, UPLINK, MAC.uplink, UPLINK_TABLE),
    `rule add pref 11 iif lo lookup ${UPLINK_TABLE}`,
    // Not before the gateways, which must be addresses of somebody else.
    `route add local ${EVERYTHING[family]} dev lo`,
    // The source of errors from everybody else (RFC 6666: the discard prefix).
    ...realAddress('100::1' as Ip, family),
    'rule add pref 20 lookup local',
    'rule del pref 0',
  ]
}

/** ICMPv6 errors take no source that is not the address of a device. */
const realAddress = (ip: Ip, family: Family): readonly string[] =>
  family === 'IPv6' ? [`address add ${host(ip)} dev lo`] : []

const INNER = 'sockets'
const innerPeer = (index: number): string => `pod${index}`
const UPLINK_TABLE = 100
const POD_TABLES = 1000

const up = (device: string): string => `link set ${device} up`

/**
 * Above all numbers that the kernel gives to devices by itself. Where the two ends of a cable have the
 * same, each in its namespace, the kernel takes them for no pair, and lets up to a second pass until it
 * sends anything by a cable that has come up (linkwatch_urgent_event).
 */
const FIRST_INDEX = 1_000_000

const veth = (
  [device, mac, index]: readonly [device: string, mac: string, index: number],
  [peer, peerMac]: readonly [device: string, mac: string],
  peerPid: number,
): string =>
  `link add ${device} index ${index} address ${mac} type veth peer name ${peer} address ${peerMac} netns ${peerPid}`

const neighbour = (ip: string, mac: string, device: string): string =>
  `neigh replace ${ip} lladdr ${mac} dev ${device} nud permanent`

const defaultRoute = (
  family: Family,
  device: string,
  mac: string,
  table?: number,
): readonly string[] => [
  neighbour(GATEWAYS[family], mac, device),
  `route add ${EVERYTHING[family]} via ${GATEWAYS[family]} dev ${device} onlink${table ? ` table ${table}` : ''}`,
]

const hostRoute = (ip: Ip, device: string, mac: string): readonly string[] => [
  `route add ${host(ip)} dev ${device}`,
  neighbour(ip, mac, device),
]

const host = (ip: Ip): string => `${ip}/${HOST_BITS[familyOf(ip)]}`

const unique = (addresses: readonly Ip[]): readonly Ip[] => [...new Set(addresses)]

const isPrimary = (ip: Ip, index: number, all: readonly Ip[]): boolean =>
  all.findIndex(other => familyOf(other) === familyOf(ip)) === index

/** IPv4 takes the first address as the source; IPv6 has rules, of which this is the third (RFC 6724). */
const secondary = (ip: Ip): string => (familyOf(ip) === 'IPv6' ? ' preferred_lft 0' : '')
