import { type Entry, note, warning } from './entry.js'

/** KN240-KN247: lints about the endpoints of a Service. */
export const LINT_ENDPOINTS = {
  KN240: note({
    title: 'Service without endpoints',
    reason: 'No slice gives this Service an endpoint: connections to it are refused.',
    remedy:
      'Nothing, if it is scaled to zero; else compare its selector with the labels of its pods, or add EndpointSlices.',
  }),
  KN241: warning({
    title: 'service port that no endpoint port matches',
    reason:
      'Endpoints belong to a service port by port name and protocol. The Service has endpoints, but none under the name and protocol of this port: connections to it are refused.',
    remedy: 'Give a port of the EndpointSlices the name and protocol of this service port.',
  }),
  KN242: warning({
    title: 'no endpoint is ready',
    reason: 'All endpoints of the service port are unready: connections to it are refused.',
    remedy: 'See why the pods are not ready (`kubectl describe pod`).',
  }),
  KN243: warning({
    title: 'only terminating endpoints are left',
    reason:
      'No endpoint is ready, so new connections go to pods that are being deleted and still answer. When they are gone, connections are refused.',
    remedy: 'See why no new pod becomes ready.',
  }),
  KN244: warning({
    title: 'endpoint that is serving, but neither ready nor terminating',
    reason:
      'serving counts for terminating endpoints only. One that is not ready and not terminating gets no traffic, whatever serving says; controllers never write this.',
    remedy: 'Set ready: true if the endpoint shall be used.',
  }),
  KN245: warning({
    title: 'dual-stack Service with endpoints of one family only',
    reason:
      'The Service has a cluster IP of each family, but endpoints of one: connections to the other are refused, as clients that prefer that family notice first.',
    remedy:
      'Add EndpointSlices of the other family (pods need addresses of both), or make the Service single-stack.',
  }),
  KN246: warning({
    title: 'pod endpoint without a node name',
    reason:
      'Without nodeName an endpoint is local to no node: Local policies never use it, and a connection of the pod to itself through the Service is not masqueraded, so it never completes.',
    remedy: 'Write the nodeName of each pod endpoint.',
  }),
  KN247: note({
    title: 'endpoint on a node without a Node object',
    reason:
      'nodeName names a node that is not among the Node objects: a node that is gone, a misspelt name, or an input without all nodes.',
    remedy: 'Add the Node object, correct the name, or remove the stale endpoint.',
  }),
} as const satisfies Record<string, Entry>
