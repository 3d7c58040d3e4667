import type { Cidr } from '../address/address.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { InputObject } from '../input/objects.js'
import type { Allocations, Service } from '../schema/types.gen.js'
import { compareText } from '../util/collections.js'
import { allocateAddresses, withAddresses } from './allocate-address.js'
import { allocateNodePorts, withNodePorts } from './allocate-node-port.js'
import { serviceKey } from './allocation-keys.js'
import type { NodePortRange } from './node-port-range.js'

/** Where addresses and node ports may be taken from. */
export interface AllocationRanges {
  readonly serviceCIDRs: readonly Cidr[]
  readonly nodePorts: NodePortRange
}

/** Services as an API server would have filled them in, and what to remember for the next run. */
export interface Allocated {
  /** In the order given. */
  readonly services: InputObject<Service>[]
  /** Of the Services given and no others, sorted by key. */
  readonly allocations: Allocations
}

/**
 * Stands in for the API server's allocation of cluster IPs and node ports. What a Service names wins;
 * what it was given before stays as long as it wants it; a new value depends on nothing but the
 * Service's own name, unless it is taken. The order of the Services never matters.
 */
export function allocate(
  services: readonly InputObject<Service>[],
  previous: Allocations,
  { serviceCIDRs, nodePorts }: AllocationRanges,
  problems: Diagnostics,
): Allocated {
  const sorted = [...services].sort((a, b) => compareText(serviceKey(a), serviceKey(b)))
  const addresses = allocateAddresses(sorted, previous, serviceCIDRs, problems)
  const ports = allocateNodePorts(sorted, previous, nodePorts, problems)
  return {
    services: services.map(service => {
      const ips = addresses.get(service)
      const numbers = ports.get(service)
      const addressed = ips ? withAddresses(service, ips) : service
      return numbers ? withNodePorts(addressed, numbers) : addressed
    }),
    allocations: {
      apiVersion: 'kubenat.dev/v1',
      kind: 'Allocations',
      clusterIPs: recordOf(sorted, addresses),
      nodePorts: recordOf(sorted, ports),
    },
  }
}

function recordOf<V>(
  sorted: readonly InputObject<Service>[],
  given: ReadonlyMap<InputObject<Service>, ReadonlyMap<string, V>>,
): { [service: string]: { [key: string]: V } } {
  return Object.fromEntries(
    sorted.flatMap(service => {
      const own = given.get(service)
      return own ? [[serviceKey(service), Object.fromEntries(own)]] : []
    }),
  )
}
