import { type Command, Option } from 'commander'
import { findNode, loadCluster } from '../compile.js'
import { Diagnostics } from '../diagnostics/diagnostic.js'
import { comparable, compileTables, diffNodes, warnOfNode } from '../diff/diff.js'
import {
  type FailOn,
  isFailing,
  ownerPositions,
  trafficGithub,
  trafficJson,
  trafficMarkdown,
  trafficText,
} from '../diff/report.js'
import { transactionText } from '../diff/rules/transaction.js'
import { diffLive } from '../diff/traffic/diff.js'
import {
  CHANGE_KIND_NAMES,
  CHANGE_KINDS,
  type ChangeKind,
  type TrafficReport,
} from '../diff/traffic/report.js'
import type { Clusters } from '../diff/traffic/scope.js'
import type { Unknown } from '../diff/traffic/tables.js'
import { readSource, readSources } from '../input/read.js'
import { importTables } from '../listing/ruleset.js'
import type { Cluster } from '../model/cluster.js'
import { leftOutOf } from '../model/left-out.js'
import { type Options, type RawOptions, requireNftables } from '../options/table.js'
import { TABLE_FAMILY } from '../rules/build.js'
import { TABLE_NAME } from '../rules/names.js'
import type { Table } from '../rules/table.js'
import { deepEqual } from '../util/collections.js'
import { EnvironmentError, UsageError } from '../util/errors.js'
import { quote, visible } from '../util/text.js'
import {
  addOptions,
  CONFIG,
  listOption,
  RECURSIVE,
  rawOptions,
  readOptions,
  reporting,
  reportingRest,
  stdoutColor,
  tellLeftOut,
  tellSkipInvalid,
  writeStdout,
} from './shared.js'

const KINDS = Object.entries(CHANGE_KINDS)
  .map(([name, words]) => `  ${name.padEnd(11)} ${words}`)
  .join('\n')

const NOTES = `
OLD and NEW are files, folders or - for standard input. With --live, OLD is what is loaded on the node,
whoever wrote it; a rule that is not understood stops the comparison with exit code 3. Give the options
that the rules were compiled with: they count for both sides.

Kinds of changes, for --fail-on:
${KINDS}

Examples:
  kubenat diff old/ new/ -R --node worker-1 --cluster-cidr 10.244.0.0/16
  kubenat diff old.yaml new.yaml --all-nodes -o markdown >> "$GITHUB_STEP_SUMMARY"
  kubenat diff old.yaml new.yaml --all-nodes -o github --fail-on lost,exposed,refused
  nft -j list ruleset | kubenat diff --live - new/ -R --node worker-1
  kubenat diff old/ new/ -R --node worker-1 -o nft | nft -f -
  nft -j list ruleset | kubenat diff --live - new/ -R --node worker-1 --layout maps -o nft | nft -f -

Exit codes: 0 no difference that counts, 1 differences, 2 usage or input errors, 3 the environment
failed, or loaded rules are not understood.`

/** The command line of `kubenat diff`. */
export function addDiff(program: Command, exit: (code: number) => void): void {
  const diff = program
    .command('diff')
    .usage('[options] OLD NEW')
    .argument('<path...>', 'objects as they are (not with --live), and as they are to be')
    .description('say what a change of objects does to traffic, or print the transaction for it')
    .option('--live <file>', 'output of `nft -j list ruleset` or of one table, instead of OLD')
    .option('--all-nodes', 'compare the traffic of every node that both sides have')
    .addOption(listOption('--fail-on <kinds>', 'kinds of changes for exit code 1 (default all)'))
    .addOption(
      new Option('-o, --output <format>', 'what becomes of traffic, or nft: a file for nft -f')
        .choices([...TRAFFIC_FORMATS, 'nft'])
        .default('text'),
    )
    .option(...RECURSIVE)
    .option(...CONFIG)
    .addHelpText('after', NOTES)
  addOptions(diff)
  diff.action(async (paths: string[], flags: Omit<DiffFlags, 'paths'>) => {
    exit(await diffCommand({ ...flags, paths }, rawOptions(diff.opts())))
  })
}

/**
 * `kubenat diff`: what a change of objects does to traffic, or the transaction that does it to loaded
 * rules. Nothing is printed unless all of it was compiled.
 *
 * @returns exit code: 0 no difference that counts, 1 differences, 2 invalid input
 * @throws UsageError, EnvironmentError
 */
async function diffCommand(flags: DiffFlags, given: RawOptions): Promise<number> {
  const paths = pathsOf(flags)
  const { output, allNodes, failOn, live } = flags
  if (output === 'nft' && (allNodes || failOn !== undefined))
    throw new UsageError('-o nft does not go with --all-nodes or --fail-on')
  if (live !== undefined && allNodes)
    throw new UsageError('--live is of one node: it does not go with --all-nodes')
  const run = async (problems: Diagnostics, last: (() => void)[]): Promise<number> => {
    const options = await readOptions(flags.config, given, problems)
    if (options === undefined) return 2
    requireNftables(options)
    if (allNodes && given.node !== undefined)
      throw new UsageError('--node and --all-nodes exclude each other')
    if (!allNodes && options.node === undefined)
      throw new UsageError('--node NAME or --all-nodes is required')
    return output === 'nft'
      ? transactionDiff(paths, flags, options, problems, last)
      : trafficDiff(paths, { ...flags, output }, options, problems)
  }
  return output === 'nft' ? reporting(run) : reportingRest(problems => run(problems, []))
}

function pathsOf({ paths, live, config }: DiffFlags): DiffPaths {
  const wanted = live === undefined ? 2 : 1
  if (paths.length !== wanted)
    throw new UsageError(
      `diff takes OLD and NEW, or --live FILE and NEW (got ${paths.length} of them)`,
    )
  const read = [...paths, live, config]
  if (read.filter(path => path === '-').length > 1)
    throw new UsageError('standard input can be only one of the inputs')
  const [before = '', after = before] = paths
  return { before, after }
}

/** Formats that tell what becomes of traffic. */
export const TRAFFIC_FORMATS = ['text', 'json', 'markdown', 'github'] as const
export type TrafficFormat = (typeof TRAFFIC_FORMATS)[number]

/** What the command takes beside the options of a compile. */
export interface DiffFlags {
  /** What is to change into what; with `live`, only the latter. */
  readonly paths: readonly string[]
  readonly output: TrafficFormat | 'nft'
  readonly recursive: boolean
  readonly config: string | undefined
  /** A listing of what is loaded on the node. */
  readonly live: string | undefined
  readonly allNodes: boolean | undefined
  /** Kinds of changes, or lists of them. */
  readonly failOn: readonly string[] | undefined
}

/** The two inputs by their paths; with a listing, both are the same. */
export interface DiffPaths {
  readonly before: string
  readonly after: string
}

/** What is shown of a difference, beside the whole report. */
interface Shown {
  readonly report: TrafficReport
  readonly failOn: FailOn
  readonly clusters: Clusters
  /** Whether one side has an object with errors that is none of the other side's. */
  readonly isPartlyBroken: boolean
}

/** How a difference in traffic is printed. */
const FORMATS = {
  text: ({ report }) => trafficText(report, { color: stdoutColor() }),
  json: ({ report, failOn }) => trafficJson(report, failOn),
  markdown: ({ report }) => trafficMarkdown(report),
  github: ({ report, failOn, clusters }) =>
    trafficGithub(report, failOn, ownerPositions(report, clusters)),
} as const satisfies Record<TrafficFormat, (shown: Shown) => string>

type TrafficFlags = Pick<DiffFlags, 'live' | 'recursive' | 'allNodes' | 'failOn'> & {
  readonly output: TrafficFormat
}

/** `kubenat diff`, but for `-o nft`: what becomes of traffic. */
async function trafficDiff(
  paths: DiffPaths,
  flags: TrafficFlags,
  options: Options,
  problems: Diagnostics,
): Promise<number> {
  const failOn = kindsOf(flags.failOn)
  const found =
    flags.live === undefined
      ? await diffObjects(paths, flags, options, problems)
      : await diffListing(flags.live, paths.after, flags, options, problems)
  if (found === undefined) return 2
  await writeStdout(FORMATS[flags.output]({ ...found, failOn }))
  return isFailing(found.report, failOn) || found.isPartlyBroken ? 1 : 0
}

function kindsOf(given: readonly string[] | undefined): FailOn {
  const names = (given ?? CHANGE_KIND_NAMES)
    .flatMap(list => list.split(','))
    .map(name => name.trim())
    .filter(name => name !== '')
  for (const name of names) {
    if (CHANGE_KIND_NAMES.some(kind => kind === name)) continue
    throw new UsageError(
      `--fail-on takes kinds of changes: ${CHANGE_KIND_NAMES.join(', ')} (got ${quote(name)})`,
    )
  }
  return new Set(names as ChangeKind[])
}

type Found = Omit<Shown, 'failOn'>

async function clusterAt(
  path: string,
  flags: Pick<DiffFlags, 'recursive'>,
  options: Options,
  problems: Diagnostics,
): Promise<Cluster> {
  const sources = await readSources([path], flags, problems)
  return loadCluster(sources, options, undefined, problems).cluster
}

async function diffObjects(
  paths: DiffPaths,
  flags: TrafficFlags,
  options: Options,
  problems: Diagnostics,
): Promise<Found | undefined> {
  const sides = { before: new Diagnostics(), after: new Diagnostics() }
  const before = await clusterAt(paths.before, flags, options, sides.before)
  const after = await clusterAt(paths.after, flags, options, sides.after)
  problems.addAll(sides.before)
  problems.addAll(sides.after)
  const clusters = { before, after }
  const asked = flags.allNodes ? { ...options, node: undefined } : options
  const report = diffNodes(clusters, asked, problems)
  const labelsOf = (side: Diagnostics): readonly string[] =>
    leftOutOf(side)
      .map(({ subject }) => subject.label)
      .sort()
  const isPartlyBroken = !deepEqual(labelsOf(sides.before), labelsOf(sides.after))
  return report && { report, clusters, isPartlyBroken }
}

async function diffListing(
  live: string,
  path: string,
  flags: TrafficFlags,
  options: Options,
  problems: Diagnostics,
): Promise<Found | undefined> {
  const tables = await liveTables(live, options, problems)
  const cluster = await clusterAt(path, flags, options, problems)
  const node = findNode(cluster, options, problems)
  if (tables === undefined || node === undefined || problems.isFatal) return undefined
  warnOfNode(cluster, node, options, problems)
  const { report, unknown } = diffLive(tables, cluster, node, options)
  if (unknown.length > 0) throw new EnvironmentError(unknownWords(unknown))
  const compared = comparable(report, leftOutOf(problems), options)
  if (compared.groups.length === 0 && differInRules(tables, cluster, options)) {
    const text = 'no traffic differs, but the loaded rules do: -o nft prints how'
    process.stderr.write(`note: ${text}\n`)
  }
  return { report: compared, clusters: { before: cluster, after: cluster }, isPartlyBroken: false }
}

/** Whether loaded rules are others than those compiled, though no packet tells. */
function differInRules(tables: readonly Table[], cluster: Cluster, options: Options): boolean {
  const wanted = compileTables(cluster, options, new Diagnostics())
  return wanted !== undefined && transactionText(tables, wanted) !== ''
}

const MOST_SHOWN = 10
const LONGEST = 300

/** Names what stops the comparison: nothing is guessed. */
function unknownWords(unknown: readonly Unknown[]): string {
  const lines = unknown.slice(0, MOST_SHOWN).map(({ chain, json }) => {
    const text = json.length > LONGEST ? `${json.slice(0, LONGEST)}...` : json
    return `  ${visible(chain)}: ${visible(text)}`
  })
  const rest = unknown.length > MOST_SHOWN ? [`  and ${unknown.length - MOST_SHOWN} more`] : []
  return [
    'the loaded rules decide on traffic by what is not known here, so it cannot be compared:',
    ...lines,
    ...rest,
  ].join('\n')
}

/** `kubenat diff -o nft`: the smallest transaction for rules that are loaded. */
async function transactionDiff(
  { before, after }: DiffPaths,
  flags: Pick<DiffFlags, 'live' | 'recursive'>,
  options: Options,
  problems: Diagnostics,
  last: (() => void)[],
): Promise<number> {
  const { live } = flags
  const tablesAt = async (path: string): Promise<readonly Table[] | undefined> =>
    compileTables(await clusterAt(path, flags, options, problems), options, problems)
  const old =
    live === undefined ? await tablesAt(before) : await liveTables(live, options, problems)
  const wanted = await tablesAt(after)
  if (old === undefined || wanted === undefined) {
    if (!options.skipInvalid) last.push(() => tellSkipInvalid(problems))
    return 2
  }
  last.push(() => tellLeftOut(leftOutOf(problems)))
  const text = transactionText(old, wanted)
  await writeStdout(text)
  return text === '' ? 0 : 1
}

/** The tables of a listing that the options ask for; other people's are none of our business. */
async function liveTables(
  file: string,
  { families }: Options,
  problems: Diagnostics,
): Promise<readonly Table[] | undefined> {
  const source = await readSource(file, problems)
  const tables = source ? importTables(source, problems, families) : []
  if (problems.errorCount > 0) return undefined
  const wanted = families.map(family => TABLE_FAMILY[family])
  return tables.filter(({ family, name }) => name === TABLE_NAME && wanted.includes(family))
}
