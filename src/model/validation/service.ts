import type { Diagnostics } from '../../diagnostics/diagnostic.js'
import type { InputObject } from '../../input/objects.js'
import type { ObjectMeta, Service } from '../../schema/types.gen.js'
import { quote } from '../../util/text.js'
import { isHeadless } from '../service-port.js'
import { DNS_SUBDOMAIN } from './syntax.js'

/** Checks the fields of a Service against its type and against each other (KN036, KN038-KN041). */
export function checkService(service: InputObject<Service>, problems: Diagnostics): void {
  if (service.value.spec.type === 'ExternalName') checkExternalName(service, problems)
  else checkHeadless(service, problems)
  checkRestrictions(service, problems)
  checkAffinity(service, problems)
  checkTopologyAnnotations(service, problems)
}

/** An ExternalName Service is a DNS alias: it has a DNS name and no addresses. */
function checkExternalName(service: InputObject<Service>, problems: Diagnostics): void {
  const {
    externalName = '',
    clusterIP,
    clusterIPs,
    ipFamilies,
    ipFamilyPolicy,
  } = service.value.spec
  const given = {
    clusterIP: Boolean(clusterIP),
    clusterIPs: Boolean(clusterIPs?.length),
    ipFamilies: Boolean(ipFamilies?.length),
    ipFamilyPolicy: ipFamilyPolicy !== undefined,
  }
  for (const [field, isGiven] of Object.entries(given)) {
    if (!isGiven) continue
    problems.report('KN036', service, ['spec', field], 'must be absent with type ExternalName')
  }
  // A trailing dot marks the name as fully qualified.
  if (DNS_SUBDOMAIN.fits(externalName.replace(/\.$/, ''))) return
  const message = `must be a DNS name with type ExternalName (got ${quote(externalName)})`
  problems.report('KN036', service, ['spec', 'externalName'], message)
}

function checkHeadless(service: InputObject<Service>, problems: Diagnostics): void {
  const { type } = service.value.spec
  if ((type !== 'NodePort' && type !== 'LoadBalancer') || !isHeadless(service)) return
  problems.report('KN036', service, ['spec', 'clusterIP'], `must not be None with type ${type}`)
}

/** A field that only some Services may have. */
interface Restriction {
  readonly field: keyof Service['spec']
  readonly isGiven: (spec: Service['spec']) => boolean
  readonly isAllowed: (spec: Service['spec']) => boolean
  /** What it is for, in words. */
  readonly only: string
}

const isBalanced = ({ type }: Service['spec']): boolean => type === 'LoadBalancer'

/** The API's own definition of externally accessible. */
const isExposed = ({ type = 'ClusterIP', externalIPs }: Service['spec']): boolean =>
  type === 'LoadBalancer' ||
  type === 'NodePort' ||
  (type === 'ClusterIP' && externalIPs !== undefined && externalIPs.length > 0)

const RESTRICTIONS: readonly Restriction[] = [
  {
    field: 'externalTrafficPolicy',
    isGiven: spec => spec.externalTrafficPolicy !== undefined,
    isAllowed: isExposed,
    only: 'type NodePort or LoadBalancer, or type ClusterIP with externalIPs',
  },
  {
    field: 'healthCheckNodePort',
    isGiven: spec => Boolean(spec.healthCheckNodePort),
    isAllowed: spec => isBalanced(spec) && spec.externalTrafficPolicy === 'Local',
    only: 'type LoadBalancer with externalTrafficPolicy: Local',
  },
  {
    field: 'allocateLoadBalancerNodePorts',
    isGiven: spec => spec.allocateLoadBalancerNodePorts !== undefined,
    isAllowed: isBalanced,
    only: 'type LoadBalancer',
  },
  {
    field: 'loadBalancerSourceRanges',
    isGiven: spec => Boolean(spec.loadBalancerSourceRanges?.length),
    isAllowed: isBalanced,
    only: 'type LoadBalancer',
  },
  {
    field: 'sessionAffinity',
    isGiven: spec => spec.sessionAffinity === 'ClientIP',
    isAllowed: spec => spec.type !== 'ExternalName',
    only: 'Services with endpoints',
  },
]

function checkRestrictions(service: InputObject<Service>, problems: Diagnostics): void {
  const { spec } = service.value
  for (const { field, isGiven, isAllowed, only } of RESTRICTIONS) {
    if (!isGiven(spec) || isAllowed(spec)) continue
    const message = `is only for ${only} (type is ${spec.type ?? 'ClusterIP'})`
    problems.report('KN038', service, ['spec', field], message)
  }
}

function checkAffinity(service: InputObject<Service>, problems: Diagnostics): void {
  const { sessionAffinity = 'None', sessionAffinityConfig } = service.value.spec
  if (sessionAffinity !== 'None' || sessionAffinityConfig?.clientIP === undefined) return
  const message = 'has no effect without sessionAffinity: ClientIP'
  problems.report('KN039', service, ['spec', 'sessionAffinityConfig', 'clientIP'], message)
}

const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode'
const TOPOLOGY_AWARE_HINTS = 'service.kubernetes.io/topology-aware-hints'

/** The older of the two annotations is a second spelling of the newer. */
function checkTopologyAnnotations(service: InputObject<Service>, problems: Diagnostics): void {
  const { metadata } = service.value
  const mode = annotationOf(metadata, TOPOLOGY_MODE)
  const hints = annotationOf(metadata, TOPOLOGY_AWARE_HINTS)
  if (mode === undefined || hints === undefined || mode === hints) return
  const message = `must equal ${TOPOLOGY_MODE}: ${quote(mode)} (got ${quote(hints)})`
  problems.report('KN041', service, ['metadata', 'annotations', TOPOLOGY_AWARE_HINTS], message)
}

const annotationOf = ({ annotations }: ObjectMeta, key: string): string | undefined =>
  annotations !== undefined && Object.hasOwn(annotations, key) ? annotations[key] : undefined
