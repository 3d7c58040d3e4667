import type { Diagnostics } from '../../diagnostics/diagnostic.js'
import type { Node, ServiceCIDR } from '../../generated/types.gen.js'
import type { InputObject, InputObjects } from '../../input/objects.js'
import type { NodePortRange } from '../labels.js'
import { checkCidr, checkIp, checkMetadata } from './addresses.js'
import { checkEndpointSlice, checkEndpoints } from './endpoints.js'
import { checkService, checkServiceAddresses } from './service.js'
import { checkServicePorts } from './service-ports.js'

/**
 * Checks every object by itself for what a schema cannot say: the API server's own validation, which
 * kube-proxy relies on. What a cluster holds passes, and so does what the Kubernetes documentation
 * shows: absent fields are never an error that the API server would fill.
 */
export function checkObjects(
  objects: InputObjects,
  nodePortRange: NodePortRange,
  problems: Diagnostics,
): void {
  for (const objectsOfKind of Object.values(objects)) {
    for (const object of objectsOfKind) checkMetadata(object, problems)
  }
  for (const service of objects.Service) {
    checkService(service, problems)
    checkServicePorts(service, nodePortRange, problems)
    checkServiceAddresses(service, problems)
  }
  for (const slice of objects.EndpointSlice) checkEndpointSlice(slice, problems)
  for (const endpoints of objects.Endpoints) checkEndpoints(endpoints, problems)
  for (const node of objects.Node) checkNode(node, problems)
  for (const serviceCIDR of objects.ServiceCIDR) checkServiceCIDR(serviceCIDR, problems)
}

/** The types of node address that are addresses; the others are host and DNS names. */
const IP_TYPES: readonly string[] = ['InternalIP', 'ExternalIP']

/** Checks the addresses and pod CIDRs of a Node (KN060). */
export function checkNode(node: InputObject<Node>, problems: Diagnostics): void {
  const { spec, status } = node.value
  for (const [index, { type, address }] of (status?.addresses ?? []).entries()) {
    if (!IP_TYPES.includes(type)) continue
    checkIp(address, node, ['status', 'addresses', index, 'address'], problems, 'KN060')
  }
  const podCIDRs = spec?.podCIDRs ?? []
  for (const [index, text] of podCIDRs.entries()) {
    checkCidr(text, node, ['spec', 'podCIDRs', index], problems, 'KN060')
  }
  // podCIDR repeats the first of podCIDRs: one report is enough.
  if (spec?.podCIDR && spec.podCIDR !== podCIDRs[0]) {
    checkCidr(spec.podCIDR, node, ['spec', 'podCIDR'], problems, 'KN060')
  }
}

/** Checks the ranges of a ServiceCIDR (KN022). */
export function checkServiceCIDR(object: InputObject<ServiceCIDR>, problems: Diagnostics): void {
  for (const [index, text] of (object.value.spec.cidrs ?? []).entries()) {
    checkCidr(text, object, ['spec', 'cidrs', index], problems)
  }
}
