import {
  containedIn,
  type Family,
  familyOf,
  type Ip,
  isLoopback,
  parseIp,
} from '../address/address.js'
import type { Service } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import type { Cluster } from '../model/cluster.js'
import type { LeftOut } from '../model/left-out.js'
import type { Node } from '../model/node.js'
import { clusterIPsOf, isHeadless } from '../model/service-port.js'
import { interfaceOf } from '../options/read.js'
import type { Options } from '../options/table.js'
import type { L4Protocol } from '../rules/match.js'
import { UsageError } from '../util/errors.js'
import { didYouMean, quote } from '../util/text.js'
import type { Packet } from './packet.js'

/** A destination as the command line gives it. */
export type GivenDestination =
  | {
      readonly kind: 'address'
      readonly ip: Ip
      /** Absent for ICMP alone. */
      readonly port: number | undefined
      readonly protocol: L4Protocol | 'icmp'
    }
  | {
      readonly kind: 'service'
      readonly namespace: string
      readonly name: string
      /** Its name or its number. */
      readonly port: string | undefined
      readonly protocol: L4Protocol | undefined
    }
  | {
      readonly kind: 'node'
      readonly name: string
      readonly port: number
      readonly protocol: L4Protocol
    }

/** A sender as the command line gives it, with its port where one is said. */
export type GivenSource = { readonly port?: number } & (
  | { readonly kind: 'address'; readonly ip: Ip }
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'node'; readonly name: string }
)

const TRANSPORT: readonly string[] = ['tcp', 'udp', 'sctp'] satisfies L4Protocol[]
const ADDRESS = /^(?:\[([^\]]*)\]|([^[\]/]*?))(?::(\d{1,5}))?(?:\/([A-Za-z0-9]+))?$/
const BARE_IPV6 = /^([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:\/([A-Za-z0-9]+))?$/
const SERVICE = /^([^/:[\]]+)\/([^/:[\]]+)(?::([^/:]+))?(?:\/([A-Za-z0-9]+))?$/
const NODE = /^([^/:[\]]+):(\d{1,5})(?:\/([A-Za-z0-9]+))?$/
const MAX_PORT = 65535

/**
 * Reads `10.96.0.10:53/udp`, `[fd00::1]:80`, `10.96.0.1/icmp`, `shop/web:https`, `worker-1:30080`;
 * the protocol is TCP where none is said.
 *
 * @throws UsageError for anything else
 */
export function parseDestination(text: string): GivenDestination {
  const found = addressIn(text) ?? serviceIn(text) ?? nodeIn(text)
  if (found) return found
  throw new UsageError(
    `--to takes ADDRESS:PORT[/PROTOCOL], ADDRESS/icmp, NAMESPACE/SERVICE[:PORT] or NODE:PORT (got ${quote(text)})`,
  )
}

function addressIn(text: string): GivenDestination | undefined {
  const [, bare, bareProtocol] = BARE_IPV6.exec(text) ?? []
  const [, bracketed, plain, digits, anyProtocol] = ADDRESS.exec(text) ?? []
  const ip = parseIp(bare ?? bracketed ?? plain ?? '')?.ip
  if (ip === undefined) return undefined
  const given = (bare === undefined ? anyProtocol : bareProtocol)?.toLowerCase()
  const port = bare === undefined ? digits : undefined
  if (given === 'icmp' || given === 'icmpv6') {
    if (port !== undefined) throw new UsageError(`--to ${text}: ICMP has no ports`)
    return { kind: 'address', ip, port: undefined, protocol: 'icmp' }
  }
  const host = ip.includes(':') ? `[${ip}]` : ip
  if (port === undefined) {
    throw new UsageError(
      `--to ${quote(text)} needs a port, as ${host}:80/tcp, or is a ping: ${host}/icmp`,
    )
  }
  return { kind: 'address', ip, port: portOf(port, text), protocol: protocolOf(given, text) }
}

function serviceIn(text: string): GivenDestination | undefined {
  const [, namespace, name, port, protocol] = SERVICE.exec(text) ?? []
  if (namespace === undefined || name === undefined) return undefined
  const given = protocol === undefined ? undefined : protocolOf(protocol.toLowerCase(), text)
  return { kind: 'service', namespace, name, port, protocol: given }
}

function nodeIn(text: string): GivenDestination | undefined {
  const [, name, port, protocol] = NODE.exec(text) ?? []
  if (name === undefined || port === undefined) return undefined
  return {
    kind: 'node',
    name,
    port: portOf(port, text),
    protocol: protocolOf(protocol?.toLowerCase(), text),
  }
}

function portOf(digits: string, text: string): number {
  const port = Number(digits)
  if (port >= 1 && port <= MAX_PORT) return port
  throw new UsageError(`--to ${quote(text)}: a port is a number from 1 to ${MAX_PORT}`)
}

function protocolOf(given: string | undefined, text: string): L4Protocol {
  if (given === undefined) return 'tcp'
  if (TRANSPORT.includes(given)) return given as L4Protocol
  throw new UsageError(`--to ${quote(text)}: a protocol is tcp, udp, sctp, or icmp without a port`)
}

/**
 * Reads an address, `namespace/pod`, or the name of a node, each also with a source port:
 * `10.244.1.7:40000`, `[fd00::7]:40000`, `shop/web-0:40000`.
 *
 * @throws UsageError for anything else
 */
export function parseSource(text: string): GivenSource {
  const [, host = text, digits] = SOURCE_PORT.exec(text) ?? []
  const source = sourceIn(host)
  if (source && digits === undefined) return source
  const port = Number(digits)
  if (source && port >= 1 && port <= MAX_PORT) return { ...source, port }
  throw new UsageError(
    `--from takes an address, NAMESPACE/POD, or the name of a node, and perhaps :PORT behind it (got ${quote(text)})`,
  )
}

/** A port behind an address, which of IPv6 is in brackets, or a name. */
const SOURCE_PORT = /^(\[[^\]]*\]|[^:[\]]*):(\d{1,5})$/

function sourceIn(text: string): GivenSource | undefined {
  const ip = parseIp(text.replace(/^\[(.*)\]$/, '$1'))?.ip
  if (ip !== undefined) return { kind: 'address', ip }
  const [namespace, name, ...rest] = text.split('/')
  if (namespace && name && rest.length === 0) return { kind: 'pod', namespace, name }
  if (namespace && name === undefined && !/[\s:[\]]/.test(namespace)) {
    return { kind: 'node', name: namespace }
  }
  return undefined
}

/** What names on the command line may refer to. */
export interface Directory {
  readonly cluster: Cluster
  /** Every valid Service. */
  readonly services: readonly InputObject<Service>[]
  /** Objects with errors. */
  readonly leftOut: readonly LeftOut[]
}

/** What an end of a packet is in a family; nothing where it has no address of it. */
export type In<T> = (family: Family) => T | undefined

/** An end that has one address. */
const inFamilyOf =
  <T extends { readonly ip: Ip }>(one: T): In<T> =>
  family =>
    family === familyOf(one.ip) ? one : undefined

/** @throws UsageError for a name that no node has */
function nodeNamed(name: string, node: Node, directory: Directory | undefined, flag: string): Node {
  if (name === node.name) return node
  const nodes = directory?.cluster.nodes ?? []
  const found = nodes.find(one => one.name === name)
  if (found) return found
  throw unknownName(flag, 'node', name, [node.name, ...nodes.map(one => one.name)])
}

/** The error for a name that nothing has, with those nearest to it. */
export function unknownName(
  flag: string,
  what: string,
  name: string,
  known: readonly string[],
): UsageError {
  const hint = didYouMean(name, new Set(known))
  return new UsageError(`${flag}: no ${what} is named ${quote(name)}${hint}`)
}

/** The error for a name where nothing says what names there are. */
const needsObjects = (flag: string): UsageError =>
  new UsageError(`${flag} takes names only beside objects (-f FILE): give an address`)

/** Where a packet goes, in one family. */
export interface Target {
  readonly ip: Ip
  readonly port: number | undefined
  readonly protocol: Packet['protocol']
}

/**
 * The addresses that a destination has in each family.
 *
 * @throws UsageError for a name that nothing has, or a port that a Service has not by that name
 */
function targetsOf(to: GivenDestination, node: Node, directory: Directory | undefined): In<Target> {
  if (to.kind === 'address') return inFamilyOf({ ip: to.ip, port: to.port, protocol: to.protocol })
  if (directory === undefined) throw needsObjects('--to')
  if (to.kind === 'service') return serviceTargets(to, directory)
  const { primary } = nodeNamed(to.name, node, directory, '--to')
  const { port, protocol } = to
  return family => {
    const ip = primary[family]
    return ip === undefined ? undefined : { ip, port, protocol }
  }
}

type GivenService = Extract<GivenDestination, { kind: 'service' }>

function serviceTargets(to: GivenService, { cluster, services, leftOut }: Directory): In<Target> {
  const service = services.find(one => one.namespace === to.namespace && one.name === to.name)
  const name = `${to.namespace}/${to.name}`
  if (service === undefined) {
    // A Service is labelled by its name alone.
    const bad = leftOut.find(({ subject }) => subject.label === name)
    if (bad) throw new UsageError(`--to ${name}: the Service has errors: ${bad.why}`)
    throw unknownName(
      '--to',
      'Service',
      name,
      services.map(one => `${one.namespace}/${one.name}`),
    )
  }
  const { spec } = service.value
  if (spec.type === 'ExternalName')
    throw new UsageError(
      `--to ${name}: an ExternalName is a name in DNS, which no rules are made for`,
    )
  if (isHeadless(service))
    throw new UsageError(
      `--to ${name}: a headless Service has no ClusterIP; its endpoints are reached directly`,
    )
  const target = portOfService(to, service)
  return family => {
    const served = cluster.ports[family].find(one => one.service === service)
    // A Service that no rules are made for has its addresses all the same.
    const given = clusterIPsOf(service).find(one => one.family === family)?.ip
    const ip = served ? served.clusterIP : given
    return ip === undefined ? undefined : { ip, port: target.port, protocol: target.protocol }
  }
}

/** The port that is meant: by its name, by its number, or the only one. */
function portOfService(
  { port, protocol, ...to }: GivenService,
  { value }: InputObject<Service>,
): { readonly port: number; readonly protocol: L4Protocol } {
  const ports = (value.spec.ports ?? []).map(one => ({
    name: one.name ?? '',
    port: one.port,
    protocol: (one.protocol ?? 'TCP').toLowerCase() as L4Protocol,
  }))
  const name = `${to.namespace}/${to.name}`
  const list = ports
    .map(one => `${one.name === '' ? '' : `${one.name} = `}${one.port}/${one.protocol}`)
    .join(', ')
  const fitting = ports.filter(one => protocol === undefined || one.protocol === protocol)
  if (port === undefined) {
    const [only, ...others] = fitting
    if (only && others.length === 0) return only
    throw new UsageError(`--to ${name} needs a port: it has ${list || 'none'}`)
  }
  const named = fitting.find(one => one.name === port)
  if (named) return named
  if (!/^\d{1,5}$/.test(port))
    throw new UsageError(`--to ${name}: no port is named ${quote(port)}; it has ${list}`)
  const number = Number(port)
  const numbered = fitting.filter(one => one.port === number)
  // A number that the Service has not is a question too: what becomes of it.
  return (
    numbered.find(one => one.protocol === 'tcp') ??
    numbered[0] ?? { port: number, protocol: protocol ?? 'tcp' }
  )
}

/** Who sends it, in one family. */
export interface Sender {
  readonly ip: Ip
  readonly words?: string
  readonly isNode: boolean
  /** Whether it is a pod of this node. */
  readonly isOwnPod: boolean
}

/**
 * The addresses that a sender has in each family.
 *
 * @throws UsageError for a name that nothing has
 */
function sendersOf(from: GivenSource, node: Node, directory: Directory | undefined): In<Sender> {
  if (from.kind === 'address') return inFamilyOf(senderAt(from.ip, node, directory))
  if (directory === undefined) throw needsObjects('--from')
  if (from.kind === 'pod') return podSenders(from, node, directory)
  const sending = nodeNamed(from.name, node, directory, '--from')
  const isNode = sending === node
  const words = isNode ? `this node (${node.name})` : `node ${sending.name}`
  return family => {
    const ip = sending.primary[family]
    return ip === undefined ? undefined : { ip, words, isNode, isOwnPod: false }
  }
}

function podSenders(
  { namespace, name }: Extract<GivenSource, { kind: 'pod' }>,
  node: Node,
  { cluster }: Directory,
): In<Sender> {
  const endpoints = [...cluster.ports.IPv4, ...cluster.ports.IPv6]
    .filter(port => port.namespace === namespace)
    .flatMap(port => port.endpoints)
  const own = endpoints.filter(({ pod }) => pod === name)
  if (own.length === 0) {
    const known = endpoints.flatMap(({ pod }) => (pod === undefined ? [] : `${namespace}/${pod}`))
    const { message } = unknownName('--from', 'pod', `${namespace}/${name}`, known)
    throw new UsageError(
      `${message} (pods are known as endpoints of Services; an address always goes)`,
    )
  }
  return family => {
    const found = own.find(({ ip }) => familyOf(ip) === family)
    return found && senderAt(found.ip, node, { cluster, services: [], leftOut: [] })
  }
}

/** Who has an address, as far as the objects tell. */
function senderAt(ip: Ip, node: Node, directory: Directory | undefined): Sender {
  const isNode = node.addresses.includes(ip) || isLoopback(ip)
  if (isNode) return { ip, words: `this node (${node.name})`, isNode, isOwnPod: false }
  const cluster = directory?.cluster
  const host = cluster?.nodes.find(({ addresses }) => addresses.includes(ip))
  if (host) return { ip, words: `node ${host.name}`, isNode, isOwnPod: false }
  for (const port of cluster?.ports[familyOf(ip)] ?? []) {
    const endpoint = port.endpoints.find(one => one.ip === ip)
    if (endpoint === undefined) continue
    const { pod, nodeName } = endpoint
    const what =
      pod === undefined
        ? `an endpoint of ${port.namespace}/${port.name}`
        : `pod ${port.namespace}/${pod}`
    const where =
      nodeName === undefined ? '' : ` on ${nodeName === node.name ? 'this node' : nodeName}`
    return { ip, words: `${ip}, ${what}${where}`, isNode, isOwnPod: nodeName === node.name }
  }
  const isOwnPod = containedIn(node.podCIDRs)(ip)
  if (isOwnPod) return { ip, words: `${ip}, in the pod range of this node`, isNode, isOwnPod }
  const owner = cluster?.nodes.find(({ podCIDRs }) => containedIn(podCIDRs)(ip))
  const words = owner ? { words: `${ip}, in the pod range of node ${owner.name}` } : {}
  return { ip, ...words, isNode, isOwnPod }
}

/** A packet as it comes to the node, with its sender in words. */
export interface ResolvedPacket {
  readonly packet: Packet
  readonly sender: string | undefined
}

/** How a packet is given. */
export interface GivenPacket {
  readonly from: GivenSource
  readonly to: GivenDestination
  readonly inInterface: string | undefined
  /** Whether interfaces are those of a real node, so that a likely one is none. */
  readonly isLive: boolean
}

/**
 * The packet that the command line describes, in the first family that both its ends have.
 *
 * @param directory absent where there are no objects, and so no names
 * @throws UsageError if a name is unknown, or the ends have no family in common
 */
export function resolvePacket(
  given: GivenPacket,
  node: Node,
  directory: Directory | undefined,
  options: Options,
): ResolvedPacket {
  const { from, to } = given
  const targets = targetsOf(to, node, directory)
  const senders = sendersOf(from, node, directory)
  const family = options.families.find(one => targets(one) && senders(one))
  const target = family && targets(family)
  const sender = family && senders(family)
  if (!target || !sender) {
    const families = options.families.join(' and ')
    throw new UsageError(`--from and --to have no family in common (of ${families})`)
  }
  const isAssumed = given.isLive && given.inInterface === undefined && !sender.isNode
  return {
    packet: {
      saddr: sender.ip,
      daddr: target.ip,
      protocol: target.protocol,
      dport: target.port,
      ...(from.port === undefined ? {} : { sport: from.port }),
      inputInterface: interfaceOfSender(given.inInterface, sender, options),
      ...(isAssumed ? { isInputAssumed: true } : {}),
    },
    sender: sender.words,
  }
}

const UPLINK = 'eth0'
const POD_LINK = 'veth0'

/** Where a packet most likely comes in: for pods of the node, as the detection of local traffic says. */
function interfaceOfSender(
  given: string | undefined,
  { isNode, isOwnPod }: Sender,
  { plan: { localTraffic } }: Options,
): string | undefined {
  if (isNode) {
    if (given === undefined) return undefined
    throw new UsageError(
      '--in-interface is for packets from elsewhere: the node itself sends this one',
    )
  }
  if (given !== undefined) return interfaceOf('in-interface', given, 15)
  if (!isOwnPod) return UPLINK
  const { mode, bridgeInterface, interfaceNamePrefix } = localTraffic
  if (mode === 'BridgeInterface') return bridgeInterface || POD_LINK
  return mode === 'InterfaceNamePrefix' && interfaceNamePrefix !== ''
    ? `${interfaceNamePrefix}0`
    : POD_LINK
}
