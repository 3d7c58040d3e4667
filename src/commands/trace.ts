import { lowerFamily, requireNftables } from '../compile.js'
import { Diagnostics } from '../diagnostics/diagnostic.js'
import type { TraceReport } from '../generated/reports.gen.js'
import { readSource, readSources } from '../input/read.js'
import { UsageError } from '../options/read.js'
import type { Options, RawOptions } from '../options/table.js'
import { explainTrace } from '../trace/explain.js'
import { dotGraph, graphOfService, mermaidGraph, traceGraph } from '../trace/graph.js'
import { traceText } from '../trace/text.js'
import {
  type GivenDestination,
  parseDestination,
  parseSource,
  resolvePacket,
} from '../traffic/names.js'
import { visible } from '../util/text.js'
import { readOptions, reporting } from './inputs.js'
import { stdoutColor, writeStdout } from './output.js'
import { readWorld, type Walked, type World, type WorldSources, walk } from './trace-world.js'

/** How a trace is printed. */
const FORMATS = {
  text: (report, color) => traceText(report, color),
  json: report => `${JSON.stringify(report, undefined, 2)}\n`,
  mermaid: report => mermaidGraph(traceGraph(report)),
  dot: report => dotGraph(traceGraph(report)),
} as const satisfies Record<string, (report: TraceReport, color: boolean) => string>

export type TraceFormat = keyof typeof FORMATS
export const TRACE_FORMATS = Object.keys(FORMATS) as readonly TraceFormat[]

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
export async function traceCommand(flags: TraceFlags, given: RawOptions): Promise<number> {
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
  const plans = options.families.map(
    family => lowerFamily(directory.cluster, node, family, options, new Diagnostics()).plan,
  )
  const graph = graphOfService(plans, to)
  return output === 'dot' ? dotGraph(graph) : mermaidGraph(graph)
}
