import type { Diagnostics, Place, Source, Subject } from '../diagnostics/diagnostic.js'
import type {
  EndpointSlice,
  Endpoints,
  Node,
  ObjectMeta,
  Service,
  ServiceCIDR,
} from '../generated/types.gen.js'
import {
  endpointSlice,
  endpoints,
  node,
  service,
  serviceCidr,
  type Validator,
} from '../generated/validators.gen.js'
import { quote } from '../util/text.js'
import { type LoadedDocument, loadDocuments } from './documents.js'
import { strangerIn } from './strangers.js'
import type { LeadingZero } from './yaml.js'

/** One object of the input, not yet checked, and where it stands. */
export interface ParsedObject {
  readonly value: Record<string, unknown>
  readonly place: Place
}

const MAX_NESTED_LISTS = 16

/**
 * The objects of a document: itself, or the items of its List. Items of a typed list (ServiceList)
 * may leave apiVersion and kind to the list, as the API server's own answers do.
 */
function flatten(value: unknown, place: Place, problems: Diagnostics): ParsedObject[] {
  const objects: ParsedObject[] = []
  const add = (item: unknown, at: Place, depth: number): void => {
    if (!isMapping(item)) {
      const stranger = at.path.length === 0 ? strangerIn(at.source.text, at) : undefined
      if (stranger !== undefined) problems.reportAt('KN003', at.source, at.start, stranger)
      else problems.report('KN007', { label: '', place: at }, [], notAnObject(item))
    } else if (!isList(item)) {
      objects.push({ value: item, place: at })
    } else if (depth === MAX_NESTED_LISTS) {
      const message = `Lists are nested deeper than ${MAX_NESTED_LISTS} levels`
      problems.report('KN007', { label: '', place: at }, [], message)
    } else {
      const items = item.items ?? []
      if (!Array.isArray(items)) {
        problems.report('KN007', { label: '', place: at }, ['items'], 'must be a list of objects')
        return
      }
      items.forEach((child: unknown, i) => {
        add(inherit(child, item), { ...at, path: [...at.path, 'items', i] }, depth + 1)
      })
    }
  }
  add(value, place, 0)
  return objects
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `List`, or a kind like `ServiceList` with items; a kind of somebody's own may end so without. */
function isList(value: Record<string, unknown>): boolean {
  const kind = value.kind
  if (typeof kind !== 'string' || !kind.endsWith('List')) return false
  return kind === 'List' || Array.isArray(value.items)
}

function inherit(child: unknown, list: Record<string, unknown>): unknown {
  if (list.kind === 'List' || !isMapping(child)) return child
  if (child.kind && child.apiVersion) return child
  const kind = String(list.kind).slice(0, -'List'.length)
  return {
    ...child,
    kind: child.kind || kind,
    apiVersion: child.apiVersion || list.apiVersion,
  }
}

function notAnObject(value: unknown): string {
  const right = 'a Kubernetes object is a mapping with apiVersion, kind and metadata'
  if (!Array.isArray(value)) return right
  return `${right}, not a list (wrap it: {"apiVersion": "v1", "kind": "List", "items": [...]})`
}

/** The objects of all sources, Lists flattened, in the order of the input. */
export function parseSources(sources: readonly Source[], problems: Diagnostics): ParsedObject[] {
  const objects: ParsedObject[] = []
  const blank: Source[] = []
  for (const source of sources) {
    const { documents, isBlank } = loadDocuments(source, problems)
    if (isBlank) blank.push(source)
    for (const document of documents) {
      for (const object of objectsOf(source, document, problems)) objects.push(object)
    }
  }
  if (sources.length > 0 && blank.length === sources.length) reportBlank(blank, problems)
  return objects
}

function objectsOf(
  source: Source,
  document: LoadedDocument,
  problems: Diagnostics,
): ParsedObject[] {
  const { value, start, end, zeros, duplicates } = document
  // A document of comments behind a `---` has the value null.
  if (value === null || value === undefined) return []
  const objects = flatten(value, { source, start, end, path: [] }, problems)
  if (zeros.length + duplicates.length > 0 && objects.some(isOfInterest)) {
    for (const zero of zeros) {
      problems.reportAt('KN008', source, zero.offset, leadingZero(zero))
    }
    for (const { offset, key } of duplicates) {
      const message = `the key ${quote(key)} stands twice in one mapping: the last is taken, as kubectl does`
      problems.reportAt('KN005', source, offset, message)
    }
  }
  return objects
}

// File modes of workloads, `defaultMode: 0644`, are octal on purpose, and not read anyway.
const KINDS_OF_INTEREST = new Set([
  'Service',
  'Endpoints',
  'EndpointSlice',
  'Node',
  'ServiceCIDR',
  'KubeProxyConfiguration',
])

const isOfInterest = ({ value }: ParsedObject): boolean => KINDS_OF_INTEREST.has(String(value.kind))

function leadingZero({ written, value }: LeadingZero): string {
  return `${written} is read as ${value}, as kubectl does: write ${value}, or "${written}" for text`
}

function reportBlank(blank: readonly Source[], problems: Diagnostics): void {
  const right =
    'expected Kubernetes objects in YAML or JSON, as `kubectl get services,endpointslices,nodes -A -o json` prints them'
  const [first] = blank
  if (first && blank.length === 1) {
    problems.reportAt('KN002', first, undefined, `is empty: ${right}`)
    return
  }
  const names = blank.slice(0, 3).map(source => source.name)
  const more = blank.length > 3 ? ` and ${blank.length - 3} more` : ''
  problems.reportRun('KN002', `${names.join(', ')}${more} are empty: ${right}`)
}

/** Ties an EndpointSlice to its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'

/** The kinds that are read, with the type that their schema gives. */
export interface Kinds {
  Service: Service
  Endpoints: Endpoints
  EndpointSlice: EndpointSlice
  Node: Node
  ServiceCIDR: ServiceCIDR
}

export type KindName = keyof Kinds

/** One valid object of the input and where it came from. Usable as the subject of a diagnostic. */
export interface InputObject<T extends { metadata: ObjectMeta } = { metadata: ObjectMeta }>
  extends Subject {
  readonly kind: KindName
  /** Empty for kinds without namespaces; `default` where a namespaced object names none. */
  readonly namespace: string
  readonly name: string
  readonly value: T
  readonly place: Place
}

/** The valid objects of one run, by kind, in no particular order. */
export type InputObjects = { readonly [K in KindName]: readonly InputObject<Kinds[K]>[] }

/** How a kind is called in manifests, and what a valid object of it looks like. */
export interface KindRule<T> {
  /** API group, empty for the core. */
  readonly group: string
  readonly versions: readonly string[]
  readonly isNamespaced: boolean
  readonly isValid: Validator<T>
}

/** The kinds that are read. */
export const KINDS: { readonly [K in KindName]: KindRule<Kinds[K]> } = {
  Service: { group: '', versions: ['v1'], isNamespaced: true, isValid: service },
  Endpoints: { group: '', versions: ['v1'], isNamespaced: true, isValid: endpoints },
  EndpointSlice: {
    group: 'discovery.k8s.io',
    versions: ['v1'],
    isNamespaced: true,
    isValid: endpointSlice,
  },
  Node: { group: '', versions: ['v1'], isNamespaced: false, isValid: node },
  ServiceCIDR: {
    group: 'networking.k8s.io',
    // Same fields in both.
    versions: ['v1', 'v1beta1'],
    isNamespaced: false,
    isValid: serviceCidr,
  },
}

/** What to do with an object of some apiVersion and kind. */
export type Recognized =
  | { readonly is: 'read'; readonly kind: KindName }
  | { readonly is: 'wrong version'; readonly right: string }
  | { readonly is: 'other' }

/** Whether objects of an apiVersion and kind are read. */
export function recognize(apiVersion: string, kind: string): Recognized {
  if (!Object.hasOwn(KINDS, kind)) return { is: 'other' }
  const name = kind as KindName
  const { group, versions } = KINDS[name]
  const slash = apiVersion.lastIndexOf('/')
  const foundGroup = apiVersion.slice(0, Math.max(slash, 0))
  if (foundGroup === group && versions.includes(apiVersion.slice(slash + 1))) {
    return { is: 'read', kind: name }
  }
  // Other people's groups have kinds of the same name: serving.knative.dev/v1 Service.
  const isBuiltIn = !foundGroup.includes('.') || foundGroup.endsWith('.k8s.io')
  if (!isBuiltIn) return { is: 'other' }
  return {
    is: 'wrong version',
    right: versions.map(v => (group ? `${group}/${v}` : v)).join(' or '),
  }
}
