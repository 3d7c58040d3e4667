import type { Family } from '../address/address.js'
import { findNode, isNothing, loadAny, validOnly } from '../compile.js'
import type { DiagnosticCode, LintCode } from '../diagnostics/catalog/index.js'
import {
  type Diagnostic,
  Diagnostics,
  type FieldPath,
  type Place,
  type Source,
} from '../diagnostics/diagnostic.js'
import type { InputObjects } from '../input/objects.js'
import { nothingText } from '../input/strangers.js'
import type { Cluster } from '../model/cluster.js'
import { servicesLeftOut } from '../model/left-out.js'
import type { Node } from '../model/node.js'
import type { ServicePort } from '../model/service-port.js'
import type { Options } from '../options/table.js'
import { checkNode, checkNodeName } from '../plan/checks.js'
import { planNode } from '../plan/plan.js'
import { groupBy } from '../util/collections.js'
import { type CheckReport, findingsOf, type Ignored, ignoredBy, type Rules } from './findings.js'
import { type Lint, nodesText, type Tell, type World, worldOf } from './lint.js'
import { ADDRESS_LINTS } from './rules/addresses.js'
import { AFFINITY_LINTS } from './rules/affinity.js'
import { ENDPOINT_LINTS, POD_LINTS } from './rules/endpoints.js'
import { NODE_LINTS } from './rules/nodes.js'
import { POLICY_LINTS } from './rules/policies.js'
import { SERVICE_LINTS, SIZE_LINTS } from './rules/services.js'
import { SLICE_LINTS } from './rules/slices.js'
import { SOURCE_RANGE_LINTS } from './rules/source-ranges.js'
import { TOPOLOGY_LINTS } from './rules/topology.js'

/**
 * Checks Kubernetes objects for all that a compile looks at, and for what is valid and hardly meant.
 * With `options.node` for that node, else for every Node object. Pure: reads and writes nothing.
 *
 * @param problems what reading the input has brought up, to which everything found is added
 */
export function check(
  sources: readonly Source[],
  options: Options,
  rules: Rules,
  problems: Diagnostics,
): CheckReport {
  const loaded = loadAny(sources, options, undefined, problems)
  const { cluster, objects, leftOut } = loaded
  const chosen = options.node === undefined ? undefined : findNode(cluster, options, problems)
  // Where a text is lost or a node is unknown, all that refers to them looks wrong.
  const isPartial = problems.isFatal || leftOut.some(({ subject }) => /^Node /.test(subject.label))
  const ignored = ignoredBy(objects, problems)
  const world = worldOf(validOnly(objects, problems), cluster, chosen, options)
  runLints(world, ignored, isPartial, servicesLeftOut(leftOut), problems)
  if (!isPartial) checkNodes(world, problems)
  return {
    findings: findingsOf(problems.all(), manifestsOf(objects), ignored, rules),
    checked: {
      Service: objects.Service.length,
      Endpoints: objects.Endpoints.length,
      EndpointSlice: objects.EndpointSlice.length,
      Node: objects.Node.length,
      ServiceCIDR: objects.ServiceCIDR.length,
    },
    nothing: isNothing(loaded) ? nothingText(loaded.skipped) : undefined,
    sources: sources.map(({ name }) => name),
    isPartial,
    leftOut,
    failOnWarn: rules.failOnWarn,
  }
}

/** The Services that no API server has seen: it would have left its marks. */
const manifestsOf = ({ Service }: InputObjects): ReadonlySet<Place> =>
  new Set(
    Service.filter(({ value: { metadata, status } }) => {
      const { creationTimestamp, resourceVersion, uid } = metadata as Marks
      return !creationTimestamp && !resourceVersion && !uid && status === undefined
    }).map(({ place }) => place),
  )

interface Marks {
  readonly creationTimestamp?: unknown
  readonly resourceVersion?: unknown
  readonly uid?: unknown
}

interface NodeRemark {
  readonly node: Node
  readonly path: FieldPath
  readonly message: (who: string) => string
}

/**
 * Runs every lint, or on partial input those that look at one object at a time.
 *
 * @param incomplete Services of which something is left out: they are compared with nothing
 */
function runLints(
  world: World,
  ignored: Ignored,
  isPartial: boolean,
  incomplete: ReadonlySet<string>,
  problems: Diagnostics,
): void {
  for (const code of Object.keys(REGISTRY) as RegisteredCode[]) {
    const { needs, check } = REGISTRY[code]
    if (isPartial && needs === 'all') continue
    const remarks: NodeRemark[] = []
    const tell: Tell = {
      field: (object, path, message) => {
        if (needs === 'all' && object?.service && incomplete.has(object.service)) return
        if (object) problems.report(code, object, path, message)
        else problems.reportRun(code, message)
      },
      node: (node, path, message) => remarks.push({ node, path, message }),
    }
    check(world, tell)
    tellOfNodes(code, remarks, ignored, problems)
  }
}

/** One finding for what is the same on several nodes; a node that ignores it stands apart. */
function tellOfNodes(
  code: DiagnosticCode,
  remarks: readonly NodeRemark[],
  ignored: Ignored,
  problems: Diagnostics,
): void {
  const groups = groupBy(remarks, ({ node, path, message }) => {
    const isIgnored =
      node.object !== undefined && ignored.get(node.object.place)?.has(code) === true
    return JSON.stringify([isIgnored, path, message('')])
  })
  for (const group of groups.values()) {
    const [first] = group
    if (!first) continue
    const text = first.message(nodesText(group.map(({ node }) => node.name)))
    if (first.node.object) problems.report(code, first.node.object, first.path, text)
    else problems.reportRun(code, text)
  }
}

/** KN062 was given to nodes before there were lints. */
export type RegisteredCode = LintCode | 'KN062'

/** Every lint by its id: one for each entry of the catalogue from KN200 on. */
export const REGISTRY: Readonly<Record<RegisteredCode, Lint>> = {
  ...NODE_LINTS,
  ...SERVICE_LINTS,
  ...SOURCE_RANGE_LINTS,
  ...ADDRESS_LINTS,
  ...POD_LINTS,
  ...AFFINITY_LINTS,
  ...ENDPOINT_LINTS,
  ...SLICE_LINTS,
  ...POLICY_LINTS,
  ...TOPOLOGY_LINTS,
  ...SIZE_LINTS,
}

/**
 * What a compile for each node would warn of. What is the same on several nodes becomes one finding.
 * Whether a node's name is right is asked only where one was given: the names of Node objects are.
 */
function checkNodes(world: World, problems: Diagnostics): void {
  const { settings, nodes } = world
  const told: { readonly node: string; readonly diagnostic: Diagnostic }[] = []
  const cluster = telling(world.cluster)
  for (const node of nodes) {
    const own = new Diagnostics()
    if (world.isOneNode) {
      checkNodeName(
        node,
        settings.families.flatMap(family => world.cluster.ports[family]),
        own,
      )
    }
    for (const family of settings.families) {
      checkNode(planNode(cluster, node, family, settings.plan), settings.plan, own)
    }
    for (const diagnostic of own.all()) told.push({ node: node.name, diagnostic })
  }
  const same = groupBy(told, ({ node, diagnostic: { code, subject, path, message } }) =>
    JSON.stringify([code, subject?.label, path, message.replace(`node ${node} `, 'node ')]),
  )
  for (const group of same.values()) {
    const [first] = group
    if (!first) continue
    const names = nodesText(group.map(({ node }) => node))
    const { code, subject, path, message } = first.diagnostic
    const text = message.replace(`node ${first.node} `, () => `${names} `)
    if (subject) problems.report(code, subject, path, text)
    else problems.reportRun(code, text)
  }
}

/**
 * The cluster with no more ports than change what is said: planning all of them for each node would
 * take nodes times ports.
 */
function telling(cluster: Cluster): Cluster {
  const ofFamily = (family: Family): readonly ServicePort[] => {
    const ports = cluster.ports[family]
    const withNodePort = ports.find(({ nodePort }) => nodePort !== undefined)
    const drained = ports.filter(({ endpoints }) => endpoints.some(({ weight }) => weight === 0))
    return [...new Set([...ports.slice(0, 1), ...(withNodePort ? [withNodePort] : []), ...drained])]
  }
  return { ...cluster, ports: { IPv4: ofFamily('IPv4'), IPv6: ofFamily('IPv6') } }
}
