import { parseIp } from '../../address/address.js'
import type { FieldPath } from '../../diagnostics/diagnostic.js'
import type { EndpointSlice, Service } from '../../generated/types.gen.js'
import type { InputObject } from '../../input/objects.js'
import { portKey, type Slice } from '../../model/endpoint.js'
import { isOfHeadless, labelOf, PROXY_NAME_LABEL, SERVICE_NAME_LABEL } from '../../model/labels.js'
import { hasSelector, unmirrored } from '../../model/mirror.js'
import { groupBy } from '../../util/collections.js'
import { quote } from '../../util/text.js'
import { countText, type Lint, listText, portPath } from '../lint.js'

/** The slices of the controller that has nothing to do with a Service, beside those of the other. */
export function leftOver(
  service: InputObject<Service>,
  slices: readonly Slice[],
): readonly Slice[] {
  const of = (manager: string) => slices.filter(({ object }) => managerOf(object) === manager)
  const [sliced, mirrored] = [of(SLICING), of(MIRRORING)]
  if (sliced.length === 0 || mirrored.length === 0) return []
  return hasSelector(service) ? mirrored : sliced
}

/** Slices of the Multi-Cluster Services API, which have readers of their own. */
const MULTICLUSTER_LABEL = 'multicluster.kubernetes.io/service-name'
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'

const isForOthers = (slice: InputObject<EndpointSlice>): boolean =>
  isOfHeadless(slice) || labelOf(slice.value.metadata, MULTICLUSTER_LABEL) !== undefined

/** KN250-KN259. */
export const SLICE_LINTS = {
  KN250: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const slice of objects.EndpointSlice) {
        const { metadata } = slice.value
        if (labelOf(metadata, SERVICE_NAME_LABEL) || isForOthers(slice)) continue
        // Another proxy may find its slices by labels of its own.
        if (labelOf(metadata, PROXY_NAME_LABEL) !== undefined) continue
        const message = `no label ${SERVICE_NAME_LABEL}: the slice is ignored`
        tell.field(slice, ['metadata', 'labels', SERVICE_NAME_LABEL], message)
      }
    },
  },
  KN251: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const slice of objects.EndpointSlice) {
        if (slice.value.addressType !== 'FQDN') continue
        tell.field(slice, ['addressType'], 'FQDN: the slice is ignored')
      }
    },
  },
  KN252: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const slice of objects.EndpointSlice) {
        for (const [index, { name = '', port }] of (slice.value.ports ?? []).entries()) {
          if (port) continue
          tell.field(slice, ['ports', index, 'port'], `port ${quote(name)} has no number`)
        }
      }
    },
  },
  KN253: {
    needs: 'all',
    check: ({ services }, tell) => {
      for (const { slices } of services) {
        const first = new Map<string, number>()
        const told = new Set<string>()
        for (const slice of slices.filter(({ addresses }) => addresses.length > 0)) {
          for (const [index, { name = '', protocol = 'TCP', port = 0 }] of portsOf(slice)) {
            const key = `${slice.family} ${portKey(name, protocol)}`
            const number = first.get(key) ?? port
            first.set(key, number)
            if (port === 0 || number === port || told.has(key)) continue
            told.add(key)
            const message = `${port} under the name ${quote(name)}, and ${number} in another slice`
            tell.field(slice.object, portPath(slice, index, 'port'), message)
          }
        }
      }
    },
  },
  KN254: {
    needs: 'all',
    check: ({ services }, tell) => {
      for (const { slices } of services.filter(one => one.slices.length > 1)) {
        const owners = new Map<string, Slice>()
        for (const slice of slices) {
          const twice = new Map<string, Slice>()
          for (const id of identities(slice)) {
            const owner = owners.get(id)
            if (owner && owner !== slice) twice.set(id, owner)
            else owners.set(id, slice)
          }
          const [first] = twice
          if (!first) continue
          const message = `${listText([...twice.keys()])}: in slice ${first[1].object.name} too`
          tell.field(slice.object, endpointsPath(slice), message)
        }
      }
    },
  },
  KN255: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const slice of objects.EndpointSlice.filter(isRead)) {
        const several = [...(slice.value.endpoints ?? []).entries()].filter(
          ([, { addresses = [] }]) => addresses.length > 1,
        )
        const [first] = several
        if (!first) continue
        const [index, { addresses = [] }] = first
        const message = `only ${addresses[0]} is used (${countText(several.length, 'endpoint')} with several addresses)`
        tell.field(slice, ['endpoints', index, 'addresses'], message)
      }
    },
  },
  KN256: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const object of objects.Endpoints) {
        const { annotations = {} } = object.value.metadata
        if (!Object.hasOwn(annotations, OVER_CAPACITY)) continue
        const message = `${quote(annotations[OVER_CAPACITY])}: addresses beyond 1000 are missing`
        tell.field(object, ['metadata', 'annotations', OVER_CAPACITY], message)
      }
    },
  },
  KN257: {
    needs: 'all',
    check: ({ objects }, tell) => {
      const slicesOf = groupBy(objects.EndpointSlice, ({ namespace, value }) =>
        JSON.stringify([namespace, labelOf(value.metadata, SERVICE_NAME_LABEL) ?? '']),
      )
      for (const object of objects.Endpoints) {
        const slices = slicesOf.get(JSON.stringify([object.namespace, object.name]))
        if (!slices) continue
        const known = new Set(slices.flatMap(addressesOf))
        const lost = (object.value.subsets ?? [])
          .flatMap(({ addresses = [], notReadyAddresses = [] }) => [
            ...addresses,
            ...notReadyAddresses,
          ])
          .flatMap(({ ip }) => parseIp(ip)?.ip ?? [])
          .filter(ip => !known.has(ip))
        if (lost.length === 0) continue
        const message = `${listText(lost)}: in no slice of the Service, so without traffic`
        tell.field(object, ['subsets'], message)
      }
    },
  },
  KN258: {
    needs: 'all',
    check: ({ services }, tell) => {
      for (const { service, slices } of services) {
        const byManager = groupBy(
          slices.filter(({ object }) => managerOf(object) !== undefined),
          ({ object }) => managerOf(object),
        )
        const [left] = leftOver(service, slices)
        if (!left) continue
        const managers = [...byManager].map(([by, [one]]) => `${one?.object.name} of ${by}`)
        const why = hasSelector(service) ? 'has a selector' : 'has no selector'
        const message = `slices of two controllers: ${listText(managers)}; the Service ${why}, so this one is left over, and its endpoints get traffic beside the others`
        tell.field(left.object, ['metadata', 'labels', MANAGED_BY], message)
      }
    },
  },
  KN259: {
    needs: 'object',
    check: ({ objects }, tell) => {
      const sliced = new Set(
        objects.EndpointSlice.map(
          ({ namespace, value }) => `${namespace}/${labelOf(value.metadata, SERVICE_NAME_LABEL)}`,
        ),
      )
      for (const object of objects.Endpoints) {
        const name = `${object.namespace}/${object.name}`
        if (sliced.has(name)) continue
        // Those of a Service with a selector are told of wherever they are read.
        const reason = unmirrored(object)
        if (!reason) continue
        const message = `is not mirrored into slices, so the Service has no endpoints of it: ${reason.why}`
        tell.field(object, reason.path, message)
      }
    },
  },
} as const satisfies Record<string, Lint>

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const SLICING = 'endpointslice-controller.k8s.io'
const MIRRORING = 'endpointslicemirroring-controller.k8s.io'

const managerOf = ({ value }: InputObject<EndpointSlice>): string | undefined => {
  const manager = labelOf(value.metadata, MANAGED_BY)
  return manager === SLICING || manager === MIRRORING ? manager : undefined
}

const isRead = (slice: InputObject<EndpointSlice>): boolean =>
  slice.value.addressType !== 'FQDN' && !isForOthers(slice)

const portsOf = ({ object }: Slice) => (object.value.ports ?? []).entries()

const endpointsPath = ({ object }: Slice): FieldPath =>
  object.kind === 'Endpoints' ? ['subsets'] : ['endpoints']

/** What an endpoint of each port of a slice is known by. */
function* identities(slice: Slice): Generator<string> {
  for (const [, { name = '', protocol = 'TCP', port = 0 }] of portsOf(slice)) {
    for (const { ip } of slice.addresses) {
      const host = slice.family === 'IPv6' ? `[${ip}]` : ip
      yield `${host}:${port}/${protocol}${name && ` (${name})`}`
    }
  }
}

const addressesOf = ({ value }: InputObject<EndpointSlice>): string[] =>
  (value.endpoints ?? []).flatMap(({ addresses = [] }) =>
    addresses.flatMap(text => parseIp(text)?.ip ?? []),
  )
