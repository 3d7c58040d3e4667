import type { ObjectMeta } from '../schema/types.gen.js'

/** Ties an EndpointSlice to its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'
/** Puts a Service, its Endpoints and its slices into the hands of another proxy. */
export const PROXY_NAME_LABEL = 'service.kubernetes.io/service-proxy-name'
/** Set by the cluster on headless Services and their slices. */
export const HEADLESS_LABEL = 'service.kubernetes.io/headless'
/** The zone of a node. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone'

/** One label, whatever keys the object brings along. */
export const labelOf = ({ labels }: ObjectMeta, key: string): string | undefined =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined

/** Whether kube-proxy's watch leaves the object out: the label counts whatever its value. */
export const isOtherProxys = (metadata: ObjectMeta): boolean =>
  labelOf(metadata, PROXY_NAME_LABEL) !== undefined ||
  labelOf(metadata, HEADLESS_LABEL) !== undefined
