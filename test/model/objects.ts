import type { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { Service } from '../../src/generated/types.gen.js'
import type { InputObject, InputObjects, KindName, Kinds } from '../../src/input/objects.js'

interface PlainObject {
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

let made = 0

/** An object as if read from a file, each at a place of its own; namespace `default` if none is named. */
export function inputObject<K extends KindName>(
  kind: K,
  value: Kinds[K] & PlainObject,
): InputObject<Kinds[K]> {
  const { name, namespace: named = 'default' } = value.metadata
  const namespace = kind === 'Node' || kind === 'ServiceCIDR' ? '' : named
  const start = made++
  const place = { source: { name: 'test.yaml', text: '' }, start, end: start, path: [] }
  const label = kind === 'Service' ? `${namespace}/${name}` : `${kind} ${namespace}/${name}`
  return { kind, namespace, name, label, value, place }
}

/** A Service from its spec, with one TCP port 80 and named `web`, if nothing else is said. */
export const service = (
  spec: Partial<Service['spec']> = {},
  more: { name?: string; namespace?: string; metadata?: object; status?: Service['status'] } = {},
): InputObject<Service> => {
  const { name = 'web', namespace = 'default', metadata = {}, status } = more
  return inputObject('Service', {
    metadata: { name, namespace, ...metadata },
    spec: { ports: [{ port: 80 }], ...spec },
    ...(status === undefined ? {} : { status }),
  })
}

/** Objects sorted into their kinds. */
export function inputObjects(...all: readonly InputObject[]): InputObjects {
  const ofKind = <K extends KindName>(kind: K) =>
    all.filter(object => object.kind === kind) as unknown as readonly InputObject<Kinds[K]>[]
  return {
    Service: ofKind('Service'),
    Endpoints: ofKind('Endpoints'),
    EndpointSlice: ofKind('EndpointSlice'),
    Node: ofKind('Node'),
    ServiceCIDR: ofKind('ServiceCIDR'),
  }
}

/** What was reported, as `KN012 spec.ports.0.port`. */
export const found = (problems: Diagnostics): string[] =>
  problems.all().map(({ code, path }) => [code, path.join('.')].filter(Boolean).join(' '))
