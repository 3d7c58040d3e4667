import { type Diagnostic, Diagnostics, type Place, type Source } from '../diagnostics/diagnostic.js'
import type { EndpointSlice, Endpoints, Node, Service } from '../generated/types.gen.js'
import {
  type InputObject,
  type InputObjects,
  KINDS,
  type KindName,
  type ParsedObject,
  recognize,
} from '../input/objects.js'
import { validateObjects } from '../input/schema.js'
import { modelSlices } from '../model/cluster.js'
import type { Slice } from '../model/endpoint.js'
import { labelOf, type NodePortRange, SERVICE_NAME_LABEL } from '../model/labels.js'
import { checkObjects } from '../model/validate/objects.js'
import { compareText } from '../util/collections.js'

/** A change of one object, as the Kubernetes API's watch tells it. */
export interface WatchEvent {
  /** `ADDED` and `MODIFIED` mean the same: this is the object now. */
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /**
   * The whole object; of a deleted one apiVersion, kind, name and namespace are enough. It is kept, not
   * copied: do not change it afterwards.
   */
  readonly object: unknown
}

/** What an object is known by: `Service shop/web`, `Node worker-1`. */
type Key = string

/** An object as it was given last. */
export interface KnownObject {
  readonly key: Key
  readonly kind: KindName
  readonly name: string
  /** As it was given. */
  readonly given: unknown
  /** Absent where the object by itself has errors. */
  readonly valid: InputObject | undefined
  readonly problems: readonly Diagnostic[]
  /** The Service that it is or belongs to, `namespace/name`; absent for kinds that belong to none. */
  readonly service: string | undefined
  /** Of EndpointSlices and Endpoints: what the slices, or those mirrored, say; with what is wrong there. */
  readonly slices: readonly Slice[]
  readonly sliceProblems: readonly Diagnostic[]
}

/** Everything that is known of one Service: the object itself, its slices and its Endpoints. */
export interface ServiceObjects {
  service: KnownObject | undefined
  endpoints: KnownObject | undefined
  readonly slices: Map<Key, KnownObject>
}

/** What became of an object: as it was before and as it is now, at least one of them. */
export interface ObjectChange {
  readonly before: KnownObject | undefined
  readonly after: KnownObject | undefined
}

/** The objects of a cluster by name, each checked once when it comes, and joined by Service. */
export class ObjectStore {
  readonly #objects = new Map<Key, KnownObject>()
  readonly #services = new Map<string, ServiceObjects>()
  readonly #nodePorts: NodePortRange

  constructor(nodePorts: NodePortRange) {
    this.#nodePorts = nodePorts
  }

  /**
   * Takes over one change; undefined where it means nothing: an object of a kind that is not read, one
   * without a name, or one to be deleted that is not there.
   */
  change({ type, object }: WatchEvent, problems: Diagnostics): ObjectChange | undefined {
    const parsed = parsedObject(object)
    if (parsed === undefined) {
      const subject = { label: '', place: new GivenPlace(NAMELESS, object) }
      problems.report(
        'KN007',
        subject,
        [],
        'a Kubernetes object is a mapping with a kind and a name',
      )
      return undefined
    }
    const { apiVersion, kind, namespace, name } = parsed
    if (recognize(apiVersion, kind).is === 'other') return undefined
    const known = kind as KindName
    const key = keyOf(known, namespace, name)
    const before = this.#objects.get(key)
    const after =
      type === 'DELETED' ? undefined : knownObject(known, key, parsed, object, this.#nodePorts)
    if (before === undefined && after === undefined) return undefined
    if (after === undefined) this.#objects.delete(key)
    else this.#objects.set(key, after)
    this.#join(key, before, after)
    return { before, after }
  }

  /** Every object, or those of a kind. */
  all(kind?: KindName): readonly KnownObject[] {
    const all = [...this.#objects.values()]
    return kind === undefined ? all : all.filter(object => object.kind === kind)
  }

  node(name: string): InputObject<Node> | undefined {
    return this.#objects.get(keyOf('Node', '', name))?.valid as InputObject<Node> | undefined
  }

  /** The objects of a Service, if there are any. */
  ofService(service: string): ServiceObjects | undefined {
    return this.#services.get(service)
  }

  services(): Iterable<readonly [string, ServiceObjects]> {
    return this.#services
  }

  #join(key: Key, before: KnownObject | undefined, after: KnownObject | undefined): void {
    if (before?.service !== undefined) this.#put(before.service, before.kind, key, undefined)
    if (after?.service !== undefined) this.#put(after.service, after.kind, key, after)
  }

  #put(service: string, kind: KindName, key: Key, object: KnownObject | undefined): void {
    const joined = this.#services.get(service) ?? {
      service: undefined,
      endpoints: undefined,
      slices: new Map<Key, KnownObject>(),
    }
    this.#services.set(service, joined)
    if (kind === 'Service') joined.service = object
    else if (kind === 'Endpoints') joined.endpoints = object
    else if (object === undefined) joined.slices.delete(key)
    else joined.slices.set(key, object)
    const { service: own, endpoints, slices } = joined
    if (!own && !endpoints && slices.size === 0) this.#services.delete(service)
  }
}

/** The valid Service among its objects. */
export const validService = ({ service }: ServiceObjects): InputObject<Service> | undefined =>
  service?.valid as InputObject<Service> | undefined

/** The objects whose slices count: EndpointSlices in order of their names, Endpoints where there are none. */
export function sliceObjects({ endpoints, slices }: ServiceObjects): readonly KnownObject[] {
  const own = [...slices.values()].sort((a, b) => compareText(a.name, b.name))
  const mirrored = endpoints === undefined || own.length > 0 ? [] : [endpoints]
  return [...own, ...mirrored]
}

const keyOf = (kind: KindName, namespace: string, name: string): Key =>
  namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`

/** What every object has, whatever else is wrong with it. */
interface Identified {
  readonly value: Record<string, unknown>
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

function parsedObject(object: unknown): Identified | undefined {
  if (!isMapping(object) || !isMapping(object.metadata)) return undefined
  const { apiVersion, kind, metadata } = object
  const { name, namespace } = metadata
  if (!isText(apiVersion) || !isText(kind) || !isText(name)) return undefined
  const isNamespaced = Object.hasOwn(KINDS, kind) ? KINDS[kind as KindName].isNamespaced : true
  const space = isText(namespace) ? namespace : 'default'
  return { value: object, apiVersion, kind, name, namespace: isNamespaced ? space : '' }
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** Checks an object by itself, as a compile checks all, and reads its slices. */
function knownObject(
  kind: KindName,
  key: Key,
  { value, namespace, name }: Identified,
  given: unknown,
  nodePorts: NodePortRange,
): KnownObject {
  const problems = new Diagnostics()
  const parsed: ParsedObject = { value, place: new GivenPlace(key, given) }
  const { objects } = validateObjects([parsed], problems)
  checkObjects(objects, nodePorts, problems)
  const [object] = Object.values(objects).flat()
  const valid = object && !problems.isInvalid(object) ? object : undefined
  const sliceProblems = new Diagnostics()
  const slices =
    valid && (kind === 'EndpointSlice' || kind === 'Endpoints')
      ? modelSlices(only(valid), sliceProblems)
      : []
  return {
    key,
    kind,
    name,
    given,
    valid,
    problems: problems.all(),
    service: serviceOf(kind, namespace, name, valid),
    slices,
    sliceProblems: sliceProblems.all(),
  }
}

/** Objects of which there is one. */
function only(object: InputObject): InputObjects {
  const { kind } = object
  return {
    Service: [],
    Endpoints: kind === 'Endpoints' ? [object as InputObject<Endpoints>] : [],
    EndpointSlice: kind === 'EndpointSlice' ? [object as InputObject<EndpointSlice>] : [],
    Node: [],
    ServiceCIDR: [],
  }
}

function serviceOf(
  kind: KindName,
  namespace: string,
  name: string,
  valid: InputObject | undefined,
): string | undefined {
  if (kind === 'Service' || kind === 'Endpoints') return `${namespace}/${name}`
  if (kind !== 'EndpointSlice' || valid === undefined) return undefined
  return `${namespace}/${labelOf(valid.value.metadata, SERVICE_NAME_LABEL) ?? ''}`
}

const NAMELESS = 'an object without a name'

/**
 * Where an object stands that no file holds: in a text of its own, which is made only if a message is to
 * show a line of it.
 */
class GivenPlace implements Place {
  readonly start = 0
  readonly path = []
  readonly source: Source

  constructor(name: string, object: unknown) {
    this.source = {
      name,
      get text() {
        return textOf(object)
      },
    }
  }

  get end(): number {
    return this.source.text.length
  }
}

function textOf(object: unknown): string {
  try {
    return JSON.stringify(object, null, 2) ?? ''
  } catch {
    // Circular, or nested deeper than the stack: there is no line to show.
    return ''
  }
}
