import type { AddressTest } from '../address/ranges.js'
import type { Foreign, ListedMatch, Match } from '../rules/match.js'
import { matchText } from '../text/nft.js'
import { assertNever } from '../util/errors.js'
import { type Flow, keyOf } from './flow.js'
import type { TableIndex } from './index-tables.js'
import { FAMILY_WORD, listedMatches, outgoingOf, protocolName } from './listed-match.js'

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
