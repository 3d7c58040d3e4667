import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { allocationsText, NO_ALLOCATIONS, parseAllocations } from '../allocate/allocate.js'
import { compileNode, findNode, type Loaded, loadCluster, mayCompile } from '../compile.js'
import type { Diagnostics, Source } from '../diagnostics/diagnostic.js'
import type { Allocations } from '../generated/types.gen.js'
import { readSource, readSources } from '../input/read.js'
import { ruleFileSuffix } from '../layouts/registry.js'
import { chainsOfSave } from '../listing/iptables-save.js'
import type { Node } from '../model/node.js'
import { checkOneFile, type Options, type RawOptions } from '../options/table.js'
import { servesLocalhost } from '../plan/node-ports.js'
import type { PreviousChain } from '../rules/iptables.js'
import { compareText } from '../util/collections.js'
import { UsageError } from '../util/errors.js'
import { makeFolder, type OutputFile, whileLocked, writeFiles } from './files.js'
import { readOptions, reporting, tellLeftOut, tellSkipInvalid, writeStdout } from './shared.js'

/** What the command takes beside the options of a compile. */
export interface CompileFlags {
  readonly filename: readonly string[]
  readonly recursive: boolean
  readonly config: string | undefined
  readonly allocate: string | undefined
  readonly allNodes: boolean
  readonly out: string | undefined
  readonly outDir: string | undefined
  /** What was loaded before, so that the file removes what is gone; with iptables. */
  readonly previous: string | undefined
  readonly verbose: boolean
}

/**
 * `kubenat compile`: objects in, rules out; nothing is written unless the whole compile succeeded.
 *
 * @returns exit code: 0 fine, 2 invalid input
 * @throws UsageError, EnvironmentError
 */
export async function compileCommand(flags: CompileFlags, given: RawOptions): Promise<number> {
  checkFlags(flags, given)
  return reporting(async (problems, last) => {
    const parsed = await readOptions(flags.config, given, problems)
    if (parsed === undefined) return 2
    checkOneFile(parsed)
    if (parsed.node === undefined && !flags.allNodes)
      throw new UsageError('--node NAME (or --all-nodes) is required')
    const previousChains = await readPrevious(flags, parsed, problems)
    const options = { ...parsed, previousChains }
    // Whatever takes its time stands before the lock.
    const sources = await readSources(flags.filename, flags, problems)
    const { allocate } = flags
    const locked = <T>(action: () => Promise<T>): Promise<T> =>
      allocate === undefined ? action() : whileLocked(allocate, action)
    return locked(() => compileSources(sources, flags, options, problems, last))
  })
}

/** From texts to files: what is allocated is read and written without anybody between. */
async function compileSources(
  sources: readonly Source[],
  flags: CompileFlags,
  options: Options,
  problems: Diagnostics,
  last: (() => void)[],
): Promise<number> {
  const previous = await readAllocations(flags.allocate, problems)
  const loaded = loadCluster(sources, options, previous, problems)
  const nodes = nodesOf(loaded, flags, options, problems)
  if (flags.verbose) reportSkipped(loaded)
  if (!mayCompile(options, problems)) {
    last.push(() => tellSkipInvalid(problems))
    return 2
  }
  last.push(() => tellLeftOut(loaded.leftOut, loaded.cluster))
  noteLayout(loaded, options)
  noteLocalhost(loaded, nodes, options)
  await emit(loaded, nodes, flags, options, problems)
  return 0
}

function checkFlags(flags: CompileFlags, given: RawOptions): void {
  const { allNodes, out, outDir } = flags
  if (allNodes && given.node !== undefined)
    throw new UsageError('--node and --all-nodes exclude each other')
  if (allNodes && given['node-addresses'] !== undefined)
    throw new UsageError('--node-addresses belong to one --node')
  if (allNodes && outDir === undefined) throw new UsageError('--all-nodes needs --out-dir DIR')
  if (!allNodes && outDir !== undefined) throw new UsageError('--out-dir goes with --all-nodes')
  if (out !== undefined && outDir !== undefined)
    throw new UsageError('--out and --out-dir exclude each other')
  if (flags.allocate !== undefined && given['skip-invalid'] === true)
    throw new UsageError(
      '--allocate does not go with --skip-invalid: what was given to an object that is left out would be given away',
    )
}

/**
 * The chains of the file that is to be replaced, or of a save of the node.
 *
 * @throws UsageError where no chains can be removed, or the text is neither
 */
async function readPrevious(
  { previous, allNodes, filename }: CompileFlags,
  { proxyMode, form }: Options,
  problems: Diagnostics,
): Promise<readonly PreviousChain[]> {
  if (previous === undefined) return []
  if (proxyMode !== 'iptables' || form !== 'body')
    throw new UsageError('--previous goes with --proxy-mode iptables and --form body only')
  if (allNodes) throw new UsageError('--previous belongs to one --node')
  if (previous === '-' && filename.includes('-'))
    throw new UsageError('standard input can be only one of the inputs')
  const source = await readSource(previous, problems)
  const chains = chainsOfSave(source?.text ?? '', 'nat')
  if ('line' in chains)
    throw new UsageError(
      `--previous ${previous} is no earlier output and no iptables-save: line ${chains.line} is none of theirs`,
    )
  return chains
}

/** What earlier compiles have given away; a file that is not there yet is an empty one. */
async function readAllocations(
  file: string | undefined,
  problems: Diagnostics,
): Promise<Allocations | undefined> {
  if (file === undefined) return undefined
  if (!existsSync(file)) return NO_ALLOCATIONS
  const [source] = await readSources([file], { recursive: false }, problems)
  return source ? parseAllocations(source, problems) : NO_ALLOCATIONS
}

function nodesOf(
  { cluster }: Loaded,
  flags: CompileFlags,
  options: Options,
  problems: Diagnostics,
): readonly Node[] {
  if (!flags.allNodes) return [findNode(cluster, options, problems) ?? []].flat()
  if (cluster.nodes.length === 0 && !problems.isFatal) {
    problems.reportRun('KN063', 'there are no Node objects for --all-nodes')
  }
  return cluster.nodes
}

async function emit(
  { cluster, allocations }: Loaded,
  nodes: readonly Node[],
  flags: CompileFlags,
  options: Options,
  problems: Diagnostics,
): Promise<void> {
  const { allocate, out, outDir } = flags
  const rulesOf = (node: Node): string => compileNode(cluster, node, options, problems).text
  const single = outDir === undefined ? nodes.map(rulesOf).join('') : ''

  /** Allocations first: what is in use but not on record could be given away again. */
  function* files(): Generator<OutputFile> {
    if (allocate !== undefined && allocations !== undefined)
      yield { path: allocate, text: allocationsText(allocations) }
    if (out !== undefined) yield { path: out, text: single }
    if (outDir === undefined) return
    const suffix = ruleFileSuffix(options)
    for (const node of nodes) {
      yield { path: join(outDir, `${node.name}${suffix}`), text: rulesOf(node) }
    }
  }
  if (outDir !== undefined) makeFolder(outDir)
  writeFiles(files())
  if (out === undefined && outDir === undefined) await writeStdout(single)
}

const MANY_PORTS = 1000

/** Tells, where it begins to matter, that another layout of the same decisions loads faster. */
function noteLayout({ cluster }: Loaded, { proxyMode, layout, families }: Options): void {
  const count = Math.max(...families.map(family => cluster.ports[family].length))
  if (proxyMode !== 'nftables' || layout !== 'kube-proxy' || count <= MANY_PORTS) return
  process.stderr.write(
    `note: ${count} service ports: the kernel loads this layout in time that grows with their square; --layout maps does the same with shared chains in time that grows with their number, and in a fraction of the memory\n`,
  )
}

/** Tells of the setting without which NodePorts on localhost do not answer. */
function noteLocalhost(
  { cluster }: Loaded,
  nodes: readonly Node[],
  { plan, families }: Options,
): void {
  const hasNodePorts = cluster.ports.IPv4.some(({ nodePort }) => nodePort !== undefined)
  if (!hasNodePorts || !families.includes('IPv4')) return
  if (!nodes.some(node => servesLocalhost(plan, node, 'IPv4'))) return
  process.stderr.write(
    'note: NodePorts on 127.0.0.0/8 need sysctl net.ipv4.conf.all.route_localnet=1, which kube-proxy sets and no rule file can; --iptables-localhost-nodeports=false goes without them\n',
  )
}

function reportSkipped({ skipped }: Loaded): void {
  const counts = [...skipped].map(([kind, count]) => `${count} ${kind}`).sort(compareText)
  if (counts.length > 0) process.stderr.write(`kinds passed over: ${counts.join(', ')}\n`)
}
