import type { Family } from '../address/address.js'
import { type Diagnostic, Diagnostics } from '../diagnostics/diagnostic.js'
import { claimPorts, type ModelSettings, settlePorts } from '../model/cluster.js'
import { contestedBy } from '../model/conflicts.js'
import type { ServicePort } from '../model/service-port.js'
import { compareText, groupBy } from '../util/collections.js'
import { type ServiceObjects, sliceObjects, validService } from './objects.js'

/** What the objects of one Service come to. */
interface ServiceState {
  /** Its service ports with all that the Service asks for. */
  readonly claimed: readonly ServicePort[]
  /** The same with what the other Services leave to it. */
  settled: readonly ServicePort[]
  readonly hasErrors: boolean
  readonly contested: ReadonlySet<string>
  readonly problems: readonly Diagnostic[]
  conflicts: readonly Diagnostic[]
}

/**
 * The service ports of a cluster by Service, each destination with one owner.
 *
 * Services matter to each other only where they contest a destination. So what one of them asks for is
 * settled anew among those alone that it shares a destination with, directly or by way of others: mostly
 * by itself.
 */
export class ServiceStates {
  readonly #settings: ModelSettings
  readonly #services = new Map<string, ServiceState>()
  /** By destination, the Services that contest it. */
  readonly #contestants = new Map<string, readonly string[]>()

  constructor(settings: ModelSettings) {
    this.#settings = settings
  }

  /** The ports of a Service that rules are made of. */
  portsOf(service: string): readonly ServicePort[] {
    return this.#services.get(service)?.settled ?? []
  }

  /** What is wrong with the Service and its slices where they are put together, and with its claims. */
  problemsOf(service: string): readonly Diagnostic[] {
    const state = this.#services.get(service)
    return state === undefined ? [] : [...state.problems, ...state.conflicts]
  }

  names(): Iterable<string> {
    return this.#services.keys()
  }

  /**
   * Reads Services anew, and settles what they claim.
   *
   * @param objectsOf the objects of a Service, if there are any
   * @param clusterFamilies those of the service CIDRs
   * @returns the Services whose ports are others than before, in order of their names
   */
  change(
    services: ReadonlySet<string>,
    objectsOf: (service: string) => ServiceObjects | undefined,
    clusterFamilies: readonly Family[],
  ): readonly string[] {
    const concerned = this.#connected(services)
    const before = new Map<string, readonly ServicePort[]>()
    for (const name of concerned) before.set(name, this.portsOf(name))
    for (const name of services) {
      const objects = objectsOf(name)
      this.#set(name, objects && stateOf(objects, clusterFamilies, this.#settings))
    }
    const all = [...this.#connected(concerned)].sort(compareText)
    for (const name of all) if (!before.has(name)) before.set(name, this.portsOf(name))
    this.#settle(all)
    return all.filter(name => !sameItems(before.get(name) ?? [], this.portsOf(name)))
  }

  /** Some Services with all that contest a destination with them, directly or by way of others. */
  #connected(services: ReadonlySet<string>): ReadonlySet<string> {
    const found = new Set(services)
    // The loop comes to what is added meanwhile.
    for (const name of found) {
      for (const destination of this.#services.get(name)?.contested ?? []) {
        for (const other of this.#contestants.get(destination) ?? []) found.add(other)
      }
    }
    return found
  }

  #set(name: string, state: ServiceState | undefined): void {
    for (const destination of this.#services.get(name)?.contested ?? []) {
      const rest = (this.#contestants.get(destination) ?? []).filter(other => other !== name)
      if (rest.length === 0) this.#contestants.delete(destination)
      else this.#contestants.set(destination, rest)
    }
    if (state === undefined) {
      this.#services.delete(name)
      return
    }
    this.#services.set(name, state)
    for (const destination of state.contested) {
      const others = this.#contestants.get(destination) ?? []
      this.#contestants.set(destination, [...others, name])
    }
  }

  #settle(names: readonly string[]): void {
    const states = names.flatMap(name => this.#services.get(name) ?? [])
    const problems = new Diagnostics()
    const claimed = states.flatMap(state => state.claimed)
    const settled = groupBy(settlePorts(claimed, this.#settings, problems), nameOf)
    const conflicts = groupBy(problems.all(), ({ subject }) => subject?.label)
    for (const name of names) {
      const state = this.#services.get(name)
      if (state === undefined) continue
      state.settled = state.hasErrors ? [] : (settled.get(name) ?? [])
      state.conflicts = conflicts.get(name) ?? []
    }
  }
}

const nameOf = ({ namespace, name }: ServicePort): string => `${namespace}/${name}`

const sameItems = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index])

/** Puts the objects of one Service together, as a compile does for all Services. */
function stateOf(
  objects: ServiceObjects,
  clusterFamilies: readonly Family[],
  settings: ModelSettings,
): ServiceState {
  const problems = new Diagnostics()
  const service = validService(objects)
  const parts = sliceObjects(objects)
  const claimed = claimPorts(
    service ? [service] : [],
    parts.flatMap(({ slices }) => slices),
    clusterFamilies,
    settings,
    problems,
  )
  return {
    claimed,
    settled: [],
    hasErrors: service !== undefined && problems.isInvalid(service),
    contested: contestedBy(claimed),
    problems: [...parts.flatMap(({ sliceProblems }) => sliceProblems), ...problems.all()],
    conflicts: [],
  }
}
