import type { Family } from '../address/address.js'
import type { Field, Match, Side } from './match.js'
import type { Statement, Verdict } from './statement.js'
import type { KeyType, Origin, Rule, TableFamily } from './table.js'

// Small constructors, so that lowering reads like the rules it makes.

/** Where service traffic is addressed to: the key of the maps over service destinations. */
export const DESTINATION: readonly Field[] = ['daddr', 'l4proto', 'dport']
/** Protocol and port, the key of the maps over node ports. */
export const NODE_PORT: readonly Field[] = ['l4proto', 'dport']

export function rule(
  matches: readonly Match[],
  statements: Statement | readonly Statement[],
  origin: Origin,
  comment?: string,
): Rule {
  const list = Array.isArray(statements)
    ? (statements as readonly Statement[])
    : [statements as Statement]
  return { matches, statements: list, origin, ...(comment === undefined ? {} : { comment }) }
}

export const jump = (chain: string): Verdict => ({ kind: 'jump', chain })
export const goto = (chain: string): Verdict => ({ kind: 'goto', chain })
export const DROP: Verdict = { kind: 'drop' }
export const ACCEPT: Verdict = { kind: 'accept' }
export const RETURN: Verdict = { kind: 'return' }

export const vmap = (key: readonly Field[], map: string): Statement => ({ kind: 'vmap', key, map })
export const setMark = (mark: number): Statement => ({ kind: 'mark-or', mark })

export const inSet = (key: readonly Field[], set: string): Match => ({ kind: 'in-set', key, set })
export const notInSet = (key: readonly Field[], set: string): Match => ({
  kind: 'in-set',
  key,
  set,
  negate: true,
})
export const isLocal = (side: Side): Match => ({ kind: 'local', side })
export const NEW_FLOW: Match = { kind: 'ct-state-new' }

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
