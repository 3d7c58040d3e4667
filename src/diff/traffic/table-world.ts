import type { Family, Ip } from '../../address/address.js'
import { TABLE_FAMILY } from '../../rules/build.js'
import type { L4Protocol } from '../../rules/match.js'
import type { Table } from '../../rules/table.js'
import {
  type Branch,
  type Claim,
  destinationKey,
  type End,
  type Fate,
  fateOf,
  type NodeState,
  type Packet,
} from '../../traffic/packet.js'
import { evaluate } from '../../traffic/walk/evaluate.js'
import { indexTables, type TablesIndex } from '../../traffic/walk/index-tables.js'
import { tableClaims } from './table-claims.js'
import { tableSources } from './table-sources.js'
import { ownAddresses, type World } from './world.js'

/** An expression of a table that decides on traffic and is not known here. */
export interface Unknown {
  readonly chain: string
  /** The expression or object as JSON. */
  readonly json: string
}

/**
 * What the typed rules of a node do with traffic of one family.
 *
 * @param onUnknown told of each expression that a packet came to and nothing here knows
 */
export function tableWorld(
  all: readonly Table[],
  family: Family,
  addresses: readonly Ip[],
  onUnknown: (unknown: Unknown) => void,
): World {
  const tables = all.filter(table => table.family === TABLE_FAMILY[family])
  const own = ownAddresses(addresses, family)
  const index = indexTables(tables)
  const node = { addresses: own }
  const found = tableClaims(tables)
  const sources = tableSources(tables)
  const timeouts = timeoutsOf(tables)
  for (const one of settingsOf(tables)) onUnknown(one)
  const fate = (packet: Packet): Fate =>
    fateOfBranches(evaluate(index, packet, node), timeouts, onUnknown)
  const nodePortsAt = own.filter(ip => servesNodePorts(index, node, ip, found))
  const claims = [...found].filter(
    ([, { destination }]) => destination.at !== 'node' || nodePortsAt.length > 0,
  )
  return {
    family,
    own,
    claims: new Map(claims),
    guarded: new Map(sources.addresses.map(ip => [ip, undefined])),
    networks: sources.networks,
    nodePortsAt,
    sources: sources.common,
    sourcesOf: claim => sources.of(claim.destination),
    isSelf: sources.isSelf,
    interfaces: sources.interfaces,
    detector: undefined,
    isBackend: sources.isBackend,
    fateOf: fate,
  }
}

const VERDICTS = { accept: 'pass', drop: 'drop', reject: 'reject' } as const

function fateOfBranches(
  branches: readonly Branch[],
  timeouts: ReadonlyMap<string, number>,
  onUnknown: (unknown: Unknown) => void,
): Fate {
  let seconds: number | undefined
  const ends = branches.flatMap(({ outcome, to, masqueraded, share, records, path }): End | [] => {
    if (outcome.kind === 'unknown') {
      onUnknown({ chain: path.at(-1)?.chain ?? '', json: outcome.what })
      return []
    }
    const verdict = VERDICTS[outcome.kind]
    if (verdict !== 'pass') return { verdict, masqueraded: false, share }
    for (const { set } of records) seconds ??= timeouts.get(set)
    return to === undefined
      ? { verdict, masqueraded, share }
      : { verdict: 'backend', to, masqueraded, share }
  })
  return fateOf(ends, seconds)
}

const timeoutsOf = (tables: readonly Table[]): ReadonlyMap<string, number> =>
  new Map(
    tables.flatMap(({ sets }) =>
      sets.flatMap(({ name, timeout }) =>
        timeout === undefined ? [] : [[name, timeout] as const],
      ),
    ),
  )

/** Settings of whole tables and chains that are not known may change everything: a dormant table. */
const settingsOf = (tables: readonly Table[]): readonly Unknown[] =>
  tables.flatMap(({ name, foreign = [] }) =>
    foreign
      .filter(({ type }) => type === 'table' || type === 'chain')
      .map(object => ({ chain: object.type === 'chain' ? object.name : name, json: object.json })),
  )

/** Whether a node port is looked up where it is addressed to one of the node's addresses. */
function servesNodePorts(
  index: TablesIndex,
  node: NodeState,
  daddr: Ip,
  claims: ReadonlyMap<string, Claim>,
): boolean {
  const isShadowed = (protocol: L4Protocol, port: number): boolean =>
    claims.has(destinationKey({ at: daddr, protocol, port }))
  for (const { destination } of claims.values()) {
    const { at, protocol, port } = destination
    if (at !== 'node' || isShadowed(protocol, port)) continue
    const packet = { saddr: daddr, daddr, protocol, dport: port, inputInterface: 'eth0' }
    return evaluate(index, packet, node).some(({ path }) =>
      path.some(({ element }) => element?.join(' ') === `${protocol} ${port}`),
    )
  }
  return false
}
