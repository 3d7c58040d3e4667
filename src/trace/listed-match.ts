import type { ListedMatch } from '../rules/match.js'
import type { TableFamily } from '../rules/table.js'
import { assertNever } from '../util/errors.js'
import type { Flow } from './flow.js'

type Kind<K extends ListedMatch['kind']> = Extract<ListedMatch, { kind: K }>

/**
 * Whether a packet passes a test of other people's rules; `undefined` where that cannot be known.
 *
 * @param outgoing where the packet leaves: the empty name where nothing is decided yet; 'lo'; or, where
 * routes would have to be known, `elsewhere` and `anywhere`
 */
export function listedMatches(
  match: ListedMatch,
  flow: Flow,
  family: TableFamily,
  outgoing: Outgoing,
): boolean | undefined {
  switch (match.kind) {
    case 'port':
      return portMatches(match, flow)
    case 'protocol-in':
      return match.protocols.includes(protocolName(flow, family)) !== match.negate
    case 'interface-in':
      return interfaceMatches(match, flow, outgoing)
    case 'ct-state':
      // The first packet of a connection is new, also where it comes back by the loopback interface.
      return match.states.includes('new') !== match.negate
    case 'mark-is': {
      const mark = match.of === 'packet' ? flow.mark : flow.connectionMark
      const kept = match.mask === undefined ? mark : mark & match.mask
      return (kept >>> 0 === match.value) !== match.negate
    }
    case 'family':
      return (match.family === FAMILY_WORD[family]) !== match.negate
    default:
      return assertNever(match, 'match')
  }
}

/** nft's word for a family of packets. */
export const FAMILY_WORD: Readonly<Record<TableFamily, 'ipv4' | 'ipv6'>> = {
  ip: 'ipv4',
  ip6: 'ipv6',
}

/** A flow's protocol as netfilter spells it. */
export const protocolName = ({ protocol }: Flow, family: TableFamily): string =>
  protocol === 'icmp' && family === 'ip6' ? 'ipv6-icmp' : protocol

function portMatches(match: Kind<'port'>, { protocol, dport }: Flow): boolean | undefined {
  if (match.protocol !== 'th' && match.protocol !== protocol) return false
  // Without ports, `th dport` reads whatever stands in their place.
  if (dport === undefined) return undefined
  return match.ranges.some(({ from, to }) => dport >= from && dport <= to) !== match.negate
}

/** By which interface a packet leaves, as far as that is known without the routes. */
export type Outgoing = { readonly name: string } | 'elsewhere' | 'anywhere'

/** The way out of a packet at its hook; what the node sends to itself leaves by the loopback interface. */
export function outgoingOf({ hook, to, daddr }: Flow, isLocal: (ip: string) => boolean): Outgoing {
  if (hook === 'prerouting' || hook === 'input') return { name: '' }
  // Within the hook, a packet keeps the route of the destination that it came with.
  if (hook === 'output' && to !== undefined) return 'anywhere'
  return isLocal(daddr) ? { name: 'lo' } : 'elsewhere'
}

function interfaceMatches(
  { side, names, negate }: Kind<'interface-in'>,
  flow: Flow,
  outgoing: Outgoing,
): boolean | undefined {
  const isInput = side === 'iif' || side === 'iifname'
  const way = isInput ? incomingOf(flow) : outgoing
  if (way === 'anywhere') return undefined
  if (way === 'elsewhere') {
    return names.every(name => name === 'lo') ? negate : undefined
  }
  return names.some(name => fits(way.name, name)) !== negate
}

const fits = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern

/** The kernel compares with the empty name where there is no interface. */
export const incomingOf = ({ inputInterface = '', isInputAssumed }: Flow): Outgoing =>
  isInputAssumed ? 'elsewhere' : { name: inputInterface }
