import type { Endpoint } from '../model/endpoint.js'
import { displayName, type ServicePort } from '../model/service-port.js'
import { base32Hash } from '../util/text.js'

/** The table that kube-proxy keeps in each family. */
export const TABLE_NAME = 'kube-proxy'

/** Longest base name; the longest prefix still fits before nft's limit of 255. */
const MAX_BASE = 240

/** kube-proxy's service port name string: `namespace/name/protocol/port name`. */
const servicePortString = (port: ServicePort): string =>
  `${port.namespace}/${port.name}/${port.protocol.toLowerCase()}/${port.portName}`

/** kube-proxy's endpoint name string; `:` of IPv6 addresses becomes `.`. */
const endpointString = (port: ServicePort, endpoint: Endpoint): string =>
  `${servicePortString(port)}__${endpoint.ip.replaceAll(':', '.')}/${endpoint.port}`

/**
 * The part of a chain or set name behind its prefix: eight characters of hash, then the string
 * itself, cut so that the name stays within nft's limit. The hash covers the whole string
 * (kube-proxy's hashAndTruncate).
 */
export function baseName(text: string): string {
  const name = `${base32Hash(text, 1)}-${text}`
  return name.length > MAX_BASE ? `${name.slice(0, MAX_BASE - 3)}...` : name
}

/** nft refuses a transaction with a longer one; all names are ASCII, so characters are bytes. */
const MAX_COMMENT = 128

/** The comment on an element of a service port: its name, cut as kube-proxy cuts it (kubernetes#139515). */
export const elementComment = (port: ServicePort): string => displayName(port).slice(0, MAX_COMMENT)

/** Names of the chains of one service port. */
export interface ServicePortNames {
  /** Cluster-wide endpoints. */
  readonly service: string
  /** Endpoints of this node. */
  readonly local: string
  /** Traffic that comes by node port, external IP or load balancer IP. */
  readonly external: string
  /** Source ranges. */
  readonly firewall: string
}

/** The chain names of a service port. */
export function servicePortNames(port: ServicePort): ServicePortNames {
  const base = baseName(servicePortString(port))
  return {
    service: `service-${base}`,
    local: `local-${base}`,
    external: `external-${base}`,
    firewall: `firewall-${base}`,
  }
}

/** Names of the chain and the affinity set of one endpoint of a service port. */
export interface EndpointNames {
  readonly chain: string
  readonly affinitySet: string
}

export function endpointNames(port: ServicePort, endpoint: Endpoint): EndpointNames {
  const base = baseName(endpointString(port, endpoint))
  return { chain: `endpoint-${base}`, affinitySet: `affinity-${base}` }
}

/**
 * Names of tables, chains, sets and maps that nft reads (its scanner knows no quotes for them); the
 * kernel takes others too.
 */
export const IDENTIFIER = /^[A-Za-z_.][A-Za-z0-9/._-]{0,254}$/
