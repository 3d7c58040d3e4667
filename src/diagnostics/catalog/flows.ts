import { type Entry, error } from './entry.js'

/** KN130-KN134: the file of verify --flows. */
export const FLOWS = {
  KN130: error({
    title: 'invalid flows file',
    reason:
      'The file of --flows does not have the shape that its schema gives it, or a value in it contradicts another. What is misspelt would be checked by nobody.',
    remedy:
      'Write what the message asks for; README.md shows an example, and src/schema/flows.json is the schema.',
  }),
  KN131: error({
    title: 'unknown client of a flow',
    reason:
      'The sender of a flow is neither a kind of client nor an address, or the scene has no such client in the family of the destination.',
    remedy:
      'Write outside, pod, pod-elsewhere, node, backend or an IP address; the backends of a flow are the endpoints on this node.',
  }),
  KN132: error({
    title: 'unknown destination of a flow',
    reason:
      'No Service of the objects has this name, port, family or kind of destination, so there is nothing to send packets to.',
    remedy:
      'Correct namespace/service:port or via, or add the Service; any other place is named as address:port/protocol.',
  }),
  KN133: error({
    title: 'unknown backend of a flow',
    reason:
      'A backend that a flow expects is no endpoint of the Service, or of any Service where the flow names an address. Nobody would answer there.',
    remedy: 'Write ip:port of an endpoint, IPv6 in brackets, or add its EndpointSlice.',
  }),
  KN134: error({
    title: 'flow that leaves open what the objects do not say',
    reason:
      'What a flow does not say is taken from the objects. Where they promise that no backend answers, they tell neither which backends shall do so nor whether the source is masqueraded.',
    remedy: 'Give the flow both backends and masquerade, or another verdict.',
  }),
} as const satisfies Record<string, Entry>
