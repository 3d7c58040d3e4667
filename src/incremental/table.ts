import type { Plan, PortPlan } from '../plan/plan.js'
import type {
  Chain,
  ElementSet,
  EndpointMap,
  Fragment,
  Origin,
  Table,
  VerdictMap,
} from '../rules/table.js'
import { deepEqual } from '../util/collections.js'

/** Puts a plan into a table, in the layout that was chosen. */
export type Lower = (plan: Plan) => Table

/** Some of a table before and after a change: all of it that may differ. */
export interface Change {
  readonly before: Table
  readonly after: Table
}

/**
 * One table as the sum of what its service ports contribute, each lowered by itself in the frame of a
 * plan that holds nothing else.
 *
 * Most of what a port contributes is its own: its chains and affinity sets, and the elements of maps,
 * which hold one value for a key, so that conflicts between Services leave it to one port. What several
 * ports may have in common is counted: chains that serve nobody in particular, maps that stand only
 * while they hold something, elements of sets. It comes with the first port and goes with the last.
 */
export class CountedTable {
  readonly #lower: Lower
  readonly #counts = new Map<string, number>()
  #frame: Plan
  #fixed: Fixed

  /** @param frame a plan without ports */
  constructor(frame: Plan, lower: Lower) {
    this.#lower = lower
    this.#frame = frame
    this.#fixed = fixedOf(lower(frame))
  }

  /** The whole table, with the ports in the order given. */
  whole(ports: readonly PortPlan[]): Table {
    return this.#lower({ ...this.#frame, ports })
  }

  /** Whether a frame makes the same of each port: only then `change` may take it. */
  fits({ detector, node }: Plan): boolean {
    return node.name === this.#frame.node.name && deepEqual(detector, this.#frame.detector)
  }

  /** Takes ports out and others in, and the frame as it is now; undefined where nothing changes. */
  change(
    removed: readonly PortPlan[],
    added: readonly PortPlan[],
    frame: Plan,
  ): Change | undefined {
    if (removed.length + added.length === 0 && frame === this.#frame) return undefined
    const fixed = { before: this.#fixed, after: this.#reframe(frame) }
    const old = removed.map(port => this.#contribution(port))
    const fresh = added.map(port => this.#contribution(port))
    const counts = this.#counts
    const before = new Part(fixed.before, id => counts.has(id))
    if (fixed.before !== fixed.after) before.add(fixed.before.table)
    for (const one of old) before.add(one)
    for (const one of fresh) before.addShared(one)
    for (const one of old) this.#count(one, -1)
    for (const one of fresh) this.#count(one, 1)
    const after = new Part(fixed.after, id => counts.has(id))
    if (fixed.before !== fixed.after) after.add(fixed.after.table)
    for (const one of fresh) after.add(one)
    for (const one of old) after.addShared(one)
    return { before: before.table(), after: after.table() }
  }

  /** Takes ports in where none were before; `whole` has the table. */
  fill(ports: readonly PortPlan[]): void {
    for (const port of ports) this.#count(this.#contribution(port), 1)
  }

  #reframe(frame: Plan): Fixed {
    if (frame === this.#frame) return this.#fixed
    this.#frame = frame
    const table = this.#lower(frame)
    if (!deepEqual(table, this.#fixed.table)) this.#fixed = fixedOf(table)
    return this.#fixed
  }

  /** What one port adds to the fixed objects, those left out that it adds nothing to. */
  #contribution(port: PortPlan): Fragment {
    const { chains, filled } = this.#fixed
    const table = this.#lower({ ...this.#frame, ports: [port] })
    return {
      sets: table.sets.filter(
        set => !filled.has(set.name) && (set.elements.length > 0 || !isShared(set)),
      ),
      maps: table.maps.filter(({ elements }) => elements.length > 0),
      endpointMaps: table.endpointMaps,
      chains: table.chains.filter(({ name }) => !chains.has(name)),
    }
  }

  #count({ sets = [], endpointMaps = [], chains = [] }: Fragment, by: 1 | -1): void {
    for (const set of sets) {
      for (const { key } of set.elements) this.#add(elementId(set, key), by)
    }
    for (const map of endpointMaps) this.#add(mapId(map), by)
    for (const chain of chains) if (isShared(chain)) this.#add(chainId(chain), by)
  }

  #add(id: string, by: 1 | -1): void {
    const count = (this.#counts.get(id) ?? 0) + by
    if (count === 0) this.#counts.delete(id)
    else this.#counts.set(id, count)
  }
}

/** What a table has without any ports. */
interface Fixed {
  readonly table: Table
  readonly chains: ReadonlySet<string>
  /** Sets that hold elements even so; no port adds any. */
  readonly filled: ReadonlySet<string>
}

const fixedOf = (table: Table): Fixed => ({
  table,
  chains: new Set(table.chains.map(({ name }) => name)),
  filled: new Set(table.sets.flatMap(({ name, elements }) => (elements.length > 0 ? name : []))),
})

const keyText = (key: readonly string[]): string => key.join(' ')
const elementId = ({ name }: ElementSet, key: readonly string[]): string =>
  `${name} ${keyText(key)}`
const mapId = ({ name }: EndpointMap): string => `map ${name}`
const chainId = ({ name }: Chain): string => `chain ${name}`

/** Whether an object serves whoever needs it, and no service port in particular. */
const isShared = ({ origin }: { readonly origin: Origin }): boolean => origin.port === undefined

type AnySet = ElementSet | VerdictMap | EndpointMap
type ElementOf<S extends AnySet> = S['elements'][number]

/** Sets or maps by name, put together from parts of them: each key once. */
class Merged<S extends AnySet> {
  readonly #byName = new Map<string, { set: S; elements: Map<string, ElementOf<S>> }>()

  add(set: S, elements: readonly ElementOf<S>[]): void {
    let known = this.#byName.get(set.name)
    if (known === undefined) {
      known = { set, elements: new Map() }
      this.#byName.set(set.name, known)
    }
    for (const element of elements) known.elements.set(keyText(element.key), element)
  }

  all(): readonly S[] {
    return [...this.#byName.values()].map(({ set, elements }) => ({
      ...set,
      elements: [...elements.values()],
    }))
  }
}

/** A part of a table: what some contributions bring, and what they share with others. */
class Part {
  readonly #frame: Fixed
  readonly #isThere: (id: string) => boolean
  readonly #sets = new Merged<ElementSet>()
  readonly #maps = new Merged<VerdictMap>()
  readonly #endpointMaps = new Merged<EndpointMap>()
  readonly #chains = new Map<string, Chain>()

  /** @param isThere whether what is counted stands in the table */
  constructor(frame: Fixed, isThere: (id: string) => boolean) {
    this.#frame = frame
    this.#isThere = isThere
  }

  /** Adds a contribution as it is. */
  add({ sets = [], maps = [], endpointMaps = [], chains = [] }: Fragment): void {
    for (const set of sets) this.#sets.add(set, set.elements)
    for (const map of maps) this.#maps.add(map, map.elements)
    for (const map of endpointMaps) this.#endpointMaps.add(map, map.elements)
    for (const chain of chains) this.#chains.set(chain.name, chain)
  }

  /** Adds of a contribution that is not in this part what is there all the same. */
  addShared({ sets = [], maps = [], endpointMaps = [], chains = [] }: Fragment): void {
    const isThere = this.#isThere
    for (const set of sets.filter(isShared)) {
      const there = set.elements.filter(({ key }) => isThere(elementId(set, key)))
      this.#sets.add(set, there)
    }
    for (const map of maps) this.#maps.add(map, [])
    for (const map of endpointMaps) if (isThere(mapId(map))) this.#endpointMaps.add(map, [])
    for (const chain of chains) {
      if (isShared(chain) && isThere(chainId(chain))) this.#chains.set(chain.name, chain)
    }
  }

  table(): Table {
    return {
      ...this.#frame.table,
      sets: this.#sets.all(),
      maps: this.#maps.all(),
      endpointMaps: this.#endpointMaps.all(),
      chains: [...this.#chains.values()],
    }
  }
}
