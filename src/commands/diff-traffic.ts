import { findNode, loadCluster, mayCompile } from '../compile.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import {
  type FailOn,
  isFailing,
  ownerPositions,
  trafficGithub,
  trafficJson,
  trafficMarkdown,
  trafficText,
} from '../diff/report.js'
import { diffClusters, diffLive } from '../diff/traffic/diff.js'
import { CHANGE_KIND_NAMES, type ChangeKind, type TrafficReport } from '../diff/traffic/report.js'
import type { Clusters } from '../diff/traffic/scope.js'
import type { Unknown } from '../diff/traffic/tables.js'
import { readSources } from '../input/read.js'
import type { Cluster } from '../model/cluster.js'
import type { Node } from '../model/node.js'
import { UsageError } from '../options/read.js'
import type { Options } from '../options/table.js'
import { checkNode, checkNodeName } from '../plan/checks.js'
import { planNode } from '../plan/plan.js'
import { keyedDiff } from '../util/collections.js'
import { EnvironmentError } from '../util/errors.js'
import { quote, visible } from '../util/text.js'
import type { DiffFlags, DiffPaths, TrafficFormat } from './diff-flags.js'
import { liveTables } from './live-tables.js'
import { stdoutColor, writeStdout } from './output.js'

/** What is shown of a difference, beside the whole report. */
interface Shown {
  readonly report: TrafficReport
  readonly failOn: FailOn
  readonly clusters: Clusters
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
export async function trafficDiff(
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
  return isFailing(found.report, failOn) ? 1 : 0
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
  flags: TrafficFlags,
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
  const before = await clusterAt(paths.before, flags, options, problems)
  const after = await clusterAt(paths.after, flags, options, problems)
  const clusters = { before, after }
  if (!flags.allNodes && problems.errorCount === 0) mustHaveBoth(clusters, options)
  const nodesOf = (cluster: Cluster): readonly Node[] =>
    flags.allNodes
      ? allNodes(cluster, problems)
      : [findNode(cluster, options, problems) ?? []].flat()
  const nodes = keyedDiff(nodesOf(before), nodesOf(after), nameOf, () => true)
  if (!mayCompile(options, problems)) return undefined
  const [first] = nodes.kept
  if (first !== undefined) warn(after, first.after, options, problems)
  const report = {
    ...diffClusters(clusters, nodes.kept, options),
    addedNodes: nodes.added.map(nameOf),
    removedNodes: nodes.removed.map(nameOf),
  }
  return { report, clusters }
}

/** @throws UsageError where one side alone has the Node object of --node: a new node, or a wrong file */
function mustHaveBoth({ before, after }: Clusters, { node = '', nodeAddresses }: Options): void {
  const isIn = ({ nodes }: Cluster): boolean => nodes.some(({ name }) => name === node)
  if (nodeAddresses.length > 0 || isIn(before) === isIn(after)) return
  throw new UsageError(
    `--node ${quote(node)}: ${isIn(before) ? 'NEW' : 'OLD'} has no such Node object (--all-nodes tells of nodes that come and go)`,
  )
}

const nameOf = ({ name }: Node): string => name

function allNodes({ nodes }: Cluster, problems: Diagnostics): readonly Node[] {
  if (nodes.length === 0 && !problems.isFatal) {
    problems.reportRun('KN063', 'there are no Node objects for --all-nodes')
  }
  return nodes
}

/** What a compile would warn of; of many nodes the first stands for all. */
function warn(cluster: Cluster, node: Node, options: Options, problems: Diagnostics): void {
  const ports = options.families.flatMap(family => cluster.ports[family])
  checkNodeName(node, ports, problems)
  for (const family of options.families) {
    checkNode(planNode(cluster, node, family, options.plan), options.plan, problems)
  }
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
  if (tables === undefined || node === undefined || !mayCompile(options, problems)) return undefined
  warn(cluster, node, options, problems)
  const { report, unknown } = diffLive(tables, cluster, node, options)
  if (unknown.length > 0) throw new EnvironmentError(unknownWords(unknown))
  return { report, clusters: { before: cluster, after: cluster } }
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
