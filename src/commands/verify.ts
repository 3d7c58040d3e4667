import { type Command, Option } from 'commander'
import type { Family } from '../address/address.js'
import { compileNode, findNode, loadCluster } from '../compile.js'
import { type Diagnostics, type Source, STDIN } from '../diagnostics/diagnostic.js'
import { readSource, readSources } from '../input/read.js'
import { FORMS } from '../layouts/registry.js'
import { type Cluster, withoutServices } from '../model/cluster.js'
import { servicesLeftOut } from '../model/left-out.js'
import type { Node } from '../model/node.js'
import { checkOneFile, type Options, parseOptions, type RawOptions } from '../options/table.js'
import { servesLocalhost } from '../plan/node-ports.js'
import { viewOf } from '../traffic/promise/view.js'
import { EnvironmentError, UsageError } from '../util/errors.js'
import { quote, visible } from '../util/text.js'
import { addFlows } from '../verify/flow-checks.js'
import { type Flow, parseFlows } from '../verify/flows.js'
import { openLab } from '../verify/lab/lab.js'
import { findTools, inOwnNetwork, type Tools } from '../verify/lab/tools.js'
import { lineText, type Progress, portText, type Report, trialText } from '../verify/report.js'
import { REPORT_FORMATS, type ReportFormat } from '../verify/report-machine.js'
import { type Ruleset, RulesetError } from '../verify/run/run.js'
import { type Verification, verifyTrials } from '../verify/verify.js'
import { sceneOf } from '../verify/what/trials.js'
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
Builds the node, its pods and everybody else as network namespaces without names, loads the rules there,
and sends real packets from every kind of client to every destination that the objects promise. The
rules of this machine are not touched, and nothing stays behind. Needs nft, ip, and root or user
namespaces; with --proxy-mode iptables also iptables-restore and ip6tables-restore. That mode takes both
families at once, but for --ruleset, which is what iptables-save prints for the --ip-family asked for.
--flows takes assertions of your own; \`kubenat help verify\` describes the file.

Examples:
  kubenat verify -f objects/ -R --node worker-1 --cluster-cidr 10.244.0.0/16
  nft list ruleset | kubenat verify -f objects/ -R --node worker-1 --ruleset -
  iptables-save | kubenat verify -f objects/ -R --node worker-1 --proxy-mode iptables --ip-family ipv4 --ruleset -
  kubenat verify -f objects.yaml --node worker-1 --flows flows.yaml -o junit > verify.xml

Exit codes: 0 everything as promised, 1 failures, 2 usage or input errors, 3 the environment lacks
something or the rules do not load.`

interface ParsedFlags extends Omit<VerifyFlags, 'filename'> {
  readonly filename?: readonly string[]
}

/** Declares `kubenat verify`. */
export function addVerify(program: Command, exit: (code: number) => void): void {
  const verify = program
    .command('verify')
    .description('prove with real packets that rules do what the objects say')
    .addOption(filenameOption())
    .option(...RECURSIVE)
    .option('--ruleset <file>', 'rules to try, - for standard input, instead of the compiled ones')
    .option('--flows <file>', 'assertions of your own: who reaches what, and how')
    .addOption(
      new Option('-o, --output <format>', 'how to report')
        .choices(Object.keys(REPORT_FORMATS))
        .default('text'),
    )
    .option('--samples <n>', 'connections for each test of shares, instead of what it needs')
    .option('--max-destinations <n>', 'try some of the service ports beyond so many', '500')
    .option(...CONFIG)
    .addHelpText('after', NOTES)
  addOptions(verify)
  verify.action(async ({ filename, ...flags }: ParsedFlags) => {
    const files = filename ?? defaultInput()
    exit(await verifyCommand({ ...flags, filename: files }, rawOptions(verify.opts())))
  })
}

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
async function verifyCommand(flags: VerifyFlags, given: RawOptions): Promise<number> {
  const limits = checkFlags(flags, given)
  findTools()
  return inOwnNetwork(() =>
    reportingRest(async problems => {
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
  const loaded = loadCluster(sources, options, undefined, problems)
  // What a Service promises is not known where a part of it is left out.
  const cluster = withoutServices(loaded.cluster, servicesLeftOut(loaded.leftOut))
  const node = findNode(cluster, options, problems)
  const given = await readRuleset(flags.ruleset, problems)
  const beforeFlows = problems.errorCount
  const flows = await readFlows(flags.flows, problems)
  // Objects are left out, not what is asked for.
  const isAsked = problems.errorCount === beforeFlows
  if (node === undefined || !isAsked || problems.isFatal) return undefined
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

/**
 * The rules to be verified: those of a file, which in iptables mode are of the one family asked for,
 * else those that are compiled.
 *
 * @throws UsageError if a file for iptables holds rules that no packet reaches
 */
export function rulesetOf(
  given: Source | undefined,
  cluster: Cluster,
  node: Node,
  options: Options,
  problems: Diagnostics,
): Ruleset {
  if (options.proxyMode === 'nftables') {
    const { text } = given ?? compileNode(cluster, node, options, problems)
    return { kind: 'nft', text }
  }
  const texts = given ? givenTexts(given, options) : compiledTexts(cluster, node, options, problems)
  const localhost = options.families.some(family => servesLocalhost(options.plan, node, family))
  return { kind: 'iptables', texts: Object.fromEntries(texts), localhost }
}

type FamilyText = readonly [family: Family, text: string]

function givenTexts({ name, text }: Source, { families }: Options): readonly FamilyText[] {
  if (!RULE.test(text) || BUILTIN_RULE.test(text)) return families.map(family => [family, text])
  throw new UsageError(
    `--ruleset ${quote(name)} has no jumps from built-in chains, so that no packet reaches its rules: give what iptables-save prints, or the rules of --form full`,
  )
}

const RULE = /^(?:\[\d+:\d+\] )?-[AI] /m
const BUILTIN_RULE = /^(?:\[\d+:\d+\] )?-[AI] (?:PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)\b/m

/** With their jumps, whatever the form asked for: there is nobody else's rule in a new namespace. */
function compiledTexts(
  cluster: Cluster,
  node: Node,
  options: Options,
  problems: Diagnostics,
): readonly FamilyText[] {
  const { rules } = compileNode(cluster, node, { ...options, form: 'full' }, problems)
  return rules.kind === 'iptables'
    ? rules.rules.map(one => [one.family, FORMS.full.render(one)])
    : []
}

/** The part of standard error that a progress line needs. */
export interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** A line of a terminal that tells how far a run is. */
export interface ProgressLine {
  readonly show: (progress: Progress) => void
  /** Leaves the line empty for what comes next. */
  readonly clear: () => void
}

const CLEAR = '\r\u001b[K'
const EVERY_MILLISECONDS = 50
const MAX_FAILURES = 20

/**
 * Shows `done/total` on one line that is written anew, and failures above it as they come. Quiet where
 * nobody looks: in a pipe or a file.
 */
export function progressLine(terminal: Terminal, now: () => number): ProgressLine {
  if (!terminal.isTTY) return { show: () => {}, clear: () => {} }
  let failures = 0
  let shownAt = Number.NEGATIVE_INFINITY
  const clear = (): void => {
    terminal.write(CLEAR)
  }
  const show = ({ done, total, failure }: Progress): void => {
    if (failure) failures++
    const isNews = failure !== undefined && failures <= MAX_FAILURES
    if (!isNews && done < total && now() - shownAt < EVERY_MILLISECONDS) return
    shownAt = now()
    const news = isNews ? `${failureLine(failure)}\n` : ''
    const failed = failures > 0 ? `, ${failures} failed` : ''
    terminal.write(`${CLEAR}${news}${done}/${total} checks${failed}`)
  }
  return { show, clear }
}

const failureLine = (failure: NonNullable<Progress['failure']>): string =>
  lineText(`FAIL ${portText(failure.check.destination)}: ${trialText(failure)}: ${failure.problem}`)
