import type { Family } from '../address/address.js'
import type { KeyType, TableFamily } from './table.js'

/** All that differs between the families in rules; nothing else may ask for the family. */
export interface FamilySyntax {
  readonly types: Readonly<Record<KeyType, string>>
  readonly loopback: string
  /** The field of the IP header that says which protocol follows. */
  readonly protocolField: string
  readonly socket: (ip: string, port: number) => string
}

export const FAMILY: Readonly<Record<TableFamily, FamilySyntax>> = {
  ip: {
    types: { address: 'ipv4_addr', protocol: 'inet_proto', port: 'inet_service' },
    loopback: '127.0.0.0/8',
    protocolField: 'ip protocol',
    socket: (ip, port) => `${ip}:${port}`,
  },
  ip6: {
    types: { address: 'ipv6_addr', protocol: 'inet_proto', port: 'inet_service' },
    loopback: '::1',
    protocolField: 'ip6 nexthdr',
    socket: (ip, port) => `[${ip}]:${port}`,
  },
}

/** The family of a table, which is the keyword in front of `saddr` and `daddr` too. */
export const TABLE_FAMILY: Readonly<Record<Family, TableFamily>> = { IPv4: 'ip', IPv6: 'ip6' }

/** The same for iptables, which has a command for each family. */
export interface IptablesFamily {
  readonly command: string
  readonly loopback: string
}

export const IPTABLES: Readonly<Record<Family, IptablesFamily>> = {
  IPv4: { command: 'iptables', loopback: '127.0.0.0/8' },
  IPv6: { command: 'ip6tables', loopback: '::1/128' },
}
