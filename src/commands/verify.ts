import { checkOneFile, findNode, loadCluster, mayCompile } from '../compile.js'
import type { Diagnostics, Source } from '../diagnostics/diagnostic.js'
import { readSource, readSources, STDIN } from '../input/read.js'
import { UsageError } from '../options/read.js'
import { type Options, parseOptions, type RawOptions } from '../options/table.js'
import { viewOf } from '../traffic/promise/view.js'
import { EnvironmentError } from '../util/errors.js'
import { visible } from '../util/text.js'
import { addFlows } from '../verify/flow-checks.js'
import { type Flow, parseFlows } from '../verify/flows.js'
import { openLab } from '../verify/lab/lab.js'
import { findTools, inOwnNetwork, type Tools } from '../verify/lab/tools.js'
import type { Report } from '../verify/report.js'
import { REPORT_FORMATS, type ReportFormat } from '../verify/report-machine.js'
import { RulesetError } from '../verify/run/run.js'
import { type Verification, verifyTrials } from '../verify/verify.js'
import { sceneOf } from '../verify/what/trials.js'
import { readOptions, reporting } from './inputs.js'
import { stdoutColor, writeStdout } from './output.js'
import { progressLine } from './progress-line.js'
import { rulesetOf } from './verify-ruleset.js'

/** What the command takes beside the options of a compile. */
export interface VerifyFlags {
  readonly filename: readonly string[]
  readonly recursive: boolean
  readonly config: string | undefined
  /** Rules to try instead of those that are compiled. */
  readonly ruleset: string | undefined
  readonly flows: string | undefined
  readonly output: ReportFormat
  /** Numbers as they were given. */
  readonly samples: string | undefined
  readonly maxDestinations: string
}

/**
 * `kubenat verify`: sends packets through rules in network namespaces of their own, and compares what
 * becomes of them with what the objects promise.
 *
 * @returns exit code: 0 all as promised, 1 failures, 2 invalid input, 128 and the signal if interrupted
 * @throws UsageError, EnvironmentError
 */
export async function verifyCommand(flags: VerifyFlags, given: RawOptions): Promise<number> {
  const limits = checkFlags(flags, given)
  findTools()
  return inOwnNetwork(() =>
    reporting(async problems => {
      const options = await readOptions(flags.config, given, problems)
      if (options === undefined) return 2
      if (options.node === undefined) throw new UsageError(NO_NODE)
      if (flags.ruleset !== undefined) checkOneFile(options)
      const tools = findTools(options.proxyMode === 'iptables' ? options.families : [])
      const verification = await prepare(flags, options, limits, problems)
      if (verification === undefined) return 2
      const report = await run(verification, tools).catch((error: unknown) => {
        throw error instanceof RulesetError ? refusal(flags.ruleset, error) : error
      })
      return print(report, verification, flags.output)
    }),
  )
}

const NO_NODE = '--node NAME is required'

interface Limits {
  readonly samples: number | undefined
  readonly maxDestinations: number
}

/** Finds what is wrong with the command line alone, which takes neither rights nor tools. */
function checkFlags(flags: VerifyFlags, given: RawOptions): Limits {
  const { filename, ruleset, flows, config, samples, maxDestinations } = flags
  const { node } = parseOptions(given)
  if (node === undefined && config === undefined) throw new UsageError(NO_NODE)
  const read = [...filename, ruleset, flows, config]
  if (read.filter(path => path === '-').length > 1)
    throw new UsageError('standard input can be only one of the inputs')
  return {
    samples: samples === undefined ? undefined : countOf('samples', samples),
    maxDestinations: countOf('max-destinations', maxDestinations),
  }
}

const MOST = 1_000_000

function countOf(name: string, text: string): number {
  const count = Number(text)
  if (/^\d{1,7}$/.test(text) && count >= 1 && count <= MOST) return count
  throw new UsageError(`--${name} takes an integer from 1 to ${MOST} (got ${JSON.stringify(text)})`)
}

/** Everything that is to be known before anything is built; undefined after reporting why not. */
async function prepare(
  flags: VerifyFlags,
  options: Options,
  { samples, maxDestinations }: Limits,
  problems: Diagnostics,
): Promise<Verification | undefined> {
  const sources = await readSources(flags.filename, flags, problems)
  const { cluster } = loadCluster(sources, options, undefined, problems)
  const node = findNode(cluster, options, problems)
  const given = await readRuleset(flags.ruleset, problems)
  const beforeFlows = problems.errorCount
  const flows = await readFlows(flags.flows, problems)
  // --skip-invalid leaves out objects, not what is asked for.
  const isAsked = problems.errorCount === beforeFlows
  if (node === undefined || !isAsked || !mayCompile(options, problems)) return undefined
  const ruleset = rulesetOf(given, cluster, node, options, problems)
  const view = viewOf(cluster, node, options)
  const trials = sceneOf(cluster, node, options, { maxDestinations })
  const before = problems.errorCount
  const withFlows = addFlows(view, trials, flows, problems)
  if (problems.errorCount > before) return undefined
  return { view, trials: withFlows, ruleset, samples }
}

/** @throws UsageError for the JSON form, which nft cannot read back whole */
async function readRuleset(
  file: string | undefined,
  problems: Diagnostics,
): Promise<Source | undefined> {
  const source = file === undefined ? undefined : await readSource(file, problems)
  if (source && /^\s*\{/.test(source.text)) {
    const name = visible(source.name)
    throw new UsageError(`${name} is JSON: --ruleset takes what nft list ruleset prints without -j`)
  }
  return source
}

async function readFlows(
  file: string | undefined,
  problems: Diagnostics,
): Promise<readonly Flow[]> {
  const source = file === undefined ? undefined : await readSource(file, problems)
  return source ? parseFlows(source, problems) : []
}

/** Builds, tries, and takes everything down again, whatever happens. */
async function run(verification: Verification, tools: Tools): Promise<Report> {
  const lab = openLab()
  const line = progressLine(process.stderr, () => performance.now())
  process.once('exit', line.clear)
  try {
    return await verifyTrials(verification, tools, lab, line.show)
  } finally {
    process.off('exit', line.clear)
    line.clear()
    await lab.close()
  }
}

async function print(
  report: Report,
  { trials }: Verification,
  format: ReportFormat,
): Promise<number> {
  const { node } = trials.scene
  const setting = { node: node.name, color: stdoutColor(), left: trials.left }
  await writeStdout(REPORT_FORMATS[format](report, setting))
  return report.totals.failed > 0 ? 1 : 0
}

function refusal(file: string | undefined, { tool, message }: RulesetError): EnvironmentError {
  const name = file === '-' ? STDIN : file
  const rules = name === undefined ? 'the compiled rules do' : `${visible(name)} does`
  const said = message.split('\n').map(shortLine).join('\n')
  return new EnvironmentError(`${rules} not load: ${tool} says:\n${said}`)
}

const LONGEST = 300

/** nft repeats the line that it stumbles over, however long. */
const shortLine = (line: string): string =>
  visible(line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line)
