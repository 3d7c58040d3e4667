import { type Entry, error, warning } from './entry.js'

/** KN060-KN063: Nodes. */
export const NODE = {
  KN060: error({
    title: 'invalid address or pod CIDR of a Node',
    reason:
      'Addresses of type InternalIP and ExternalIP and the pod CIDRs decide where NodePorts listen and which traffic counts as local.',
    remedy:
      'Correct the Node object; host names belong to the address type Hostname, InternalDNS or ExternalDNS.',
  }),
  KN061: error({
    title: 'unknown node',
    reason:
      'No Node object has this name, and no --node-addresses stand for one. With a misspelt name all endpoints would count as remote.',
    remedy:
      'Use one of the names that the message lists, add the Node object, or pass --node-addresses with the addresses of the node.',
  }),
  KN062: warning({
    title: 'Node without an address',
    reason:
      'The Node object has neither an InternalIP nor an ExternalIP. The word primary in --nodeport-addresses then names no address, so NodePorts are open on all addresses of the node.',
    remedy: 'Give the Node object with its status, or pass --node-addresses.',
  }),
  KN063: error({
    title: 'no Node objects',
    reason: '--all-nodes writes a file for each Node object, and there is none in the input.',
    remedy:
      'Add the Nodes (`kubectl get nodes -o json`), or compile for one node with --node and --node-addresses.',
  }),
} as const satisfies Record<string, Entry>
