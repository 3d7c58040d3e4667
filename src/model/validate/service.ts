import { parseIp } from '../../address/address.js'
import type { Diagnostics, FieldPath } from '../../diagnostics/diagnostic.js'
import type { LoadBalancerIngress, ObjectMeta, Service } from '../../generated/types.gen.js'
import type { InputObject } from '../../input/objects.js'
import { quote } from '../../util/text.js'
import { isHeadless } from '../service-port.js'
import { checkCidr, checkIp, checkUsableIp, DNS_SUBDOMAIN } from './addresses.js'

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

/**
 * Checks that clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy tell one story (KN037), as the API
 * server does for dual-stack Services (KEP-563).
 */
function checkClusterIPs(service: InputObject<Service>, problems: Diagnostics): void {
  checkFamilyFields(service, problems)
  const { clusterIP = '', clusterIPs = [], ipFamilies = [] } = service.value.spec
  if (clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
    const message = `must equal clusterIP ${quote(clusterIP)} (got ${quote(clusterIPs[0])})`
    problems.report('KN037', service, ['spec', 'clusterIPs', 0], message)
  }
  if (isHeadless(service)) {
    if (clusterIPs.length > 1) {
      problems.report('KN037', service, ['spec', 'clusterIPs'], 'must hold nothing beside None')
    }
    return
  }
  const texts = clusterIPs.length > 0 ? clusterIPs : [clusterIP].filter(text => text !== '')
  const pathOf = (index: number): FieldPath =>
    clusterIPs.length > 0 ? ['spec', 'clusterIPs', index] : ['spec', 'clusterIP']
  const families = texts.map((text, i) => checkIp(text, service, pathOf(i), problems)?.family)
  checkCount(service, ['spec', 'clusterIPs'], 'addresses', families, problems)
  for (const [index, family] of families.entries()) {
    const wanted = ipFamilies[index]
    if (family === undefined || wanted === undefined || family === wanted) continue
    const message = `must be an ${wanted} address, as ipFamilies[${index}] says (got an ${family} one)`
    problems.report('KN037', service, pathOf(index), message)
  }
}

function checkFamilyFields(service: InputObject<Service>, problems: Diagnostics): void {
  const { clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = service.value.spec
  checkCount(service, ['spec', 'ipFamilies'], 'families', ipFamilies, problems)
  const count = Math.max(clusterIPs.length, ipFamilies.length)
  if (ipFamilyPolicy !== 'SingleStack' || count < 2) return
  const message = `must be PreferDualStack or RequireDualStack with two families (got ${ipFamilyPolicy})`
  problems.report('KN037', service, ['spec', 'ipFamilyPolicy'], message)
}

function checkCount(
  service: InputObject<Service>,
  path: FieldPath,
  what: string,
  families: readonly (string | undefined)[],
  problems: Diagnostics,
): void {
  // What could not be read has been reported, and is of no family.
  const known = families.filter(family => family !== undefined)
  if (new Set(known).size === known.length) return
  const list = known.slice(0, 4).join(', ')
  const message = `must hold at most two ${what}, one of each family (got ${known.length}: ${list})`
  problems.report('KN037', service, path, message)
}

/** Checks every address and CIDR of a Service (KN021-KN025, KN037, KN040). */
export function checkServiceAddresses(service: InputObject<Service>, problems: Diagnostics): void {
  const { spec } = service.value
  // An ExternalName Service may have no cluster IP at all: KN036 says so.
  if (spec.type !== 'ExternalName') checkClusterIPs(service, problems)
  checkExternalIPs(service, problems)
  if (spec.type === 'LoadBalancer') checkSourceRanges(service, problems)
  checkIngress(service, problems)
}

function checkExternalIPs(service: InputObject<Service>, problems: Diagnostics): void {
  for (const [index, text] of (service.value.spec.externalIPs ?? []).entries()) {
    checkUsableIp(text, service, ['spec', 'externalIPs', index], problems)
  }
}

function checkSourceRanges(service: InputObject<Service>, problems: Diagnostics): void {
  for (const [index, text] of (service.value.spec.loadBalancerSourceRanges ?? []).entries()) {
    checkCidr(text.trim(), service, ['spec', 'loadBalancerSourceRanges', index], problems)
  }
}

function checkIngress(service: InputObject<Service>, problems: Diagnostics): void {
  const ingress = service.value.status?.loadBalancer?.ingress ?? []
  const { type = 'ClusterIP' } = service.value.spec
  if (ingress.length > 0 && type !== 'LoadBalancer') {
    const path = ['status', 'loadBalancer', 'ingress']
    problems.report('KN040', service, path, `is only for type LoadBalancer (type is ${type})`)
    return
  }
  for (const [index, entry] of ingress.entries()) checkEntry(service, entry, index, problems)
}

function checkEntry(
  service: InputObject<Service>,
  { ip, hostname, ipMode }: LoadBalancerIngress,
  index: number,
  problems: Diagnostics,
): void {
  const path = ['status', 'loadBalancer', 'ingress', index]
  if (ip) checkIp(ip, service, [...path, 'ip'], problems, 'KN040')
  if (hostname && (parseIp(hostname) || !DNS_SUBDOMAIN.fits(hostname))) {
    const message = `must be a DNS name, not an address (got ${quote(hostname)})`
    problems.report('KN040', service, [...path, 'hostname'], message)
  }
  if (ipMode !== undefined && !ip) {
    problems.report('KN040', service, [...path, 'ipMode'], 'is only for entries with an ip')
  }
}
