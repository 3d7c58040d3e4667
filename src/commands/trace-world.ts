import { type Family, familyOf } from '../address/address.js'
import { findNode, loadCluster, lowerFamily, mayCompile, validOnly } from '../compile.js'
import type { Diagnostics, Source } from '../diagnostics/diagnostic.js'
import { importRuleset } from '../listing/ruleset.js'
import { type Node, nodeOfAddresses } from '../model/node.js'
import { UsageError } from '../options/read.js'
import type { Options } from '../options/table.js'
import { checkNodeName } from '../plan/checks.js'
import type { Table } from '../rules/table.js'
import { type LiveRules, traceLive } from '../trace/live.js'
import type { ObjectsSay } from '../trace/notes.js'
import type { Directory } from '../traffic/names.js'
import type { Branch, Packet } from '../traffic/packet.js'
import { evaluate } from '../traffic/walk/evaluate.js'
import { indexTables } from '../traffic/walk/index-tables.js'

/** What a packet is walked through. */
export interface World {
  readonly node: Node
  /** Absent where there are no objects. */
  readonly directory: Directory | undefined
  /** Absent where the rules are compiled. */
  readonly live: LiveRules | undefined
}

/** The texts that a world is made from; at least one of both. */
export interface WorldSources {
  readonly objects: readonly Source[] | undefined
  /** What `nft -j list ruleset` printed. */
  readonly live: Source | undefined
}

/**
 * The node of a trace with its objects and rules; nothing where errors forbid it.
 *
 * @throws UsageError if nothing says which node it is, or which addresses it has
 */
export function readWorld(
  sources: WorldSources,
  options: Options,
  problems: Diagnostics,
): World | undefined {
  const { objects: texts, live: listing } = sources
  const live = listing && { ...importRuleset(listing, problems), name: listing.name }
  if (problems.errorCount > 0) return undefined
  if (texts === undefined) return { node: nodeAlone(options), directory: undefined, live }
  if (options.node === undefined) throw new UsageError('--node NAME is required')
  const { cluster, objects } = loadCluster(texts, options, undefined, problems)
  const node = findNode(cluster, options, problems)
  if (node === undefined || !mayCompile(options, problems)) return undefined
  const ports = options.families.flatMap(family => cluster.ports[family])
  checkNodeName(node, ports, problems)
  return { node, directory: { cluster, services: validOnly(objects, problems).Service }, live }
}

/** The node of a listing: where its addresses are not known, no rule about them can be followed. */
function nodeAlone({ node = 'this node', nodeAddresses }: Options): Node {
  if (nodeAddresses.length > 0) return nodeOfAddresses(node, nodeAddresses)
  throw new UsageError(
    '--live without objects needs --node-addresses LIST: every address of the interfaces of the node',
  )
}

/** What became of a packet, with all that explains it. */
export interface Walked {
  readonly branches: readonly Branch[]
  readonly tables: readonly Table[]
  readonly objects?: ObjectsSay
  /** What stopped it, a message each. */
  readonly unknown: readonly string[]
}

/** Walks a packet through the rules of a world. */
export function walk(
  world: World,
  packet: Packet,
  options: Options,
  problems: Diagnostics,
): Walked {
  const { node, live } = world
  const planned = planOf(world, familyOf(packet.daddr), options, problems)
  const state = { addresses: node.addresses }
  const compiled = planned && evaluate(indexTables([planned.table]), packet, state)
  if (live === undefined) {
    return {
      branches: compiled ?? [],
      tables: planned ? [planned.table] : [],
      ...(planned ? { objects: planned.say } : {}),
      unknown: [],
    }
  }
  const { branches, unknown } = traceLive(live, packet, state)
  const say = planned && compiled && { ...planned.say, expected: compiled }
  return { branches, tables: live.tables, ...(say ? { objects: say } : {}), unknown }
}

interface Planned {
  readonly table: Table
  readonly say: ObjectsSay
}

function planOf(
  { node, directory }: World,
  family: Family,
  options: Options,
  problems: Diagnostics,
): Planned | undefined {
  if (directory === undefined) return undefined
  const { cluster, services } = directory
  const { plan, table } = lowerFamily(cluster, node, family, options, problems)
  return { table, say: { plan, services, nodes: cluster.nodes } }
}
