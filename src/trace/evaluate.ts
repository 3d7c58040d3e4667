import { familyOf } from '../address/address.js'
import { localTest } from '../address/ranges.js'
import { TABLE_FAMILY } from '../rules/build.js'
import type { TableFamily } from '../rules/table.js'
import { invariant } from '../util/errors.js'
import { type Flow, pathOf, startOf } from './flow.js'
import { toNextHook } from './hooks.js'
import type { TablesIndex } from './index-tables.js'
import type { Site } from './match.js'
import type { Branch, NodeState, Outcome, Packet } from './packet.js'
import { type Ended, runChain } from './run-chain.js'
import type { Ending } from './run-statement.js'

/**
 * Walks the first packet of a connection through the hooks of a node, in the kernel's order: what the
 * typed rules of the tables would do with it. Chance gives a branch for each of its answers, in the
 * order of the rules' own lists. Pure: dynamic sets are as `node` says, for every packet anew.
 *
 * @throws Error if the packet's addresses are of two families, or a table leads nowhere
 */
export function evaluate(tables: TablesIndex, packet: Packet, node: NodeState): readonly Branch[] {
  const family = familyOf(packet.daddr)
  invariant(family === familyOf(packet.saddr), `a packet of two families to ${packet.daddr}`)
  const isLocal = localTest(node.addresses)
  const isClient = (set: string, client: string): boolean =>
    node.clients?.get(set)?.some(ip => ip === client) ?? false
  const walk: Walk = { hooks: tables[TABLE_FAMILY[family]], node, isLocal, isClient }
  return walkFrom(walk, startOf(packet))
}

/** What stays the same on a packet's way. */
interface Walk extends Omit<Site, 'table'> {
  readonly hooks: TablesIndex[TableFamily]
  readonly node: NodeState
}

function walkFrom(walk: Walk, flow: Flow): readonly Branch[] {
  return passChains(walk, flow, flow.looped, 0).flatMap(({ flow: passed, ending }) => {
    if (!isAccepted(ending)) return [branchOf(passed, ending)]
    const next = toNextHook(passed, { addresses: walk.node.addresses, isLocal: walk.isLocal })
    return next ? walkFrom(walk, next) : [branchOf(passed, { kind: 'accept' })]
  })
}

/** The base chains of a hook from one on: once NAT is settled, its chains do not run. */
function passChains(walk: Walk, flow: Flow, settled: boolean, index: number): readonly Ended[] {
  const hooked = walk.hooks[flow.hook][index]
  if (hooked === undefined) return [{ flow, ending: { kind: 'accept' } }]
  const { chain, base, table } = hooked
  if (base.type === 'nat' && settled) return passChains(walk, flow, settled, index + 1)
  const { isLocal, isClient } = walk
  return runChain({ table, isLocal, isClient }, chain, flow).flatMap(ended =>
    isAccepted(ended.ending)
      ? passChains(walk, ended.flow, settled || ended.ending.kind === 'nat', index + 1)
      : ended,
  )
}

const isAccepted = (ending: Ending): ending is Extract<Ending, { kind: 'accept' | 'nat' }> =>
  ending.kind === 'accept' || ending.kind === 'nat'

const branchOf = (flow: Flow, outcome: Outcome): Branch => ({
  share: flow.share,
  outcome,
  to: flow.to,
  masqueraded: flow.masqueraded,
  records: flow.records,
  path: pathOf(flow),
  hooks: flow.hooks,
})
