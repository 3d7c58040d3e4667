import { type Command, Option } from 'commander'
import { type Family, familyOf } from '../address/address.js'
import { findNode, loadCluster, mayCompile, planFamily, validOnly } from '../compile.js'
import { Diagnostics, type Source } from '../diagnostics/diagnostic.js'
import type { TraceReport } from '../generated/reports.gen.js'
import { readSource, readSources } from '../input/read.js'
import { LAYOUTS } from '../layouts/registry.js'
import { importRuleset } from '../listing/ruleset.js'
import { type Node, nodeOfAddresses } from '../model/node.js'
import { type Options, type RawOptions, requireNftables } from '../options/table.js'
import { checkNodeName } from '../plan/checks.js'
import type { Table } from '../rules/table.js'
import { explainTrace } from '../trace/explain.js'
import { dotGraph, graphOfService, mermaidGraph, traceGraph } from '../trace/graph.js'
import { type LiveRules, traceLive } from '../trace/live.js'
import type { ObjectsSay } from '../trace/notes.js'
import { traceText } from '../trace/text.js'
import {
  type Directory,
  type GivenDestination,
  parseDestination,
  parseSource,
  resolvePacket,
} from '../traffic/names.js'
import type { Branch, Packet } from '../traffic/packet.js'
import { evaluate } from '../traffic/walk/evaluate.js'
import { indexTables } from '../traffic/walk/index-tables.js'
import { UsageError } from '../util/errors.js'
import { visible } from '../util/text.js'
import {
  addOptions,
  CONFIG,
  defaultInput,
  filenameOption,
  RECURSIVE,
  rawOptions,
  readOptions,
  reporting,
  stdoutColor,
  writeStdout,
} from './shared.js'

const NOTES = `
--from is an address, NAMESPACE/POD (a pod that is an endpoint of a Service) or the name of a node;
--to is ADDRESS:PORT[/PROTOCOL], ADDRESS/icmp, NAMESPACE/SERVICE[:PORT] (its ClusterIP) or NODE:PORT.
The packet is the first of a new connection. It comes in by --in-interface: if that is not given, by
none for the node itself, for its pods by what --detect-local-mode asks for, and by eth0 for others.

With --live FILE the rules are those that \`nft -j list ruleset\` printed on a node, whoever wrote them;
objects beside it add names and reasons, and without them --node-addresses must list the node's
addresses. An expression that is not known, where the packet comes to it, is named and ends the trace
with exit code 3.

-o mermaid and -o dot draw the way of the packet, or without --from all that the Service serves.

Examples:
  kubenat trace -f cluster.yaml --node worker-1 --from 10.1.2.3 --to 10.96.0.10:53/udp
  kubenat trace -f cluster.yaml --node worker-1 --from shop/api-7f4b9 --to shop/web:https -o json
  nft -j list ruleset | kubenat trace --live - --node-addresses 192.0.2.11 --from 192.0.2.7 --to 10.96.0.1:443
  kubenat trace -f cluster.yaml --node worker-1 --to shop/web -o mermaid

Exit codes: 0 traced, whatever becomes of the packet, 2 usage or input errors, 3 an expression of a live
table is not known, or the environment failed.`

interface ParsedFlags extends Omit<TraceFlags, 'filename'> {
  readonly filename?: readonly string[]
}

/** Declares `kubenat trace`. */
export function addTrace(program: Command, exit: (code: number) => void): void {
  const trace = program
    .command('trace')
    .description('walk a packet through the rules of a node, and say why it goes where it goes')
    .addOption(filenameOption())
    .option(...RECURSIVE)
    .option('--from <sender>', 'who sends the packet')
    .requiredOption('--to <destination>', 'where it is addressed to')
    .option('--in-interface <name>', 'interface by which it comes to the node')
    .option('--live <file>', 'output of `nft -j list ruleset`, instead of compiled rules')
    .addOption(
      new Option('-o, --output <format>', 'how the trace is printed')
        .choices(TRACE_FORMATS)
        .default('text'),
    )
    .option(...CONFIG)
    .addHelpText('after', NOTES)
  addOptions(trace)
  trace.action(async ({ filename, ...flags }: ParsedFlags) => {
    // A listing does without objects.
    const objects = filename ?? (flags.live === undefined ? defaultInput() : [])
    exit(await traceCommand({ ...flags, filename: objects }, rawOptions(trace.opts())))
  })
}

/** How a trace is printed. */
const FORMATS = {
  text: (report, color) => traceText(report, color),
  json: report => `${JSON.stringify(report, undefined, 2)}\n`,
  mermaid: report => mermaidGraph(traceGraph(report)),
  dot: report => dotGraph(traceGraph(report)),
} as const satisfies Record<string, (report: TraceReport, color: boolean) => string>

export type TraceFormat = keyof typeof FORMATS
const TRACE_FORMATS = Object.keys(FORMATS) as readonly TraceFormat[]

/** What a trace is of, and how it is printed. */
export interface TraceQuestion {
  readonly from: string | undefined
  readonly to: string
  readonly inInterface: string | undefined
  readonly output: TraceFormat
}

/** What the command takes beside the options of a compile. */
export interface TraceFlags extends TraceQuestion {
  /** None where only a listing is looked at. */
  readonly filename: readonly string[]
  readonly recursive: boolean
  readonly config: string | undefined
  readonly live: string | undefined
}

/**
 * `kubenat trace`: the way of one packet through the rules of a node.
 *
 * @returns exit code: 0 traced, 2 invalid input, 3 an expression that is not known
 * @throws UsageError, EnvironmentError
 */
async function traceCommand(flags: TraceFlags, given: RawOptions): Promise<number> {
  checkFlags(flags)
  return reporting(async problems => {
    const options = await readOptions(flags.config, given, problems)
    if (options === undefined) return 2
    requireNftables(options)
    const { filename, live } = flags
    const sources = {
      live: live === undefined ? undefined : await readSource(live, problems),
      objects: filename.length === 0 ? undefined : await readSources(filename, flags, problems),
    }
    const answer = answerTrace(flags, sources, options, problems, stdoutColor())
    if (answer === undefined) return 2
    if ('text' in answer) {
      await writeStdout(answer.text)
      return 0
    }
    for (const message of answer.unknown) process.stderr.write(`error: ${visible(message)}\n`)
    return 3
  })
}

function checkFlags({ filename, live, config, from, output }: TraceFlags): void {
  const read = [...filename, live, config]
  if (read.filter(path => path === '-').length > 1)
    throw new UsageError('standard input can be only one of the inputs')
  if (from === undefined && output !== 'mermaid' && output !== 'dot')
    throw new UsageError('--from ADDRESS (or NAMESPACE/POD, or the name of a node) is required')
}

/**
 * What the command prints, or what is unknown, a message each; nothing where errors forbid an answer.
 * Pure.
 *
 * @throws UsageError if an end of the packet is not understood
 */
export function answerTrace(
  question: TraceQuestion,
  sources: WorldSources,
  options: Options,
  problems: Diagnostics,
  color = false,
): { readonly text: string } | { readonly unknown: readonly string[] } | undefined {
  const { from, output, inInterface } = question
  const to = parseDestination(question.to)
  const source = from === undefined ? undefined : parseSource(from)
  const world = readWorld(sources, options, problems)
  if (world === undefined) return undefined
  if (source === undefined) return { text: graphText(world, to, output, options) }
  const given = { from: source, to, inInterface, isLive: world.live !== undefined }
  const resolved = resolvePacket(given, world.node, world.directory, options)
  const walked = walk(world, resolved.packet, options, problems)
  if (walked.unknown.length > 0) return { unknown: [...new Set(walked.unknown)] }
  return { text: FORMATS[output](reportOf(world, resolved, walked, options), color) }
}

const reportOf = (
  { live, node: { addresses } }: World,
  resolved: ReturnType<typeof resolvePacket>,
  walked: Walked,
  { layout }: Options,
): TraceReport =>
  explainTrace({
    ...resolved,
    ...walked,
    addresses,
    rules: live ? { listing: live.name } : { layout },
  })

/** Everything that a Service serves, whoever sends. */
function graphText(
  { node, directory }: World,
  to: GivenDestination,
  output: TraceFormat,
  options: Options,
): string {
  if (directory === undefined)
    throw new UsageError(`-o ${output} needs objects (-f FILE), or --from beside --live`)
  const plans = options.families.map(family =>
    planFamily(directory.cluster, node, family, options, new Diagnostics()),
  )
  const graph = graphOfService(plans, to)
  return output === 'dot' ? dotGraph(graph) : mermaidGraph(graph)
}

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
function readWorld(
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
function walk(world: World, packet: Packet, options: Options, problems: Diagnostics): Walked {
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
  const plan = planFamily(cluster, node, family, options, problems)
  const table = LAYOUTS[options.layout].lower(plan, options)
  return { table, say: { plan, services, nodes: cluster.nodes } }
}
