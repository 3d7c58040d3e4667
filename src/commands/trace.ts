import { type Command, Option } from 'commander'
import type { TraceReport } from '../generated/reports.gen.js'
import { readSource, readSources } from '../input/read.js'
import type { RawOptions } from '../options/table.js'
import type { DispatchGraph } from '../text/frames.js'
import { dotGraph, mermaidGraph, traceGraph } from '../trace/graph.js'
import { traceText } from '../trace/text.js'
import { graphSources, traceSources } from '../trace/trace.js'
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
  reportingRest,
  stdoutColor,
  writeStdout,
} from './shared.js'

const NOTES = `
--from is an address, NAMESPACE/POD (a pod that is an endpoint of a Service) or the name of a node,
perhaps with :PORT, which a hash of the client may ask for;
--to is ADDRESS:PORT[/PROTOCOL], ADDRESS/icmp, NAMESPACE/SERVICE[:PORT] (its ClusterIP) or NODE:PORT.
The packet is the first of a new connection. It comes in by --in-interface: if that is not given, by
none for the node itself, for its pods by what --detect-local-mode asks for, and by eth0 for others.

With --live FILE the rules are those that \`nft -j list ruleset\` printed on a node, or iptables-save and
ip6tables-save (both may stand in one file), whoever wrote them;
objects beside it add names and reasons, and without them --node-addresses must list the node's
addresses. A test that nothing here can answer (by which interface the packet leaves, who owns its
socket) is named, and what becomes of the packet is told for both answers; what is likely of a first
packet (a unicast frame, fewer packets than a limit) is assumed, and said. Only a statement whose effect
is not known ends the trace, with exit code 3.

-o mermaid and -o dot draw the way of the packet, or without --from all that the Service serves.

Examples:
  kubenat trace -f cluster.yaml --node worker-1 --from 10.1.2.3 --to 10.96.0.10:53/udp
  kubenat trace -f cluster.yaml --node worker-1 --from shop/api-7f4b9 --to shop/web:https -o json
  iptables-save | kubenat trace --live - -f cluster.yaml --node worker-1 --from worker-1 --to shop/web
  nft -j list ruleset | kubenat trace --live - --node-addresses 192.0.2.11 --from 192.0.2.7 --to 10.96.0.1:443
  kubenat trace -f cluster.yaml --node worker-1 --to shop/web -o mermaid

Exit codes: 0 traced, whatever becomes of the packet, 2 usage or input errors, 3 a statement of a live
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
    .option('--out-interface <name>', 'interface by which it leaves the node, for rules that ask')
    .option(
      '--live <file>',
      'output of `nft -j list ruleset` or of iptables-save, instead of compiled rules',
    )
    .addOption(
      new Option('-o, --output <format>', 'how the trace is printed')
        .choices(Object.keys(TRACE_FORMATS))
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
export const TRACE_FORMATS = {
  text: (report, color) => traceText(report, color),
  json: report => `${JSON.stringify(report, undefined, 2)}\n`,
  mermaid: report => mermaidGraph(traceGraph(report)),
  dot: report => dotGraph(traceGraph(report)),
} as const satisfies Record<string, (report: TraceReport, color: boolean) => string>

/** How the graph of a Service is printed, where nobody sends. */
const GRAPHS = { mermaid: mermaidGraph, dot: dotGraph } as const

/** What the command takes beside the options of a compile. */
interface TraceFlags {
  readonly from: string | undefined
  readonly to: string
  readonly inInterface: string | undefined
  readonly outInterface: string | undefined
  readonly output: keyof typeof TRACE_FORMATS
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
  const { filename, live, from, to, output } = flags
  if ([...filename, live, flags.config].filter(path => path === '-').length > 1)
    throw new UsageError('standard input can be only one of the inputs')
  if (from === undefined) graphFormat(flags)
  return reportingRest(async problems => {
    const options = await readOptions(flags.config, given, problems)
    if (options === undefined) return 2
    const sources = {
      live: live === undefined ? undefined : await readSource(live, problems),
      objects: filename.length === 0 ? undefined : await readSources(filename, flags, problems),
    }
    if (from === undefined) {
      const graph = graphSources(to, sources.objects ?? [], options, problems)
      if (graph === undefined) return 2
      await writeStdout(graphFormat(flags)(graph))
      return 0
    }
    const answer = traceSources({ ...flags, from }, sources, options, problems)
    if (answer === undefined) return 2
    if ('report' in answer) {
      await writeStdout(TRACE_FORMATS[output](answer.report, stdoutColor()))
      return 0
    }
    for (const message of answer.unknown) process.stderr.write(`error: ${visible(message)}\n`)
    return 3
  })
}

/** @throws UsageError where the flags ask for more than the graph of a Service */
function graphFormat({ output, filename }: TraceFlags): (graph: DispatchGraph) => string {
  if (output !== 'mermaid' && output !== 'dot')
    throw new UsageError('--from ADDRESS (or NAMESPACE/POD, or the name of a node) is required')
  if (filename.length === 0)
    throw new UsageError(`-o ${output} needs objects (-f FILE), or --from beside --live`)
  return GRAPHS[output]
}
