import {
  endpointSlice,
  endpoints,
  node,
  service,
  serviceCidr,
  type Validator,
} from '../schema/validators.gen.js'
import type { KindName, Kinds } from './object.js'

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
