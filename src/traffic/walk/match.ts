import type { Foreign, ListedMatch, Match } from '../../rules/match.js'
import type { TableFamily } from '../../rules/table.js'
import { matchText } from '../../text/nft.js'
import { assertNever } from '../../util/errors.js'
import { protocolWord } from './expression.js'
import { type Flow, isOfOther, keyOf } from './flow.js'
import { foreignMatches } from './foreign.js'
import type { TableIndex } from './index-tables.js'
import { incomingOf, type Outgoing, outgoingOf, type Site, type Unknown } from './site.js'

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
      if (match.key.some(field => isOfOther(flow, field))) return false
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
      return canConcern(match, table, flow) ? foreignMatches(site, match, flow) : false
    default:
      return assertNever(match, 'match')
  }
}

function listed(site: Site, match: ListedMatch, flow: Flow): boolean | Unknown {
  const { family } = site.table
  const answer = listedMatches(match, flow, family, outgoingOf(flow, site))
  if (answer !== undefined) return answer
  const { negate } = match
  const what = matchText(family, { ...match, negate: false })
  return { what, ...(negate ? { isTurned: true } : {}), ...interfaceAsked(match) }
}

/** The one interface that a test asks for. */
function interfaceAsked(match: ListedMatch): Pick<Unknown, 'interface'> {
  if (match.kind !== 'interface-in') return {}
  const [name, ...others] = match.names
  if (name === undefined || others.length > 0) return {}
  return { interface: { side: match.side.startsWith('iif') ? 'in' : 'out', name } }
}

/** Whether an expression that nobody knows may have anything to do with a packet. */
export function canConcern({ protocol, family }: Foreign, table: TableIndex, flow: Flow): boolean {
  if (family !== undefined && family !== FAMILY_WORD[table.family]) return false
  return protocol === undefined || protocol === protocolWord(flow, table.family)
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
      return match.protocols.includes(protocolWord(flow, family)) !== match.negate
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

function portMatches(match: Kind<'port'>, { protocol, dport }: Flow): boolean | undefined {
  if (match.protocol !== 'th' && match.protocol !== protocol) return false
  // Without ports, `th dport` reads whatever stands in their place.
  if (dport === undefined) return undefined
  return match.ranges.some(({ from, to }) => dport >= from && dport <= to) !== match.negate
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
  return names.some(name => fitsInterface(way.name, name)) !== negate
}

/** Whether a name of an interface is what a pattern with a final star stands for. */
export const fitsInterface = (name: string, pattern: string): boolean =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
