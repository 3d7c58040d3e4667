import type { Endpoint } from '../../model/endpoint.js'
import { displayName, type ServicePort } from '../../model/service-port.js'
import { base32Hash } from '../../util/text.js'

/** Beginnings of the names that depend on objects; the rest of such a name is a hash. */
const PREFIXES = {
  external: 'KUBE-EXT-',
  firewall: 'KUBE-FW-',
  service: 'KUBE-SVC-',
  local: 'KUBE-SVL-',
  endpoint: 'KUBE-SEP-',
} as const

/** The chains of one service port; they share a hash. */
export interface PortChains {
  /** Traffic that comes by node port, external IP or load balancer IP. */
  readonly external: string
  /** Source ranges. */
  readonly firewall: string
  /** Cluster-wide endpoints. */
  readonly service: string
  /** Endpoints of this node. */
  readonly local: string
}

/** The chain names of a service port, as kube-proxy's portProtoHash makes them. */
export function portChains(port: ServicePort): PortChains {
  const suffix = base32Hash(identity(port), 2)
  return {
    external: PREFIXES.external + suffix,
    firewall: PREFIXES.firewall + suffix,
    service: PREFIXES.service + suffix,
    local: PREFIXES.local + suffix,
  }
}

/** The chain of an endpoint, which is the name of its list of clients too. */
export const endpointChain = (port: ServicePort, endpoint: Endpoint): string =>
  PREFIXES.endpoint + base32Hash(identity(port) + endpoint.id, 2)

const OBJECT_CHAIN = new RegExp(`^(?:${Object.values(PREFIXES).join('|')})[A-Z2-7]{16}$`)

/** Whether a name is of a chain that depends on objects: those of kube-proxy that come and go. */
export const isObjectChain = (name: string): boolean => OBJECT_CHAIN.test(name)

/** What kube-proxy hashes; the protocol follows without a separator. */
const identity = (port: ServicePort): string => displayName(port) + port.protocol.toLowerCase()
