import { cable, ip, type Lab, type Namespace, setSysctls } from '../../src/verify/lab/lab.js'

/** One address, or one network, of each family. */
export type Dual = readonly [ipv4: string, ipv6: string]

/** A machine on the uplink network that forwards for its pods. */
export interface NodeSpec {
  readonly name: string
  readonly addresses: Dual
  readonly podCidrs: Dual
}

/** A namespace of its own behind a node. */
export interface PodSpec {
  readonly name: string
  readonly node: string
  readonly addresses: Dual
}

/** The hosts of a cluster and around it. */
export interface ClusterSpec {
  /** The first is the node under test. */
  readonly nodes: readonly [NodeSpec, NodeSpec, ...NodeSpec[]]
  readonly pods: readonly PodSpec[]
  /** A host on the uplink network that is no part of the cluster, and the way to everywhere else. */
  readonly outside: {
    readonly name: string
    readonly addresses: Dual
    /** Networks whose addresses are all this host's: any of them can be the source of a probe. */
    readonly networks: readonly string[]
  }
  /** Networks that everybody reaches through the node under test: service CIDRs and VIPs. */
  readonly throughNode: readonly string[]
}

/** Builds the cluster and returns the namespaces of its hosts and pods, by name. */
export async function buildCluster(
  lab: Lab,
  { nodes, pods, outside, throughNode }: ClusterSpec,
): Promise<ReadonlyMap<string, Namespace>> {
  const hosts = [...nodes, outside]
  const created = await Promise.all([...hosts, ...pods].map(({ name }) => lab.namespace(name)))
  const namespaces = new Map(created.map(namespace => [namespace.name, namespace]))
  const at = (name: string): Namespace => {
    const namespace = namespaces.get(name)
    if (namespace === undefined) throw new Error(`no host ${name}`)
    return namespace
  }
  const forwarding = ['net/ipv4/ip_forward=1', 'net/ipv6/conf/all/forwarding=1']
  await Promise.all([
    ...nodes.map(({ name }) => setSysctls(at(name), forwarding)),
    joinUplink(
      lab,
      hosts.map(({ name, addresses }) => ({ namespace: at(name), addresses })),
    ),
    ...pods.map((pod, index) => joinPod(at(pod.node), at(pod.name), `pod${index}`, pod.addresses)),
  ])

  const [node] = nodes
  const toNode = throughNode.map(network => route(network, node.addresses))
  const others = (self: NodeSpec) => nodes.filter(other => other !== self)
  await Promise.all([
    ip(at(outside.name), ...toNode, ...outside.networks.map(to => `route add local ${to} dev lo`)),
    ...nodes.map(self =>
      ip(
        at(self.name),
        ...DEFAULTS.map(network => route(network, outside.addresses)),
        ...others(self).flatMap(other => other.podCidrs.map(cidr => route(cidr, other.addresses))),
        ...(self === node ? [] : toNode),
      ),
    ),
  ])
  return namespaces
}

const DEFAULTS: Dual = ['0.0.0.0/0', '::/0']

const isIpv6 = (address: string): boolean => address.includes(':')

const route = (network: string, hops: Dual): string =>
  `route add ${network} via ${hops[isIpv6(network) ? 1 : 0]}`

/** Plugs hosts into one switch, which is a namespace too. */
async function joinUplink(
  lab: Lab,
  hosts: readonly { namespace: Namespace; addresses: Dual }[],
): Promise<void> {
  const uplink = await lab.namespace('uplink')
  await ip(uplink, 'link add switch type bridge mcast_snooping 0', 'link set switch up')
  for (const [index, { namespace, addresses }] of hosts.entries()) {
    const port = `port${index}`
    await cable([namespace, 'eth0'], [uplink, port])
    await ip(uplink, `link set ${port} master switch`)
    const [ipv4, ipv6] = addresses
    await ip(namespace, `address add ${ipv4}/24 dev eth0`, `address add ${ipv6}/64 dev eth0`)
  }
}

// A pod's gateway is a link-local address, so the node has no address in the pod network and what it
// masquerades carries its one address.
const GATEWAYS: Dual = ['169.254.1.1', 'fe80::1']

/** Puts a pod behind a node: a cable of its own and routes to single addresses, no shared subnet. */
async function joinPod(
  node: Namespace,
  pod: Namespace,
  device: string,
  addresses: Dual,
): Promise<void> {
  await cable([node, device], [pod, 'eth0'])
  const [ipv4, ipv6] = GATEWAYS
  await ip(
    node,
    `address add ${ipv4}/32 dev ${device} scope link`,
    `address add ${ipv6}/64 dev ${device}`,
    ...addresses.map(address => `route add ${address} dev ${device}`),
  )
  await ip(
    pod,
    ...addresses.map(address => `address add ${address} dev eth0`),
    `route add ${ipv4} dev eth0`,
    ...DEFAULTS.map(network => `${route(network, GATEWAYS)} dev eth0`),
  )
}
