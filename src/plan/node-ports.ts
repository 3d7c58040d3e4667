import { type Cidr, containedIn, type Family, familyOf, type Ip } from '../model/address.js'
import type { Node } from '../model/node.js'

/** One entry of --nodeport-addresses: a CIDR, or one of kube-proxy's words. */
export type NodePortEntry = Cidr | 'primary' | 'all' | 'localhost'

/** Where a node accepts NodePort traffic of one family. Loopback is left out in both cases. */
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
): NodePortAddresses {
  const cidrs = cidrsOf(entries, node, family)
  if (cidrs.length === 0 || cidrs.some(cidr => cidr.endsWith('/0'))) return { kind: 'all' }
  const accepts = containedIn(cidrs)
  const ips = node.addresses.filter(ip => familyOf(ip) === family && accepts(ip))
  return { kind: 'listed', ips }
}

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
