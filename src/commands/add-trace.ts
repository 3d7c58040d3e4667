import { type Command, Option } from 'commander'
import {
  addOptions,
  CONFIG,
  defaultInput,
  filenameOption,
  RECURSIVE,
  rawOptions,
} from './shared-options.js'
import { TRACE_FORMATS, type TraceFlags, traceCommand } from './trace.js'

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
