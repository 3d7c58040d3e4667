import type { Family } from '../address/address.js'
import { findNode } from '../compile.js'
import { type Diagnostic, Diagnostics } from '../diagnostics/diagnostic.js'
import { transactionText } from '../diff/rules/transaction.js'
import type { Node as NodeObject, ServiceCIDR } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import { LAYOUTS, renderRules } from '../layouts/registry.js'
import { type Cluster, comparePorts, familiesOf, serviceCIDRsOf } from '../model/cluster.js'
import { modelNode, type Node } from '../model/node.js'
import { clusterIPsOf, type ServicePort } from '../model/service-port.js'
import { type Options, requireNftables } from '../options/table.js'
import { checkNode, checkNodeName } from '../plan/checks.js'
import { type Plan, type PortPlan, planNode, planPort } from '../plan/plan.js'
import type { Table } from '../rules/table.js'
import { compareText, deepEqual } from '../util/collections.js'
import { UsageError } from '../util/errors.js'
import { quote } from '../util/text.js'
import { type KnownObject, ObjectStore, validService, type WatchEvent } from './objects.js'
import { ServiceStates } from './services.js'
import { CountedTable } from './table.js'

/** What a change of objects comes to. */
export interface Update {
  /**
   * A file for `nft -f` that turns the rules from before the change into those after it; empty if none
   * differ. The first one, as soon as the node is known, makes the tables.
   */
  readonly transaction: string
  /**
   * What is wrong or odd with the objects that changed, and with the Services that they belong to or
   * contest a destination with. Objects with errors are left out of the rules until they are mended.
   */
  readonly diagnostics: readonly Diagnostic[]
}

/** What the node makes of one Service. */
interface PlannedService {
  readonly ports: readonly PortPlan[]
  readonly problems: readonly Diagnostic[]
}

/** The table of one family, and what its plan has beside service ports. */
interface FamilyState {
  readonly family: Family
  readonly frame: Plan
  readonly table: CountedTable
}

/**
 * The rules of one node, kept up with the objects of a cluster. Each change costs what it touches: the
 * objects are checked, joined, planned and lowered by the code of a compile, one object, one Service and
 * one service port at a time.
 */
export class FollowedNode {
  readonly #options: Options
  readonly #objects: ObjectStore
  readonly #services: ServiceStates
  readonly #planned = new Map<string, PlannedService>()
  #serviceCIDRs: Cluster['serviceCIDRs'] = []
  /** The Node object as it was last without errors. */
  #nodeObject: InputObject<NodeObject> | undefined
  #node: Node | undefined
  /** Empty until the node is known. */
  #families: readonly FamilyState[] = []

  /** @throws UsageError if the options name no node, or are not for nftables */
  constructor(options: Options) {
    if (options.node === undefined) throw new UsageError('--node is required')
    requireNftables(options)
    this.#options = options
    this.#objects = new ObjectStore(options.nodePortRange)
    this.#services = new ServiceStates(options)
    this.#serviceCIDRs = options.serviceCIDRs
  }

  /** Takes over changes of objects, in their order; an object may be among them more than once. */
  update(events: readonly WatchEvent[]): Update {
    const problems = new Diagnostics()
    const changed = new Map<string, KnownObject>()
    const touched = new Set<string>()
    let framing = this.#node === undefined
    for (const event of events) {
      const change = this.#objects.change(event, problems)
      if (change === undefined) continue
      const { before, after } = change
      for (const object of [before, after]) {
        if (object === undefined) continue
        if (object.service !== undefined) touched.add(object.service)
        if (object.kind === 'ServiceCIDR' || this.#isOwnNode(object)) framing = true
      }
      if (before) changed.delete(before.key)
      if (after) changed.set(after.key, after)
    }
    if (framing) this.#readCIDRs(touched)
    const others = this.#services.change(
      touched,
      service => this.#objects.ofService(service),
      familiesOf(this.#serviceCIDRs),
    )
    const transaction = framing ? this.#changeFrame(others) : this.#changePorts(others)
    const concerned = [...new Set([...touched, ...others])].sort(compareText)
    return {
      transaction,
      diagnostics: [
        ...problems.all(),
        ...[...changed.values()].flatMap(object => object.problems),
        ...concerned.flatMap(service => this.#problemsOf(service)),
        ...(this.#node === undefined ? this.#nodeProblems() : []),
      ],
    }
  }

  /** The tables as a compile of the objects without errors makes them; none until the node is known. */
  tables(): readonly Table[] {
    return this.#families.map(({ family, table }) => table.whole(this.#plansOf(family)))
  }

  /** The tables as one file for `nft -f`; undefined until the node is known. */
  rules(): string | undefined {
    if (this.#node === undefined) return undefined
    const tables = this.tables()
    return renderRules({ kind: 'nftables', tables }, this.#options, this.#node.name)
  }

  /** All that is wrong or odd by now, but for what only a comparison of all objects shows. */
  diagnostics(): readonly Diagnostic[] {
    return [
      ...this.#objects.all().flatMap(({ problems }) => problems),
      ...[...this.#services.names()].sort(compareText).flatMap(name => this.#problemsOf(name)),
      ...this.#nodeProblems(),
    ]
  }

  /**
   * One with other options that knows the same objects, and the transaction that leads to it.
   *
   * @throws UsageError if the options are not for this, or name a node that is not known
   */
  reconfigured(options: Options): Update & { readonly node: FollowedNode } {
    const node = new FollowedNode(options)
    if (options.node === this.#options.node) node.#nodeObject = this.#nodeObject
    const all = this.#objects.all().map(({ given }) => ({ type: 'ADDED', object: given }) as const)
    const { diagnostics } = node.update(all)
    // Without a node there would be no rules: hardly what anybody means.
    if (this.#node && node.#node === undefined) {
      throw new UsageError(`--node ${quote(options.node)}: there is no such Node object`)
    }
    return { node, transaction: transactionText(this.tables(), node.tables()), diagnostics }
  }

  #isOwnNode({ kind, name }: KnownObject): boolean {
    return kind === 'Node' && name === this.#options.node
  }

  /** Reads the service CIDRs; where their families change, Services without cluster IPs are touched. */
  #readCIDRs(touched: Set<string>): void {
    const before = familiesOf(this.#serviceCIDRs)
    const valid = this.#objects.all('ServiceCIDR').flatMap(object => object.valid ?? [])
    const ServiceCIDR = valid as InputObject<ServiceCIDR>[]
    this.#serviceCIDRs = serviceCIDRsOf({ ServiceCIDR }, this.#options.serviceCIDRs)
    if (deepEqual(before, familiesOf(this.#serviceCIDRs))) return
    for (const [name, objects] of this.#objects.services()) {
      const service = validService(objects)
      if (service && clusterIPsOf(service).length === 0) touched.add(name)
    }
  }

  /** The node, whose object stays as it was last without errors: rules are not lost with it. */
  #readNode(problems: Diagnostics): Node | undefined {
    this.#nodeObject = this.#objects.node(this.#options.node ?? '') ?? this.#nodeObject
    // The others are for the message that its own is missing.
    const others = this.#nodeObject ? [] : this.#objects.all('Node').flatMap(one => one.valid ?? [])
    const objects = this.#nodeObject ? [this.#nodeObject] : (others as InputObject<NodeObject>[])
    const nodes = objects.map(modelNode).sort((a, b) => compareText(a.name, b.name))
    return findNode(this.#clusterOf(nodes), this.#options, problems)
  }

  /** A cluster of everything but service ports. */
  #clusterOf(nodes: readonly Node[]): Cluster {
    const ports = { IPv4: [], IPv6: [] }
    return { ports, nodes, serviceCIDRs: this.#serviceCIDRs, leftToOthers: [] }
  }

  /** What becomes of some Services on a node, or with service CIDRs, that may have changed. */
  #changeFrame(services: readonly string[]): string {
    const before = this.#node
    const node = this.#readNode(new Diagnostics())
    if (node === undefined) return ''
    this.#node = node
    const frames = this.#options.families.map(family =>
      planNode(this.#clusterOf([]), node, family, this.#options.plan),
    )
    const old = this.#families
    if (before && old.every(({ table }, i) => table.fits(frames[i] as Plan))) {
      this.#families = old.map((one, i) => ({ ...one, frame: frames[i] as Plan }))
      const reads = readersOf(before, node)
      const others = [...(reads ? this.#services.names() : [])].filter(name =>
        this.#services.portsOf(name).some(port => reads?.(port)),
      )
      return this.#changePorts([...new Set([...services, ...others])].sort(compareText))
    }
    const tables = this.tables()
    this.#families = frames.map(frame => ({
      family: frame.family,
      frame,
      table: new CountedTable(frame, plan =>
        LAYOUTS[this.#options.layout].lower(plan, this.#options),
      ),
    }))
    for (const name of services) this.#planned.delete(name)
    for (const name of this.#services.names()) this.#plan(name, node)
    for (const { family, table } of this.#families) table.fill(this.#plansOf(family))
    return transactionText(tables, this.tables())
  }

  #changePorts(services: readonly string[]): string {
    const node = this.#node
    if (node === undefined) return ''
    const removed = services.flatMap(name => this.#planned.get(name)?.ports ?? [])
    const added = services.flatMap(name => this.#plan(name, node))
    const changes = this.#families.flatMap(({ family, frame, table }) => {
      const own = (plans: readonly PortPlan[]) => plans.filter(({ port }) => port.family === family)
      return table.change(own(removed), own(added), frame) ?? []
    })
    return transactionText(
      changes.map(({ before }) => before),
      changes.map(({ after }) => after),
    )
  }

  #plan(name: string, node: Node): readonly PortPlan[] {
    const settled = this.#services.portsOf(name)
    const problems = new Diagnostics()
    const ports = this.#families.flatMap(({ family, frame }) => {
      const own = settled.filter(port => port.family === family)
      const plans = own.map(port => planPort(port, node, this.#options.plan))
      checkNode({ ...frame, ports: plans }, this.#options.plan, problems)
      return plans
    })
    // What is wrong with the node is said once, not for each Service.
    const own = problems.all().filter(({ subject }) => subject !== undefined)
    if (ports.length === 0) this.#planned.delete(name)
    else this.#planned.set(name, { ports, problems: own })
    return ports
  }

  /** The plans of a family in the order of a compile. */
  #plansOf(family: Family): readonly PortPlan[] {
    return [...this.#planned.values()]
      .flatMap(({ ports }) => ports.filter(({ port }) => port.family === family))
      .sort((a, b) => comparePorts(a.port, b.port))
  }

  #problemsOf(service: string): readonly Diagnostic[] {
    return [...this.#services.problemsOf(service), ...(this.#planned.get(service)?.problems ?? [])]
  }

  #nodeProblems(): readonly Diagnostic[] {
    const problems = new Diagnostics()
    if (this.#node === undefined) {
      this.#readNode(problems)
      return problems.all()
    }
    const plans = this.#families.map(({ family, frame }) => ({
      ...frame,
      ports: this.#plansOf(family),
    }))
    const ports = plans.flatMap(plan => plan.ports.map(({ port }) => port))
    checkNodeName(this.#node, ports, problems)
    for (const plan of plans) checkNode(plan, this.#options.plan, problems)
    return problems.all().filter(({ subject }) => subject === undefined)
  }
}

/** Whether the plan of a port may differ on a node that has changed; undefined if none may. */
function readersOf(before: Node, after: Node): ((port: ServicePort) => boolean) | undefined {
  const zone = before.zone !== after.zone
  const primary = !deepEqual(before.primary, after.primary)
  if (!zone && !primary) return undefined
  return ({ endpoints, sourceRanges }) =>
    (zone && endpoints.some(({ zoneHints }) => zoneHints.length > 0)) ||
    (primary && sourceRanges.length > 0)
}
