import { BlockList, isIPv6 } from 'node:net'
import { type Ip, parseIp } from '../../src/address/address.js'
import type { KubeObject } from '../arbitrary/cluster.js'
import type { ClusterOptions } from '../arbitrary/options.js'

/** The fields of generated objects that the reference reads. */
export interface Service {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly annotations: Readonly<Record<string, string>>
  }
  readonly spec: {
    readonly clusterIPs: readonly string[]
    readonly externalIPs?: readonly string[]
    readonly loadBalancerSourceRanges?: readonly string[]
    readonly internalTrafficPolicy: string
    readonly externalTrafficPolicy?: string
    readonly ports: readonly Port[]
  }
  readonly status: {
    readonly loadBalancer?: { readonly ingress: readonly { ip?: string; ipMode?: string }[] }
  }
}

export interface Port {
  readonly name: string
  readonly protocol: string
  readonly port: number
  readonly nodePort?: number
}

export interface Slice {
  readonly metadata: {
    readonly namespace: string
    readonly labels: Readonly<Record<string, string>>
  }
  readonly addressType: string
  readonly ports: readonly Port[]
  readonly endpoints: readonly SliceEndpoint[]
}

interface SliceEndpoint {
  readonly addresses: readonly [string]
  readonly conditions: Readonly<Record<'ready' | 'serving' | 'terminating', boolean>>
  readonly nodeName?: string
  readonly hints: Readonly<Partial<Record<'forZones' | 'forNodes', readonly { name: string }[]>>>
  readonly targetRef: { readonly name: string }
}

export interface Node {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> }
  readonly spec: { readonly podCIDRs: readonly string[] }
  readonly status: { readonly addresses: readonly { type: string; address: string }[] }
}

/** Generated objects by kind, and the node that is looked at. */
export interface Objects {
  readonly services: readonly Service[]
  readonly slices: readonly Slice[]
  readonly node: Node
}

export function readObjects(objects: readonly KubeObject[], { node }: ClusterOptions): Objects {
  const ofKind = <T>(kind: string): T[] =>
    objects.filter(one => one.kind === kind) as unknown as T[]
  const here = ofKind<Node>('Node').find(({ metadata }) => metadata.name === node)
  if (here === undefined) throw new Error(`no node ${node}`)
  return { services: ofKind('Service'), slices: ofKind('EndpointSlice'), node: here }
}

/** The one spelling of an address that rules know. */
export const canonical = (address: string): Ip => {
  const ip = parseIp(address)?.ip
  if (ip === undefined) throw new Error(`no address: ${address}`)
  return ip
}

/** Whether an address is in any of some CIDRs. */
export function within(address: string, cidrs: readonly string[]): boolean {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [base = '', prefix] = cidr.split('/')
    list.addSubnet(base, Number(prefix), isIPv6(base) ? 'ipv6' : 'ipv4')
  }
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}
