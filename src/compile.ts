import type { Family } from './address/address.js'
import { allocate } from './allocate/allocate.js'
import { type Diagnostic, Diagnostics, type Source } from './diagnostics/diagnostic.js'
import type { Allocations } from './generated/types.gen.js'
import { type InputObject, type InputObjects, parseSources } from './input/objects.js'
import { validateObjects } from './input/schema.js'
import { nothingText } from './input/strangers.js'
import { lowerPlans, renderRules, type TypedRules } from './layouts/registry.js'
import { type Cluster, modelCluster, serviceCIDRsOf } from './model/cluster.js'
import { type LeftOut, leftOutOf } from './model/left-out.js'
import { type Node, nodeOfAddresses, withAddresses } from './model/node.js'
import { checkObjects } from './model/validate/objects.js'
import { checkOneFile, type Options, parseOptions, type RawOptions } from './options/table.js'
import { checkNode, checkNodeName } from './plan/checks.js'
import { type Plan, planNode } from './plan/plan.js'
import type { IptablesRules } from './rules/iptables.js'
import type { Table } from './rules/table.js'
import { emptiedText } from './text/iptables.js'
import { UsageError } from './util/errors.js'
import { nearest, quote } from './util/text.js'

/** What `compile` gives: rules, unless an error forbids them, and everything found on the way. */
export interface CompileResult {
  /**
   * A complete file for `nft -f`, or for iptables in the form asked for; absent if any error was found
   * and `skip-invalid` does not allow it.
   */
  readonly rules: string | undefined
  /** The typed tables that the rules were printed from; empty without rules, and in iptables mode. */
  readonly tables: readonly Table[]
  /** In iptables mode, the typed rules of the family asked for. */
  readonly iptables: readonly IptablesRules[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Compiles Kubernetes objects into the rules of one node: the same objects give the same bytes,
 * whatever their order and their division into sources. Pure: reads and writes nothing.
 *
 * @param sources YAML or JSON texts as kubectl reads and prints them
 * @param options by flag name without dashes; `node` is required
 * @throws UsageError if an option is unknown or has no valid value, or `node` is missing
 * @example
 * const text = `
 * apiVersion: v1
 * kind: Service
 * metadata: { name: web, namespace: shop }
 * spec: { clusterIP: 10.96.0.80, ports: [{ port: 80 }] }
 * `
 * const options = { node: 'worker-1', 'node-addresses': '192.0.2.11', 'ip-family': 'ipv4' }
 * const { rules } = compile([{ name: 'web.yaml', text }], options)
 * console.log(rules?.includes('10.96.0.80 . tcp . 80 comment "shop/web" : goto reject-chain'))
 * // true
 */
export function compile(sources: readonly Source[], options: RawOptions): CompileResult {
  const problems = new Diagnostics()
  const parsed = parseOptions(options)
  if (parsed.node === undefined) throw new UsageError('--node is required')
  checkOneFile(parsed)
  const { cluster } = loadCluster(sources, parsed, undefined, problems)
  const node = findNode(cluster, parsed, problems)
  const made =
    node && mayCompile(parsed, problems) ? compileNode(cluster, node, parsed, problems) : undefined
  return {
    rules: made?.text,
    tables: made?.rules.kind === 'nftables' ? made.rules.tables : [],
    iptables: made?.rules.kind === 'iptables' ? made.rules.rules : [],
    diagnostics: problems.all(),
  }
}

/** The cluster, with what was learnt on the way to it. */
export interface Loaded {
  readonly cluster: Cluster
  /** What fits its schema, errors of other kinds included. */
  readonly objects: InputObjects
  /** What the Services have been given by now; absent where nothing is to be allocated. */
  readonly allocations: Allocations | undefined
  /** Objects with errors, which the cluster is without. */
  readonly leftOut: readonly LeftOut[]
  /** How many objects of other kinds were passed over, by kind. */
  readonly skipped: ReadonlyMap<string, number>
}

/**
 * From texts to the cluster they describe, the same for every node. Texts without any object that is
 * read are an error (KN002): rules of nothing would take every Service away.
 *
 * @param previous what was allocated before; absent if nothing shall be allocated
 */
export function loadCluster(
  sources: readonly Source[],
  options: Options,
  previous: Allocations | undefined,
  problems: Diagnostics,
): Loaded {
  const loaded = loadAny(sources, options, previous, problems)
  if (isNothing(loaded) && problems.errorCount === 0)
    problems.reportRun('KN002', nothingText(loaded.skipped))
  const isLeft = Object.values(validOnly(loaded.objects, problems)).some(list => list.length > 0)
  if (loaded.leftOut.length > 0 && !isLeft && !problems.isFatal)
    problems.reportRun('KN002', 'every object has errors: there is no rest to go on with')
  return loaded
}

/** Whether there are objects, but none of the kinds that are read. */
export const isNothing = ({ objects, skipped }: Loaded): boolean =>
  skipped.size > 0 && Object.values(objects).every(list => list.length === 0)

/** The same of texts that may be of any kind, as files of a change are. */
export function loadAny(
  sources: readonly Source[],
  options: Options,
  previous: Allocations | undefined,
  problems: Diagnostics,
): Loaded {
  const { objects, skipped } = validateObjects(parseSources(sources, problems), problems)
  checkObjects(objects, options.nodePortRange, problems)
  const valid = validOnly(objects, problems)
  const serviceCIDRs = serviceCIDRsOf(valid, options.serviceCIDRs)
  const ranges = { serviceCIDRs, nodePorts: options.nodePortRange }
  const given = previous && allocate(valid.Service, previous, ranges, problems)
  const allocated = given ? { ...valid, Service: given.services } : valid
  const cluster = modelCluster(allocated, serviceCIDRs, options, problems)
  return {
    cluster,
    objects,
    allocations: given?.allocations,
    leftOut: leftOutOf(problems),
    skipped,
  }
}

/** Those objects that no error was reported on. */
export function validOnly(objects: InputObjects, problems: Diagnostics): InputObjects {
  const valid = <T extends InputObject>(list: readonly T[]): readonly T[] =>
    list.filter(object => !problems.isInvalid(object))
  return {
    Service: valid(objects.Service),
    Endpoints: valid(objects.Endpoints),
    EndpointSlice: valid(objects.EndpointSlice),
    Node: valid(objects.Node),
    ServiceCIDR: valid(objects.ServiceCIDR),
  }
}

/** Whether rules may come of what was found so far. */
export const mayCompile = (options: Options, problems: Diagnostics): boolean =>
  problems.errorCount === 0 || (options.skipInvalid && !problems.isFatal)

/**
 * The node that `--node` names; `--node-addresses` stand for a missing Node object. Reports an unknown
 * node with the names nearest to it.
 */
export function findNode(
  cluster: Cluster,
  { node: name = '', nodeAddresses, bindAddress }: Options,
  problems: Diagnostics,
): Node | undefined {
  const node = cluster.nodes.find(one => one.name === name)
  if (node) return withAddresses(node, nodeAddresses, bindAddress)
  if (name !== '' && nodeAddresses.length > 0) {
    return withAddresses(nodeOfAddresses(name, nodeAddresses), [], bindAddress)
  }
  // Lost input is no sign of a wrong name.
  if (problems.isFatal) return undefined
  const names = cluster.nodes.map(one => one.name)
  const similar = nearest(name, names)
  const bad = leftOutOf(problems).some(({ subject }) => subject.label === `Node ${name}`)
  const hint = bad
    ? 'its Node object has errors: give --node-addresses to go without it'
    : names.length === 0
      ? 'there are no Node objects: add them (kubectl get nodes -o yaml) or give --node-addresses'
      : `did you mean ${(similar.length > 0 ? similar : names.slice(0, 3)).join(', ')}?`
  problems.reportRun('KN061', `no Node object is named ${quote(name)}; ${hint}`)
  return undefined
}

/** The rules of one node, typed and as text. */
export interface NodeRules {
  readonly rules: TypedRules
  readonly text: string
}

/** Compiles the rules of one node, in the order of the families asked for. */
export function compileNode(
  cluster: Cluster,
  node: Node,
  options: Options,
  problems: Diagnostics,
): NodeRules {
  const ports = options.families.flatMap(family => cluster.ports[family])
  checkNodeName(node, ports, problems)
  const plans = options.families.map(family => planFamily(cluster, node, family, options, problems))
  const rules = lowerPlans(plans, options)
  if (rules.kind === 'iptables') reportEmptied(rules.rules, problems)
  return { rules, text: renderRules(rules, options, node.name) }
}

/** Tells of chains that --previous cannot remove (KN115). */
function reportEmptied(rules: readonly IptablesRules[], problems: Diagnostics): void {
  for (const { name, emptied } of rules.flatMap(({ tables }) => tables)) {
    for (const chain of emptied) problems.reportRun('KN115', `table ${name}: ${emptiedText(chain)}`)
  }
}

/** What one node decides in one family; what is odd about it is reported. */
export function planFamily(
  cluster: Cluster,
  node: Node,
  family: Family,
  options: Options,
  problems: Diagnostics,
): Plan {
  const plan = planNode(cluster, node, family, options.plan)
  checkNode(plan, options.plan, problems)
  return plan
}
