import { type Family, familyOf } from '../address/address.js'
import { findNode, loadCluster, planFamily, validOnly } from '../compile.js'
import { Diagnostics, type Source } from '../diagnostics/diagnostic.js'
import type { TraceReport } from '../generated/reports.gen.js'
import { LAYOUTS, lowerPlans, renderRules } from '../layouts/registry.js'
import { importIptablesSave, importRules, isIptablesSave } from '../listing/iptables-rules.js'
import { type Node, nodeOfAddresses } from '../model/node.js'
import type { Options } from '../options/table.js'
import { checkNodeName } from '../plan/checks.js'
import { TABLE_FAMILY } from '../rules/build.js'
import type { DispatchGraph } from '../text/frames.js'
import { type Directory, parseDestination, parseSource, resolvePacket } from '../traffic/names.js'
import type { Packet } from '../traffic/packet.js'
import type { Objects } from '../traffic/promise/near-misses.js'
import { viewOf } from '../traffic/promise/view.js'
import { UsageError } from '../util/errors.js'
import { explainTrace } from './explain.js'
import { graphOfService } from './graph.js'
import { type LiveRules, traceLive } from './live.js'
import type { ObjectsSay, Traced } from './notes.js'

/** Whose packet is traced, as the command line writes it. */
export interface TraceQuestion {
  /** An address, NAMESPACE/POD or the name of a node. */
  readonly from: string
  /** ADDRESS:PORT[/PROTOCOL], ADDRESS/icmp, NAMESPACE/SERVICE[:PORT] or NODE:PORT. */
  readonly to: string
  /** The interface by which the packet comes to the node; derived from the sender without it. */
  readonly inInterface?: string | undefined
  /** The interface by which the packet leaves it; open without, but for the loopback one. */
  readonly outInterface?: string | undefined
}

/** The texts that a trace is made from; at least one of both. */
export interface TraceSources {
  readonly objects: readonly Source[] | undefined
  /** What `nft -j list ruleset` printed. */
  readonly live: Source | undefined
}

/** The way of a packet, or what stopped it, a message each. */
export type TraceAnswer = { readonly report: TraceReport } | { readonly unknown: readonly string[] }

/**
 * Walks one packet through the rules of a node; nothing where errors forbid an answer.
 *
 * @throws UsageError if an end of the packet is not understood, or nothing says which node it is
 */
export function traceSources(
  question: TraceQuestion,
  sources: TraceSources,
  given: Options,
  problems: Diagnostics,
): TraceAnswer | undefined {
  const to = parseDestination(question.to)
  const from = parseSource(question.from)
  // A node whose rules iptables-save printed runs in that mode, whatever else is said.
  const isSave = sources.live !== undefined && isIptablesSave(sources.live.text)
  const options: Options = isSave ? { ...given, proxyMode: 'iptables' } : given
  const world = readWorld(sources, options, problems)
  if (world === undefined) return undefined
  const { node, directory, live } = world
  const ends = { from, to, inInterface: question.inInterface, isLive: live !== undefined }
  const resolved = resolvePacket(ends, node, directory, options)
  const { unknown, ...walked } = walk(world, resolved.packet, question, options, problems)
  if (unknown.length > 0) return { unknown: [...new Set(unknown)] }
  const { proxyMode, layout } = options
  const rules = live
    ? { listing: live.name }
    : { layout: proxyMode === 'iptables' ? proxyMode : layout }
  return { report: explainTrace({ ...resolved, ...walked, rules }) }
}

/**
 * The graph of everything that a Service serves on a node, whoever sends; nothing where errors forbid
 * an answer.
 *
 * @param to as in a question
 * @throws UsageError if the destination is not understood, or no node is named
 */
export function graphSources(
  to: string,
  objects: readonly Source[],
  options: Options,
  problems: Diagnostics,
): DispatchGraph | undefined {
  const destination = parseDestination(to)
  const world = readWorld({ objects, live: undefined }, options, problems)
  if (world?.directory === undefined) return undefined
  const { node, directory } = world
  const plans = options.families.map(family =>
    planFamily(directory.cluster, node, family, options, new Diagnostics()),
  )
  return graphOfService(viewOf(directory.cluster, node, options), plans, destination)
}

/** What a packet is walked through. */
interface TraceWorld {
  readonly node: Node
  /** Absent where there are no objects. */
  readonly directory: Directory | undefined
  readonly objects: Objects | undefined
  /** Absent where the rules are compiled. */
  readonly live: LiveRules | undefined
}

/**
 * The node of a trace with its objects and rules; nothing where errors forbid it.
 *
 * @throws UsageError if nothing says which node it is, or which addresses it has
 */
function readWorld(
  sources: TraceSources,
  options: Options,
  problems: Diagnostics,
): TraceWorld | undefined {
  const { objects: texts, live: listing } = sources
  const [family = 'IPv4'] = options.families
  const live = listing && {
    ...importRules(listing, TABLE_FAMILY[family], problems, texts && options.families),
    name: listing.name,
  }
  if (problems.errorCount > 0) return undefined
  if (texts === undefined)
    return { node: nodeAlone(options), directory: undefined, objects: undefined, live }
  if (options.node === undefined) throw new UsageError('--node NAME is required')
  const { cluster, objects, leftOut } = loadCluster(texts, options, undefined, problems)
  const node = findNode(cluster, options, problems)
  if (node === undefined || problems.isFatal) return undefined
  const ports = options.families.flatMap(family => cluster.ports[family])
  checkNodeName(node, ports, problems)
  const valid = validOnly(objects, problems)
  return { node, directory: { cluster, services: valid.Service, leftOut }, objects: valid, live }
}

/** The node of a listing: where its addresses are not known, no rule about them can be followed. */
function nodeAlone({ node = 'this node', nodeAddresses }: Options): Node {
  if (nodeAddresses.length > 0) return nodeOfAddresses(node, nodeAddresses)
  throw new UsageError(
    '--live without objects needs --node-addresses LIST: every address of the interfaces of the node',
  )
}

/** What became of a packet, with all that explains it. */
type Walked = Pick<Traced, 'branches' | 'alternatives' | 'assumed' | 'tables' | 'objects'> & {
  /** What stopped it, a message each. */
  readonly unknown: readonly string[]
}

/** Walks a packet through the rules of a world. */
function walk(
  world: TraceWorld,
  packet: Packet,
  { outInterface }: TraceQuestion,
  options: Options,
  problems: Diagnostics,
): Walked {
  const { node, live } = world
  const family = familyOf(packet.daddr)
  const state = { addresses: node.addresses }
  const compiled = compiledRules(world, family, options, problems)
  const byObjects = compiled && traceLive(compiled, packet, state, outInterface)
  const say = sayOf(world, options)
  if (live === undefined) {
    const nothing = { branches: [], alternatives: [], assumed: [], unknown: [] }
    const tables = compiled?.tables ?? []
    return { ...(byObjects ?? nothing), tables, ...(say ? { objects: say } : {}) }
  }
  const traced = traceLive(live, packet, state, outInterface)
  const objects = say && byObjects && { ...say, expected: byObjects.branches }
  return { ...traced, tables: live.tables, ...(objects ? { objects } : {}) }
}

const sayOf = (
  { node, directory, objects }: TraceWorld,
  options: Options,
): ObjectsSay | undefined =>
  directory &&
  objects && {
    view: viewOf(directory.cluster, node, options),
    objects,
    leftOut: directory.leftOut,
  }

/** What the objects compile to for the packet's family; in iptables mode, as it is when it is loaded. */
function compiledRules(
  { node, directory }: TraceWorld,
  family: Family,
  options: Options,
  problems: Diagnostics,
): LiveRules | undefined {
  if (directory === undefined) return undefined
  const plan = planFamily(directory.cluster, node, family, options, problems)
  if (options.proxyMode === 'nftables') {
    const tables = [LAYOUTS[options.layout].lower(plan, options)]
    return { tables, otherHooks: [], name: options.layout }
  }
  const settings = { ...options, form: 'full', comments: true } as const
  const text = renderRules(lowerPlans([plan], settings), settings, node.name)
  const source = { name: options.proxyMode, text }
  return {
    ...importIptablesSave(source, TABLE_FAMILY[family], new Diagnostics()),
    name: source.name,
  }
}
