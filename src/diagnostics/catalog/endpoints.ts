import { type Entry, error, warning } from './entry.js'

/** KN050-KN056: EndpointSlices and Endpoints. */
export const ENDPOINTS = {
  KN050: error({
    title: 'EndpointSlice over its limits',
    reason:
      'A slice holds at most 1000 endpoints with 1 to 100 addresses each, and at most 20000 ports; the API server refuses any other.',
    remedy: 'Split the slice: any number of slices may belong to one Service.',
  }),
  KN051: error({
    title: 'invalid or repeated port name in an EndpointSlice',
    reason:
      'Endpoints belong to a service port by this name. It is empty or a DNS label, and unique in its slice (or subset), whatever the protocol.',
    remedy: 'Give each port the name of the service port that it is for.',
  }),
  KN052: error({
    title: 'endpoint address of another family',
    reason:
      'All addresses of a slice are of its addressType. The proxy of one family cannot do DNAT to an address of the other.',
    remedy: 'Put the address into a slice with its own addressType.',
  }),
  KN053: error({
    title: 'invalid topology hints',
    reason:
      'An endpoint has at most 8 hints for zones and 8 for nodes, none of them empty or repeated. A wrong hint would steer traffic away for no reason that shows.',
    remedy:
      'Correct the hints, or remove them from all endpoints of the Service, which switches the filter off.',
  }),
  KN054: error({
    title: 'invalid node name',
    reason:
      'nodeName must be able to be the name of a Node: endpoints count as local to the node of exactly that name.',
    remedy:
      'Write the name as `kubectl get nodes` shows it, or leave it out if the endpoint is on no node of the cluster.',
  }),
  KN056: warning({
    title: 'Endpoints subset cut at 1000 addresses',
    reason:
      'The controller that mirrors Endpoints into EndpointSlices takes at most 1000 addresses of a subset, ready ones first. The others get no traffic, as in a cluster.',
    remedy: 'Write EndpointSlices instead of Endpoints; several may belong to one Service.',
  }),
} as const satisfies Record<string, Entry>
