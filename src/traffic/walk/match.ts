import type { AddressTest } from '../../address/ranges.js'
import type { Foreign, ListedMatch, Match } from '../../rules/match.js'
import type { TableFamily } from '../../rules/table.js'
import { matchText } from '../../text/nft.js'
import { assertNever } from '../../util/errors.js'
import { type Flow, keyOf } from './flow.js'
import type { TableIndex } from './index-tables.js'

/** What a rule is run against, beside the packet. */
export interface Site {
  readonly table: TableIndex
  readonly isLocal: AddressTest
  /** Whether a client is on record in a dynamic set before the packet comes. */
  readonly isClient: (set: string, client: string) => boolean
}

/** What cannot be known, as JSON or in nft's words. */
export interface Unknown {
  readonly what: string
}

/** Whether a packet passes a test; what of it cannot be known, where it cannot. */
export function matches(site: Site, match: Match, flow: Flow): boolean | Unknown {
  const { table, isLocal, isClient } = site
  switch (match.kind) {
    case 'address':
      return table.addressTest(match.cidr)(flow[match.side]) !== match.negate
    case 'address-in': {
      const address = flow[match.side]
      return match.cidrs.some(cidr => table.addressTest(cidr)(address)) !== match.negate
    }
    case 'in-set': {
      // `tcp dport` asks for the protocol before it looks the port up, negated or not.
      if (match.key.some(field => field.endsWith('-dport') && field !== `${flow.protocol}-dport`))
        return false
      const key = keyOf(flow, match.key)
      const found =
        table.sets.get(match.set)?.(key) !== undefined ||
        isClient(match.set, key.join(' ')) ||
        isRecorded(flow, match.set, key)
      return found !== (match.negate === true)
    }
    case 'local':
      return isLocal(flow[match.side]) !== (match.negate === true)
    case 'interface': {
      const { name, prefix, negate } = match
      const names = [prefix ? `${name}*` : name]
      return listed(site, { kind: 'interface-in', side: 'iifname', negate, names }, flow)
    }
    case 'protocol':
      return flow.protocol === match.protocol
    case 'ct-state-new':
      // True of every first packet, also where it comes back by the loopback interface.
      return true
    case 'ct-status-dnat':
      return flow.to !== undefined
    case 'mark-set':
      return (flow.mark & match.mark) !== 0
    case 'mark-unset':
      return (flow.mark & match.mark) === 0
    case 'port':
    case 'protocol-in':
    case 'interface-in':
    case 'ct-state':
    case 'mark-is':
    case 'family':
      return listed(site, match, flow)
    case 'foreign':
      return canConcern(match, table, flow) ? { what: match.json } : false
    default:
      return assertNever(match, 'match')
  }
}

function listed({ table, isLocal }: Site, match: ListedMatch, flow: Flow): boolean | Unknown {
  const outgoing = outgoingOf(flow, isLocal)
  const answer = listedMatches(match, flow, table.family, outgoing)
  return answer ?? { what: matchText(table.family, match) }
}

/** Whether an expression that nobody knows may have anything to do with a packet. */
export function canConcern({ protocol, family }: Foreign, table: TableIndex, flow: Flow): boolean {
  if (family !== undefined && family !== FAMILY_WORD[table.family]) return false
  return protocol === undefined || protocol === protocolName(flow, table.family)
}

const isRecorded = ({ records }: Flow, set: string, key: readonly string[]): boolean =>
  records.some(record => record.set === set && record.key.join(' ') === key.join(' '))

type Kind<K extends ListedMatch['kind']> = Extract<ListedMatch, { kind: K }>

/**
 * Whether a packet passes a test of other people's rules; `undefined` where that cannot be known.
 *
 * @param outgoing where the packet leaves: the empty name where nothing is decided yet; 'lo'; or, where
 * routes would have to be known, `elsewhere` and `anywhere`
 */
function listedMatches(
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
const FAMILY_WORD: Readonly<Record<TableFamily, 'ipv4' | 'ipv6'>> = {
  ip: 'ipv4',
  ip6: 'ipv6',
}

/** A flow's protocol as netfilter spells it. */
const protocolName = ({ protocol }: Flow, family: TableFamily): string =>
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
function outgoingOf({ hook, to, daddr }: Flow, isLocal: (ip: string) => boolean): Outgoing {
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
const incomingOf = ({ inputInterface = '', isInputAssumed }: Flow): Outgoing =>
  isInputAssumed ? 'elsewhere' : { name: inputInterface }
