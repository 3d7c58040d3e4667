import { FAMILIES, type Family } from '../address/address.js'
import type { Diagnostics, FieldPath } from '../diagnostics/diagnostic.js'
import type {
  EndpointAddress,
  EndpointSlice,
  EndpointSpec,
  EndpointSubset,
  Endpoints,
  Service,
} from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import { labelOf, SERVICE_NAME_LABEL } from './labels.js'
import { checkUsableIp } from './validate/addresses.js'

const SKIP_MIRROR_LABEL = 'endpointslice.kubernetes.io/skip-mirror'
const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader'
/** The mirroring controller's --mirroring-max-endpoints-per-subset. */
const MAX_PER_SUBSET = 1000

/**
 * EndpointSlices made of Endpoints as the cluster's EndpointSliceMirroring controller makes them:
 * one a subset and family, ready addresses before those that are not, labels and annotations kept.
 * Endpoints labelled skip-mirror or held for leader election give none.
 */
export function mirrorEndpoints(
  endpoints: InputObject<Endpoints>,
  problems: Diagnostics,
): InputObject<EndpointSlice>[] {
  const { subsets = [] } = endpoints.value
  if (unmirrored(endpoints)) return []
  return subsets.flatMap((subset, index) => mirrorSubset(endpoints, subset, index, problems))
}

/** Why the controller passes over Endpoints, and the field that says so; undefined if it does not. */
export function unmirrored({
  value: { metadata },
}: InputObject<Endpoints>): { readonly path: FieldPath; readonly why: string } | undefined {
  if (labelOf(metadata, SKIP_MIRROR_LABEL) === 'true')
    return { path: ['metadata', 'labels', SKIP_MIRROR_LABEL], why: 'the label forbids it' }
  if (Object.hasOwn(metadata.annotations ?? {}, LEADER_ANNOTATION)) {
    const path = ['metadata', 'annotations', LEADER_ANNOTATION]
    return { path, why: 'they are held for leader election' }
  }
  return undefined
}

/**
 * Tells of Endpoints that the controller passes over because their Service has a selector (KN259). They
 * are taken all the same: where no slice is given, they are the best that is known.
 */
export function reportSelected(
  endpoints: InputObject<Endpoints>,
  services: readonly InputObject<Service>[],
  problems: Diagnostics,
): void {
  const { namespace, name } = endpoints
  const service = services.find(one => one.namespace === namespace && one.name === name)
  if (service === undefined || !hasSelector(service) || unmirrored(endpoints)) return
  const message = `${service.label} has a selector, so the cluster makes its slices from Pods and mirrors no Endpoints; these are taken because no slice is in the input`
  problems.report('KN259', endpoints, ['subsets'], message)
}

/** Whether the cluster finds the endpoints of a Service by itself. */
export const hasSelector = ({ value }: InputObject<Service>): boolean =>
  Object.keys(value.spec.selector ?? {}).length > 0

function mirrorSubset(
  object: InputObject<Endpoints>,
  { addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset,
  index: number,
  problems: Diagnostics,
): InputObject<EndpointSlice>[] {
  const path = ['subsets', index]
  const total = addresses.length + notReadyAddresses.length
  if (total > MAX_PER_SUBSET) {
    problems.report(
      'KN056',
      object,
      path,
      `has ${total} addresses; the first ${MAX_PER_SUBSET} count`,
    )
  }
  const mirrored = [
    ...addresses.map((address, i) =>
      mirrorAddress(object, address, true, [...path, 'addresses', i], problems),
    ),
    ...notReadyAddresses.map((address, i) =>
      mirrorAddress(object, address, false, [...path, 'notReadyAddresses', i], problems),
    ),
  ].slice(0, MAX_PER_SUBSET)

  const labels = { ...object.value.metadata.labels, [SERVICE_NAME_LABEL]: object.name }
  return FAMILIES.flatMap(family => {
    const endpoints = mirrored.flatMap(one => (one?.family === family ? one.endpoint : []))
    if (endpoints.length === 0) return []
    const value = {
      metadata: { ...object.value.metadata, labels },
      addressType: family,
      endpoints,
      ports: ports.map(port => ({ ...port, name: port.name ?? '' })),
    }
    // Of kind Endpoints still: a message about it is about that object's fields.
    return { ...object, value }
  })
}

/** One address as an endpoint of a slice; addresses that can't be used are reported and left out. */
function mirrorAddress(
  object: InputObject<Endpoints>,
  { ip, nodeName, targetRef }: EndpointAddress,
  ready: boolean,
  path: FieldPath,
  problems: Diagnostics,
): { family: Family; endpoint: EndpointSpec } | undefined {
  const parsed = checkUsableIp(ip, object, [...path, 'ip'], problems)
  if (!parsed) return undefined
  const endpoint: EndpointSpec = { addresses: [parsed.ip], conditions: { ready } }
  if (nodeName !== undefined) endpoint.nodeName = nodeName
  if (targetRef !== undefined) endpoint.targetRef = targetRef
  return { family: parsed.family, endpoint }
}
