import type { Family, Ip } from '../address/address.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { EndpointSlice, EndpointSpec } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import { compareText } from '../util/collections.js'
import { quote } from '../util/text.js'
import { isOfHeadless, labelOf, type Protocol, SERVICE_NAME_LABEL } from './labels.js'
import { checkUsableIp } from './validate/addresses.js'
import { type Weights, weightOf } from './weights.js'

/** One backend address and port of a service port, with the conditions that choose or refuse it. */
export interface Endpoint {
  /** `ip:port`, IPv6 as `[ip]:port`: identity and sort key, as in kube-proxy. */
  readonly id: string
  readonly ip: Ip
  readonly port: number
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  readonly nodeName: string | undefined
  readonly zoneHints: readonly string[]
  readonly nodeHints: readonly string[]
  /** Share of new flows, 0 to 1000; 1 where nothing is said. */
  readonly weight: number
  /** Name of the pod behind it, in the namespace of the Service; absent where its target is none. */
  readonly pod?: string
}

/** An EndpointSlice that counts: tied to a Service, of a family, for this proxy. */
export interface Slice {
  readonly object: InputObject<EndpointSlice>
  readonly serviceName: string
  readonly family: Family
  readonly addresses: readonly SliceAddress[]
}

/** An endpoint of a slice before it meets the slice's ports. */
export type SliceAddress = Omit<Endpoint, 'id' | 'port' | 'weight' | 'pod'> & {
  /** Name of the pod behind it; a key of the weights annotation. */
  readonly pod: string | undefined
}

const NO_HINTS: readonly string[] = []

/**
 * Reads a slice as kube-proxy does; `undefined` for one it ignores. Only the first address of an
 * endpoint is used. A null `ready` or `serving` is true, a null `terminating` false.
 */
export function modelSlice(
  object: InputObject<EndpointSlice>,
  problems: Diagnostics,
): Slice | undefined {
  const { metadata, addressType, endpoints = [] } = object.value
  const serviceName = labelOf(metadata, SERVICE_NAME_LABEL)
  if (addressType === 'FQDN' || !serviceName || isOfHeadless(object)) return undefined
  const addresses: SliceAddress[] = []
  for (const [index, endpoint] of endpoints.entries()) {
    const ip = addressOf(object, endpoint, index, addressType, problems)
    if (ip === undefined) continue
    const { conditions, nodeName, hints, targetRef } = endpoint
    addresses.push({
      ip,
      ready: conditions?.ready ?? true,
      serving: conditions?.serving ?? true,
      terminating: conditions?.terminating ?? false,
      nodeName: nodeName || undefined,
      zoneHints: hints?.forZones?.map(({ name }) => name) ?? NO_HINTS,
      nodeHints: hints?.forNodes?.map(({ name }) => name) ?? NO_HINTS,
      pod: targetRef?.kind === 'Pod' ? targetRef.name : undefined,
    })
  }
  return { object, serviceName, family: addressType, addresses }
}

/** The first address of an endpoint, canonical; every address is checked. */
function addressOf(
  object: InputObject<EndpointSlice>,
  { addresses = [] }: EndpointSpec,
  index: number,
  family: Family,
  problems: Diagnostics,
): Ip | undefined {
  let first: Ip | undefined
  for (const [i, text] of addresses.entries()) {
    const path = ['endpoints', index, 'addresses', i]
    const parsed = checkUsableIp(text, object, path, problems)
    if (parsed && parsed.family !== family) {
      const message = `must be an ${family} address, as addressType says (got ${quote(text)})`
      problems.report('KN052', object, path, message)
    } else if (i === 0) first = parsed?.ip
  }
  return first
}

/** One port of a slice as a key of service ports. */
export const portKey = (portName: string, protocol: Protocol): string => `${protocol}/${portName}`

/** The endpoints that slices give a service port: each identity once, sorted by it as text. */
export type EndpointsByPort = ReadonlyMap<string, readonly Endpoint[]>

/**
 * Joins the slices of one Service and family. A port number may differ between slices of one name;
 * all count. Of two copies of one identity a live one beats a terminating one, else the first slice
 * (by name) wins.
 */
export function joinSlices(
  slices: readonly Slice[],
  weightsOf: (slice: Slice) => readonly Weights[],
): EndpointsByPort {
  const byPort = new Map<string, Map<string, Endpoint>>()
  for (const slice of slices) {
    const weights = weightsOf(slice)
    for (const { name = '', protocol = 'TCP', port } of slice.object.value.ports ?? []) {
      if (!port) continue
      const key = portKey(name, protocol)
      const endpoints = byPort.get(key) ?? new Map<string, Endpoint>()
      byPort.set(key, endpoints)
      for (const address of slice.addresses) {
        const endpoint = endpointOf(slice.family, address, port, weights)
        const known = endpoints.get(endpoint.id)
        if (known && !(known.terminating && !endpoint.terminating)) continue
        endpoints.set(endpoint.id, endpoint)
      }
    }
  }
  return new Map(
    [...byPort].map(([key, endpoints]) => [
      key,
      [...endpoints.values()].sort((a, b) => compareText(a.id, b.id)),
    ]),
  )
}

function endpointOf(
  family: Family,
  address: SliceAddress,
  port: number,
  weights: readonly Weights[],
): Endpoint {
  const { ip, ready, serving, terminating, nodeName, zoneHints, nodeHints, pod } = address
  const id = family === 'IPv4' ? `${ip}:${port}` : `[${ip}]:${port}`
  const weight = weightOf(weights, ip, pod)
  const known = {
    id,
    ip,
    port,
    ready,
    serving,
    terminating,
    nodeName,
    zoneHints,
    nodeHints,
    weight,
  }
  return pod === undefined ? known : { ...known, pod }
}
