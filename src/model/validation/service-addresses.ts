import { parseIp } from '../../address/address.js'
import type { Diagnostics } from '../../diagnostics/diagnostic.js'
import type { InputObject } from '../../input/objects.js'
import type { LoadBalancerIngress, Service } from '../../schema/types.gen.js'
import { quote } from '../../util/text.js'
import { checkCidr, checkIp, checkUsableIp } from './addresses.js'
import { checkClusterIPs } from './cluster-ips.js'
import { DNS_SUBDOMAIN } from './syntax.js'

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
