import type { Diagnostics } from '../../diagnostics/diagnostic.js'
import type { InputObjects } from '../../input/objects.js'
import type { NodePortRange } from '../node-port-range.js'
import { checkEndpointSlice } from './endpoint-slice.js'
import { checkEndpoints } from './endpoints.js'
import { checkMetadata } from './metadata.js'
import { checkNode } from './node.js'
import { checkService } from './service.js'
import { checkServiceAddresses } from './service-addresses.js'
import { checkServiceCIDR } from './service-cidr.js'
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
