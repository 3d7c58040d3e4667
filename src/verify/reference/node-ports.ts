import {
  type Cidr,
  containedIn,
  type Family,
  familyOf,
  type Ip,
  isLoopback,
} from '../../model/address.js'
import { isOwn, type View } from './view.js'

/**
 * Whether an address serves node ports: one of the node's, loopback left out, in a CIDR of
 * --nodeport-addresses, where `primary` is the node's primary address. If nothing in the list is of the
 * family, every address of the node does.
 */
export function servesNodePorts(view: View, ip: Ip): boolean {
  if (!isOwn(view, ip) || isLoopback(ip)) return false
  const cidrs = cidrsOf(view, familyOf(ip))
  return cidrs.length === 0 || containedIn(cidrs)(ip)
}

function cidrsOf({ node, settings }: View, family: Family): readonly Cidr[] {
  const primary = node.primary[family]
  const words: Readonly<Record<string, string | undefined>> = {
    primary: primary && `${primary}${family === 'IPv4' ? '/32' : '/128'}`,
    all: family === 'IPv4' ? '0.0.0.0/0' : '::/0',
    localhost: family === 'IPv4' ? '127.0.0.0/8' : '::1/128',
  }
  return settings.nodePortAddresses
    .flatMap(entry => (entry.includes('/') ? entry : (words[entry] ?? [])))
    .map(text => text as Cidr)
    .filter(cidr => familyOf(cidr) === family)
}
