import type { EndpointSlice, ObjectMeta, Service } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import { compareText } from '../util/collections.js'

/** Transport protocols as the Kubernetes API spells them. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP'

/** Where node ports come from, both ends included: `--service-node-port-range`. */
export interface NodePortRange {
  readonly from: number
  readonly to: number
}

export { SERVICE_NAME_LABEL } from '../input/objects.js'
/** Puts a Service into the hands of another proxy; on a slice it says nothing. */
export const PROXY_NAME_LABEL = 'service.kubernetes.io/service-proxy-name'
/** Set by the cluster on the slices of headless Services; on a Service it says nothing. */
export const HEADLESS_LABEL = 'service.kubernetes.io/headless'
/** The zone of a node. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone'

/** One label, whatever keys the object brings along. */
export const labelOf = ({ labels }: ObjectMeta, key: string): string | undefined =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined

/** Whether kube-proxy's watch leaves a Service out: the label counts whatever its value. */
export const isOtherProxys = ({ value }: InputObject<Service>): boolean =>
  labelOf(value.metadata, PROXY_NAME_LABEL) !== undefined

/** Whether kube-proxy's watch leaves a slice out: the label counts whatever its value. */
export const isOfHeadless = ({ value }: InputObject<EndpointSlice>): boolean =>
  labelOf(value.metadata, HEADLESS_LABEL) !== undefined

/**
 * Orders objects by creationTimestamp, then by namespace and name. One without a time comes last: no
 * cluster has created it yet.
 */
export const olderFirst = (a: InputObject, b: InputObject): number =>
  createdAt(a) - createdAt(b) ||
  compareText(a.namespace, b.namespace) ||
  compareText(a.name, b.name)

function createdAt({ value }: InputObject): number {
  const time = Date.parse(value.metadata.creationTimestamp ?? '')
  // Finite, since the difference of two infinities would be no order.
  return Number.isNaN(time) ? Number.MAX_SAFE_INTEGER : time
}
