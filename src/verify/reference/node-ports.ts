import {
  type Cidr,
  containedIn,
  type Family,
  familyOf,
  type Ip,
  isLoopback,
} from '../../address/address.js'
import { isOwn, type View } from './view.js'

/**
 * Whether an address serves node ports: one of the node's, in a CIDR of --nodeport-addresses, where
 * `primary` is the node's primary address. If nothing in the list is of the family, every address of
 * the node does. Of the loopback addresses all do where localhost is open to every address, and that
 * of the interface where the list holds it.
 */
export function servesNodePorts(view: View, ip: Ip): boolean {
  if (!isOwn(view, ip)) return false
  const cidrs = cidrsOf(view, familyOf(ip))
  const isServed = isAll(cidrs) || containedIn(cidrs)(ip)
  if (!isLoopback(ip)) return isServed
  return isServed && isLocalhostOpen(view, familyOf(ip)) && (isAll(cidrs) || ip === LOCALHOST)
}

/** Whether node ports are to work on localhost: of IPv4 alone, where the list holds any part of it. */
export function isLocalhostOpen(view: View, family: Family): boolean {
  if (!view.settings.localhostNodePorts || family !== 'IPv4') return false
  const cidrs = cidrsOf(view, family)
  return (
    isAll(cidrs) ||
    cidrs.some(cidr => containedIn([cidr])(LOCALHOST) || containedIn([LOOPBACK])(baseOf(cidr)))
  )
}

const LOCALHOST = '127.0.0.1' as Ip
const LOOPBACK = '127.0.0.0/8' as Cidr

const isAll = (cidrs: readonly Cidr[]): boolean =>
  cidrs.length === 0 || cidrs.some(cidr => cidr.endsWith('/0'))

const baseOf = (cidr: Cidr): Ip => cidr.slice(0, cidr.indexOf('/')) as Ip

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
