import {
  type Cidr,
  containedIn,
  type Family,
  familyOf,
  type Ip,
  isLoopback,
} from '../address/address.js'
import type { Node } from '../model/node.js'

/** One entry of --nodeport-addresses: a CIDR, or one of kube-proxy's words. */
export type NodePortEntry = Cidr | 'primary' | 'all' | 'localhost'

/**
 * Where a node accepts NodePort traffic of one family. `all` has the loopback addresses only where
 * NodePorts work on localhost.
 */
export type NodePortAddresses =
  | { readonly kind: 'all' }
  | { readonly kind: 'listed'; readonly ips: readonly Ip[] }

/**
 * Resolves --nodeport-addresses for one family of a node. Entries of other families do not count; if
 * none is left, kube-proxy falls back to all local addresses, and so do we: `primary` on a node
 * without an address of the family means all.
 */
export function nodePortAddresses(
  entries: readonly NodePortEntry[],
  node: Node,
  family: Family,
  localhost = false,
): NodePortAddresses {
  const cidrs = cidrsOf(entries, node, family)
  if (isAll(cidrs)) return { kind: 'all' }
  const accepts = containedIn(cidrs)
  const own = localhost ? [...node.addresses, LOCALHOST] : node.addresses
  return { kind: 'listed', ips: own.filter(ip => familyOf(ip) === family && accepts(ip)) }
}

/**
 * Whether NodePorts work on loopback addresses too: only where that is wanted and the entries hold
 * one, and only of IPv4, for which the kernel has a switch (route_localnet).
 */
export function servesLocalhost(
  { localhostNodePorts, nodePortAddresses: entries }: LocalhostSettings,
  node: Node,
  family: Family,
): boolean {
  if (!localhostNodePorts || family !== 'IPv4') return false
  const cidrs = cidrsOf(entries, node, family)
  return (
    isAll(cidrs) || cidrs.some(cidr => isLoopback(baseOf(cidr)) || containedIn([cidr])(LOCALHOST))
  )
}

interface LocalhostSettings {
  readonly localhostNodePorts: boolean
  readonly nodePortAddresses: readonly NodePortEntry[]
}

const LOCALHOST = '127.0.0.1' as Ip

const isAll = (cidrs: readonly Cidr[]): boolean =>
  cidrs.length === 0 || cidrs.some(cidr => cidr.endsWith('/0'))

/** The address that a CIDR begins with. */
export const baseOf = (cidr: Cidr): Ip => cidr.slice(0, cidr.indexOf('/')) as Ip

const ALL: Record<Family, Cidr> = { IPv4: '0.0.0.0/0' as Cidr, IPv6: '::/0' as Cidr }
const LOOPBACK: Record<Family, Cidr> = { IPv4: '127.0.0.0/8' as Cidr, IPv6: '::1/128' as Cidr }

/** The entries of one family as CIDRs, words resolved. */
export function cidrsOf(
  entries: readonly NodePortEntry[],
  node: Node,
  family: Family,
): readonly Cidr[] {
  const own = node.primary[family]
  return entries
    .flatMap(entry => {
      if (entry === 'all') return [ALL[family]]
      if (entry === 'localhost') return [LOOPBACK[family]]
      if (entry !== 'primary') return [entry]
      return own === undefined ? [] : [`${own}/${family === 'IPv4' ? 32 : 128}` as Cidr]
    })
    .filter(cidr => familyOf(cidr) === family)
}
