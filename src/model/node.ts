import {
  type Cidr,
  FAMILIES,
  type Family,
  type Ip,
  isLoopback,
  parseCidr,
  parseIp,
} from '../address/address.js'
import type { Node as NodeObject } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import { labelOf, ZONE_LABEL } from './labels.js'

/** A node as far as its rules depend on it. */
export interface Node {
  readonly name: string
  /** Its Node object; absent where --node-addresses stand for one. */
  readonly object: InputObject<NodeObject> | undefined
  /** The address that stands for the node in each family: first InternalIP, else first ExternalIP. */
  readonly primary: Readonly<Partial<Record<Family, Ip>>>
  /** Every known address of its interfaces, loopback left out. */
  readonly addresses: readonly Ip[]
  readonly podCIDRs: readonly Cidr[]
  /** `topology.kubernetes.io/zone`; absent or empty means no zone. */
  readonly zone: string | undefined
}

const ADDRESS_TYPES = ['InternalIP', 'ExternalIP']

/** Reads a Node object. */
export function modelNode(object: InputObject<NodeObject>): Node {
  const { metadata, spec = {}, status = {} } = object.value
  const addresses = ADDRESS_TYPES.flatMap(type =>
    (status.addresses ?? []).filter(address => address.type === type),
  ).flatMap(({ address }) => parseIp(address) ?? [])
  const podCIDRs = spec.podCIDRs?.length ? spec.podCIDRs : spec.podCIDR ? [spec.podCIDR] : []
  return {
    name: object.name,
    object,
    primary: primaryOf(addresses),
    addresses: uniqueUsable(addresses.map(({ ip }) => ip)),
    podCIDRs: podCIDRs.flatMap(text => parseCidr(text)?.cidr ?? []),
    zone: labelOf(metadata, ZONE_LABEL) || undefined,
  }
}

/** A node that no Node object describes, from its addresses alone; the first of a family is primary. */
export const nodeOfAddresses = (name: string, addresses: readonly Ip[]): Node => ({
  name,
  object: undefined,
  primary: primaryOf(addresses.map(ip => ({ ip, family: ip.includes(':') ? 'IPv6' : 'IPv4' }))),
  addresses: uniqueUsable(addresses),
  podCIDRs: [],
  zone: undefined,
})

/**
 * The node with what the command line knows better: further interface addresses, and a specific bind
 * address, which kube-proxy takes as the node's own.
 */
export function withAddresses(node: Node, more: readonly Ip[], bindAddress: Ip | undefined): Node {
  const bound = bindAddress === undefined ? [] : [bindAddress]
  return {
    ...node,
    primary: { ...node.primary, ...nodeOfAddresses(node.name, bound).primary },
    addresses: uniqueUsable([...node.addresses, ...bound, ...more]),
  }
}

function primaryOf(addresses: readonly { ip: Ip; family: Family }[]): Node['primary'] {
  const primary: Partial<Record<Family, Ip>> = {}
  for (const family of FAMILIES) {
    const first = addresses.find(address => address.family === family && !isLoopback(address.ip))
    if (first) primary[family] = first.ip
  }
  return primary
}

const uniqueUsable = (ips: readonly Ip[]): readonly Ip[] =>
  [...new Set(ips)].filter(ip => !isLoopback(ip))
