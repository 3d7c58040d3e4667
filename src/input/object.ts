import type { Place, Subject } from '../diagnostics/diagnostic.js'
import type {
  EndpointSlice,
  Endpoints,
  Node,
  ObjectMeta,
  Service,
  ServiceCIDR,
} from '../schema/types.gen.js'

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
