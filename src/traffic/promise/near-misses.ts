import { containedIn, type Family, familyOf, isLoopback, parseIp } from '../../address/address.js'
import type { FieldPath } from '../../diagnostics/diagnostic.js'
import type { Service, ServicePortSpec } from '../../generated/types.gen.js'
import type { InputObject, InputObjects } from '../../input/objects.js'
import { isOtherProxys, labelOf, PROXY_NAME_LABEL, SERVICE_NAME_LABEL } from '../../model/labels.js'
import { unmirrored } from '../../model/mirror.js'
import {
  clusterIPsOf,
  displayName,
  isHeadless,
  type ServicePort,
} from '../../model/service-port.js'
import { count, quote, someOf } from '../../util/text.js'
import type { Packet, Reason } from '../packet.js'
import { isOwn, nodePortOwner, servesNodePorts, type View } from './view.js'

/** What the objects have beside the service ports that came of them; those that are valid. */
export type Objects = Pick<InputObjects, 'Service' | 'EndpointSlice' | 'Endpoints'>

/** A packet that no service port takes. */
interface Miss {
  readonly view: View
  readonly objects: Objects
  readonly packet: Packet
}

/**
 * Why no service port takes a packet: the field of an object that comes nearest to it, and what keeps
 * it from being a rule. The first of these that has anything to say is the most telling.
 */
export function nearMiss(view: View, objects: Objects, packet: Packet): Reason {
  const miss: Miss = { view, objects, packet }
  return (
    otherPort(miss) ??
    unusedAddress(miss) ??
    nodePortElsewhere(miss) ??
    unusedNodePort(miss) ??
    unallocated(miss) ??
    someHost(miss)
  )
}

const portOf = ({ protocol, dport }: Packet): string =>
  dport === undefined ? protocol : `${dport}/${protocol.toUpperCase()}`

/** `80/TCP (http), 443/TCP (https)`. */
const portsText = (ports: readonly ServicePort[]): string =>
  someOf(
    ports.map(({ port, protocol, portName }) =>
      portName === '' ? `${port}/${protocol}` : `${port}/${protocol} (${portName})`,
    ),
  )

const KINDS = [
  ['a ClusterIP', ({ clusterIP }, ip) => clusterIP === ip],
  ['an external IP', ({ externalIPs }, ip) => externalIPs.some(one => one === ip)],
  ['a load balancer IP', ({ loadBalancerIPs }, ip) => loadBalancerIPs.some(one => one === ip)],
] as const satisfies readonly (readonly [string, (port: ServicePort, ip: string) => boolean])[]

/** The address is that of a service port, the port is not. */
function otherPort({ view, packet }: Miss): Reason | undefined {
  const { daddr, protocol } = packet
  const ports = view.cluster.ports[familyOf(daddr)]
  for (const [kind, has] of KINDS) {
    const owning = ports.filter(port => has(port, daddr))
    const [first] = owning
    if (first === undefined) continue
    const name = `${first.namespace}/${first.name}`
    const what = `${daddr} is ${kind} of ${name}, which has ports ${portsText(owning)}`
    // In iptables mode no rule guards the other ports of a ClusterIP.
    const isGuarded = kind === 'a ClusterIP' && view.mode === 'nftables'
    const end = !isGuarded
      ? `; other ports are left alone, such as ${portOf(packet)}`
      : protocol === 'icmp'
        ? '; everything else, a ping too, is refused'
        : ` and not ${portOf(packet)}`
    const code = protocol === 'icmp' ? 'not-a-port' : 'wrong-port'
    return { code, text: `${what}${end}`, port: first, path: ['spec', 'ports'] }
  }
  return undefined
}

/** A field of a Service that holds an address. */
interface Mention {
  readonly service: InputObject<Service>
  readonly what: string
  readonly path: FieldPath
  readonly text: string
  readonly ipMode?: string | undefined
}

function mentionsOf(service: InputObject<Service>): readonly Mention[] {
  const { spec, status } = service.value
  const { clusterIP, clusterIPs, externalIPs = [], loadBalancerIP } = spec
  const ingress = status?.loadBalancer?.ingress ?? []
  const at = (what: string, path: FieldPath, text = ''): Mention => ({ service, what, path, text })
  return [
    ...(clusterIPs?.length
      ? clusterIPs.map((ip, i) => at('a ClusterIP', ['spec', 'clusterIPs', i], ip))
      : [at('a ClusterIP', ['spec', 'clusterIP'], clusterIP)]),
    ...externalIPs.map((ip, i) => at('an external IP', ['spec', 'externalIPs', i], ip)),
    ...ingress.map(({ ip, ipMode }, i) => ({
      ...at('a load balancer IP', ['status', 'loadBalancer', 'ingress', i], ip),
      ipMode,
    })),
    at('the load balancer IP asked for', ['spec', 'loadBalancerIP'], loadBalancerIP),
  ]
}

/** An address that stands in a Service and makes no rule. */
function unusedAddress({ view, objects, packet }: Miss): Reason | undefined {
  const { daddr } = packet
  for (const service of objects.Service) {
    const mention = mentionsOf(service).find(({ text }) => parseIp(text)?.ip === daddr)
    if (mention === undefined) continue
    const { what, path, ipMode } = mention
    const why =
      withoutRules(service, view) ??
      (ipMode === 'Proxy'
        ? {
            code: 'ip-mode-proxy',
            text: ' in ipMode Proxy: its traffic goes to the load balancer',
          }
        : path[1] === 'loadBalancerIP'
          ? {
              code: 'not-assigned',
              text: ', but not among status.loadBalancer.ingress: nobody has assigned it yet',
            }
          : withoutFamily(service, familyOf(daddr)))
    if (why === undefined) continue
    const text = `${daddr} is ${what} of ${service.namespace}/${service.name}${why.text}`
    return { code: why.code, text, subject: service, path: why.path ?? path }
  }
  return undefined
}

type Why = { readonly code: string; readonly text: string; readonly path?: FieldPath }

/** Why kube-proxy makes no rule for a Service; nothing if it makes some. */
function withoutRules(service: InputObject<Service>, view: View): Why | undefined {
  const { metadata, spec } = service.value
  if (isOtherProxys(service)) {
    const label = `${PROXY_NAME_LABEL}: ${quote(labelOf(metadata, PROXY_NAME_LABEL) ?? '')}`
    const isGuarded =
      view.mode === 'nftables' &&
      clusterIPsOf(service).some(({ ip }) => containedIn(view.cluster.serviceCIDRs)(ip))
    const end = isGuarded
      ? 'here its ClusterIP is one that no Service has, and dropped'
      : 'no rules here are for it'
    return {
      code: 'other-proxy',
      text: `, which the label ${label} gives to another proxy: ${end}`,
      path: ['metadata', 'labels'],
    }
  }
  if (spec.type === 'ExternalName')
    return {
      code: 'external-name',
      text: ', which is of type ExternalName: no rule is made for it',
    }
  if (isHeadless(service))
    return {
      code: 'headless',
      text: ', which is headless (clusterIP None): no rule is made for it',
    }
  return undefined
}

/** The cluster IPs of a Service decide on its families. */
function withoutFamily(service: InputObject<Service>, family: Family): Why | undefined {
  const families = clusterIPsOf(service).map(one => one.family)
  if (families.length === 0 || families.includes(family)) return undefined
  return {
    code: 'other-family',
    text: `, which has no ${family} cluster IP: no rule is made for its ${family} addresses`,
  }
}

/** A node port that is served, but not at this address or not in this protocol. */
function nodePortElsewhere({ view, packet }: Miss): Reason | undefined {
  const { daddr, dport } = packet
  if (!isOwn(view, daddr) || dport === undefined) return undefined
  const family = familyOf(daddr)
  const owner = (['tcp', 'udp', 'sctp'] as const)
    .map(protocol => nodePortOwner(view, { ip: daddr, port: dport, protocol })?.port)
    .find(port => port !== undefined)
  if (owner === undefined) return undefined
  const what = `node port ${dport}/${owner.protocol} of ${displayName(owner)}`
  const at = { port: owner, path: ['spec', 'ports', owner.index, 'nodePort'] }
  if (servesNodePorts(view, daddr))
    return { code: 'node-port-protocol', text: `${what} is not for ${portOf(packet)}`, ...at }
  if (isLoopback(daddr)) {
    const text = `${what} is not served on ${daddr}: node ports are not on loopback addresses`
    return { code: 'node-port-elsewhere', text, ...at }
  }
  const ips = view.node.addresses.filter(ip => familyOf(ip) === family && servesNodePorts(view, ip))
  const where =
    ips.length === 0
      ? '--nodeport-addresses fit no address of this node'
      : `--nodeport-addresses serve it on ${someOf(ips)}`
  return { code: 'node-port-elsewhere', text: `${what} is not served on ${daddr}: ${where}`, ...at }
}

/** A node port that stands in a Service and makes no rule in this family. */
function unusedNodePort({ view, objects, packet }: Miss): Reason | undefined {
  const { daddr, dport } = packet
  if (!isOwn(view, daddr) || dport === undefined) return undefined
  const isMeant = ({ nodePort, protocol = 'TCP' }: ServicePortSpec): boolean =>
    nodePort === dport && protocol.toLowerCase() === packet.protocol
  for (const service of objects.Service) {
    const index = (service.value.spec.ports ?? []).findIndex(isMeant)
    if (index < 0) continue
    const portName = service.value.spec.ports?.[index]?.name
    const name = `${service.namespace}/${service.name}${portName ? `:${portName}` : ''}`
    const families = clusterIPsOf(service).map(({ family }) => family)
    const why = withoutRules(service, view)
    const end =
      why?.text ??
      (families.length > 0 ? ` for ${families.join()} alone, as its cluster IP is` : '')
    return {
      code: why?.code ?? 'other-family',
      text: `${portOf(packet)} is a node port of ${name}${end}`,
      subject: service,
      path: why?.path ?? ['spec', 'ports', index, 'nodePort'],
    }
  }
  return undefined
}

function unallocated({ view, packet }: Miss): Reason | undefined {
  const { daddr } = packet
  const cidr = view.cluster.serviceCIDRs.find(one => containedIn([one])(daddr))
  if (cidr === undefined) return undefined
  const text = `${daddr} lies in the service CIDR ${cidr}, and no Service has it`
  return { code: 'unallocated', text }
}

/** Addresses of hosts, or of nobody here. */
function someHost({ view, packet }: Miss): Reason {
  const { daddr } = packet
  if (isOwn(view, daddr)) {
    const text = `${daddr} is this node itself, and ${portOf(packet)} is no node port`
    return { code: 'this-node', text }
  }
  const other = view.cluster.nodes.find(({ addresses }) => addresses.includes(daddr))
  if (other) {
    const text = `${daddr} is node ${other.name}: the packet goes there, and that node decides`
    return { code: 'other-node', text }
  }
  for (const port of view.cluster.ports[familyOf(daddr)]) {
    if (!port.endpoints.some(({ ip }) => ip === daddr)) continue
    const text = `${daddr} is an endpoint of ${displayName(port)}: packets to it go there directly`
    return { code: 'endpoint', text }
  }
  return { code: 'no-service', text: `no Service has the destination ${daddr}` }
}

/**
 * Why a service port has no endpoint at all, where slices or Endpoints of its Service have some: they
 * are of other port names or protocols, of another family, or names of hosts.
 */
export function unusedEndpoints(objects: Objects, port: ServicePort): Reason | undefined {
  const { portName, protocol, family } = port
  const holders = holdersOf(objects, port)
  const passedOver = holders.every(({ kind }) => kind === 'Endpoints')
    ? objects.Endpoints.find(one => one.namespace === port.namespace && one.name === port.name)
    : undefined
  const why = passedOver && unmirrored(passedOver)
  if (why) {
    const text = `no endpoint is known: Endpoints ${port.namespace}/${port.name} are not mirrored into slices: ${why.why}`
    return { code: 'not-mirrored', text, subject: passedOver, path: why.path }
  }
  const found = holders.filter(({ endpoints }) => endpoints > 0)
  const [first] = found.filter(({ addressType }) => addressType === family)
  const [other] = found
  const textOf = ({ kind, object, endpoints }: Holder): string =>
    `${kind} ${object.namespace}/${object.name} has ${count(endpoints, 'endpoint')}`
  if (first !== undefined) {
    const named = portName === '' ? 'of no name' : `named ${quote(portName)}`
    const theirs = first.ports.map(
      one => `${one.protocol ?? 'TCP'} ${one.name ? quote(one.name) : 'without a name'}`,
    )
    const has = theirs.length === 0 ? 'no port' : `the port ${someOf(theirs)}`
    const text = `no endpoint has a ${protocol} port ${named}: ${textOf(first)} with ${has}`
    return { code: 'other-port-name', text, subject: first.object, path: ['ports'] }
  }
  if (other === undefined) return undefined
  const text = `no endpoint is of ${family}: ${textOf(other)} of ${other.addressType}`
  return { code: 'other-address-type', text, subject: other.object, path: [] }
}

/** Endpoints of one kind in a slice, or in a subset of Endpoints. */
interface Holder {
  readonly kind: 'slice' | 'Endpoints'
  readonly object: InputObject
  readonly addressType: string
  readonly endpoints: number
  readonly ports: readonly { readonly name?: string; readonly protocol?: string }[]
}

function holdersOf(objects: Objects, { namespace, name }: ServicePort): readonly Holder[] {
  const slices = objects.EndpointSlice.filter(
    one => one.namespace === namespace && labelOf(one.value.metadata, SERVICE_NAME_LABEL) === name,
  ).map((object): Holder => {
    const { addressType, endpoints, ports } = object.value
    return {
      kind: 'slice',
      object,
      addressType,
      endpoints: endpoints?.length ?? 0,
      ports: ports ?? [],
    }
  })
  const mirrored = objects.Endpoints.filter(
    one => one.namespace === namespace && one.name === name,
  ).flatMap(object =>
    (object.value.subsets ?? []).map(({ addresses, notReadyAddresses, ports }): Holder => {
      const all = [...(addresses ?? []), ...(notReadyAddresses ?? [])]
      const addressType = parseIp(all[0]?.ip ?? '')?.family ?? 'no family'
      return { kind: 'Endpoints', object, addressType, endpoints: all.length, ports: ports ?? [] }
    }),
  )
  return [...slices, ...mirrored]
}
