import {
  FAMILIES,
  type Family,
  familyOf,
  type Ip,
  isLoopback,
  isUnusable,
} from '../../address/address.js'
import { type Pod, type Scene, UPLINK } from '../../traffic/packet.js'
import { CommandError, type Lab, type Namespace, type NamespacePlan, run } from './lab.js'

/** The namespaces of a scene that somebody works in. */
export interface SceneNamespaces {
  readonly node: Namespace
  /** The sockets of all others. */
  readonly hosts: Namespace
}

/** The namespaces of a scene, not joined yet. */
export async function sceneNamespaces(lab: Lab): Promise<SceneNamespaces> {
  const [node, hosts] = await lab.namespaces([NODE_PLAN, HOSTS_PLAN])
  if (node === undefined || hosts === undefined) throw new SceneError('no namespaces')
  return { node, hosts }
}

/**
 * Builds a scene around its namespaces: the pods, and what joins them all.
 *
 * @throws SceneError with the reason if the kernel refuses
 */
export async function buildScene(
  lab: Lab,
  scene: Scene,
  { node, hosts }: SceneNamespaces,
): Promise<void> {
  const pids = { node: node.pid, hosts: hosts.pid }
  const pods = scene.pods.map((pod, index) => podPlan(pod, index, scene, pids))
  try {
    await Promise.all([
      lab.namespaces(pods),
      script(node, [...NODE_OPTIONAL_SETTINGS, ...batch('ip', [uplinkCommand(hosts.pid)])]),
    ])
    await Promise.all([
      script(node, batch('ip', nodeCommands(scene))),
      script(
        hosts,
        FAMILIES.flatMap(family => batch(`ip ${FLAGS[family]}`, hostsCommands(scene, family))),
      ),
    ])
  } catch (error) {
    if (error instanceof CommandError) throw new SceneError(`cannot be built: ${error.message}`)
    throw error
  }
}

const FLAGS: Readonly<Record<Family, string>> = { IPv4: '-4', IPv6: '-6' }

/** Does all that is to be done in a namespace in one process. */
const script = (namespace: Namespace, lines: readonly string[]): Promise<string> =>
  run(namespace, ['sh', '-e'], lines.join('\n'))

const batch = (command: string, commands: readonly string[]): readonly string[] => [
  `${command} -batch - <<'end'`,
  ...commands,
  'end',
]

/** A scene that cannot be built, and why. */
export class SceneError extends Error {
  override readonly name = 'SceneError'
}

/** Names that the kernel takes, and that mean nothing in a file of commands. */
const DEVICE = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/
const TAKEN = new Set([UPLINK, 'lo', 'all', 'default'])
const BROADCAST = '255.255.255.255'

/**
 * Makes sure that a scene can be built.
 *
 * @throws SceneError with the first reason why not
 */
export function checkScene({ node, pods, bridge, beyond, listeners }: Scene): void {
  const owners = new Map<Ip, string>()
  const claim = (ip: Ip, owner: string): void => {
    if (!isHostAddress(ip)) throw new SceneError(`${owner} cannot have the address ${ip}`)
    const other = owners.get(ip)
    if (other !== undefined) throw new SceneError(`${ip} belongs to ${other} and to ${owner}`)
    owners.set(ip, owner)
  }
  const devices = new Set<string>()
  const claimDevice = (device: string): void => {
    if (!DEVICE.test(device) || TAKEN.has(device) || devices.has(device))
      throw new SceneError(`the node cannot have a device ${JSON.stringify(device)}`)
    devices.add(device)
  }

  for (const ip of new Set(node.addresses)) claim(ip, `node ${node.name}`)
  if (bridge !== undefined) claimDevice(bridge)
  for (const { name, addresses, device } of pods) {
    claimDevice(device)
    for (const ip of new Set(addresses)) claim(ip, `pod ${name}`)
    if (new Set(addresses.map(familyOf)).size < new Set(addresses).size)
      throw new SceneError(`pod ${name} has two addresses of one family: ${addresses.join(', ')}`)
  }
  for (const ip of new Set(beyond)) claim(ip, 'a host behind the uplink')
  for (const { ip, port, protocol } of listeners)
    if (!canBeAsked(ip) || !isPort(port))
      throw new SceneError(`nobody can listen at ${ip} ${protocol} port ${port}`)
}

/** Whether packets can be sent to an address at all: loopback addresses are the node's own. */
export const canBeAsked = (ip: Ip): boolean => isLoopback(ip) || isHostAddress(ip)

const isHostAddress = (ip: Ip): boolean => !isUnusable(ip) && ip !== BROADCAST

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port <= 65_535

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
const NODE_PLAN: NamespacePlan = { name: 'node', settings: FORWARDING }

/** Everybody's sockets, before their cables. Every address there is belongs here. */
const HOSTS_PLAN: NamespacePlan = {
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
const NODE_OPTIONAL_SETTINGS = [
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
const nodeCommands = ({ node, pods, bridge }: Scene): readonly string[] => [
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
function hostsCommands({ pods }: Pick<Scene, 'pods'>, family: Family): readonly string[] {
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
