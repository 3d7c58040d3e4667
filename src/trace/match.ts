import type { Foreign, Match } from '../ir/match.js'
import { assertNever } from '../util/assert-never.js'
import type { AddressTest } from './address-match.js'
import { type Flow, keyOf } from './flow.js'
import type { TableIndex } from './index-tables.js'

/** What a rule is run against, beside the packet. */
export interface Site {
  readonly table: TableIndex
  readonly isLocal: AddressTest
  /** Whether a client is on record in a dynamic set before the packet comes. */
  readonly isClient: (set: string, client: string) => boolean
}

/** Whether a packet passes a test; the test itself where that cannot be known. */
export function matches(
  { table, isLocal, isClient }: Site,
  match: Match,
  flow: Flow,
): boolean | Foreign {
  switch (match.kind) {
    case 'address':
      return table.addressTest(match.cidr)(flow[match.side]) !== match.negate
    case 'address-in': {
      const address = flow[match.side]
      return match.cidrs.some(cidr => table.addressTest(cidr)(address)) !== match.negate
    }
    case 'in-set': {
      const key = keyOf(flow, match.key)
      const found =
        table.sets.get(match.set)?.(key) !== undefined ||
        isClient(match.set, key.join(' ')) ||
        isRecorded(flow, match.set, key)
      return found !== (match.negate === true)
    }
    case 'local':
      return isLocal(flow[match.side])
    case 'interface': {
      // The kernel compares with the empty name where there is no interface.
      const { inputInterface = '' } = flow
      const same = match.prefix
        ? inputInterface.startsWith(match.name)
        : inputInterface === match.name
      return same !== match.negate
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
    case 'foreign':
      return match
    default:
      return assertNever(match, 'match')
  }
}

const isRecorded = ({ records }: Flow, set: string, key: readonly string[]): boolean =>
  records.some(record => record.set === set && record.key.join(' ') === key.join(' '))
