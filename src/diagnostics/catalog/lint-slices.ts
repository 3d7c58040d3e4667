import { type Entry, note, warning } from './entry.js'

/** KN250-KN257: lints about EndpointSlices and Endpoints. */
export const LINT_SLICES = {
  KN250: warning({
    title: 'EndpointSlice that belongs to no Service',
    reason:
      'A slice belongs to the Service that its label kubernetes.io/service-name names, in its own namespace. Without the label nobody uses it.',
    remedy: 'Add the label, or remove the slice.',
  }),
  KN251: warning({
    title: 'EndpointSlice of host names',
    reason: 'Slices of addressType FQDN are ignored by every proxy and deprecated.',
    remedy: 'Write addresses in slices of type IPv4 or IPv6, or use an ExternalName Service.',
  }),
  KN252: warning({
    title: 'endpoint port without a number',
    reason:
      'A port of a slice that has no number means all ports to some consumers; the proxy ignores it.',
    remedy: 'Write the port number that the endpoints listen on.',
  }),
  KN253: note({
    title: 'different numbers of one port',
    reason:
      'Slices of the Service give different port numbers under one name. All count, each for its own endpoints, as in the middle of a rollout.',
    remedy: 'Nothing during a rollout; else bring the stale slice up to date.',
  }),
  KN254: note({
    title: 'endpoint in several slices',
    reason:
      'The same address and port stands in several slices. It is used once; one that is not terminating wins, then the first slice by name. Controllers do this for moments only.',
    remedy: 'Remove the stale slice or endpoint.',
  }),
  KN255: warning({
    title: 'several addresses in one endpoint',
    reason:
      'Only the first address of an endpoint is used. The addresses of an endpoint are meant to be of one backend; others get no traffic.',
    remedy: 'Write an endpoint for each address.',
  }),
  KN256: warning({
    title: 'Endpoints that the cluster has truncated',
    reason:
      'The annotation endpoints.kubernetes.io/over-capacity says that more than 1000 addresses belonged here. Those that are missing get no traffic from these objects.',
    remedy: 'Use the EndpointSlices of the Service (`kubectl get endpointslices`).',
  }),
  KN257: warning({
    title: 'Endpoints that are ignored beside slices',
    reason:
      'Slices of the Service are there, so its Endpoints object is not mirrored; addresses that only the latter has get no traffic.',
    remedy: 'Add the addresses to a slice, or remove the Endpoints object.',
  }),
} as const satisfies Record<string, Entry>
