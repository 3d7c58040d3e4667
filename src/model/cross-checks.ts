import { type Cidr, containedIn, type Ip } from '../address/address.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { InputObject, InputObjects } from '../input/objects.js'
import { quote } from '../util/text.js'
import { portKey, type Slice } from './endpoint.js'
import { labelOf, PROXY_NAME_LABEL } from './labels.js'
import { clusterIPsOf, type ServicePort } from './service-port.js'

/**
 * Warns of what no single object shows and the API server does not check: sharing, dangling and
 * crossing addresses. Most often a sign of objects from two clusters, or of a stale file.
 */
export function checkCluster(
  ports: readonly ServicePort[],
  serviceCIDRs: readonly Cidr[],
  objects: InputObjects,
  slices: readonly Slice[],
  problems: Diagnostics,
): void {
  const owners = checkClusterIPs(objects, serviceCIDRs, problems)
  checkExternalIPs(ports, serviceCIDRs, problems)
  checkDangling(objects, slices, problems)
  checkEndpoints(objects, slices, owners, problems)
}

type IpOwners = ReadonlyMap<Ip, InputObject>

function checkClusterIPs(
  objects: InputObjects,
  serviceCIDRs: readonly Cidr[],
  problems: Diagnostics,
): IpOwners {
  const inServiceCIDR = containedIn(serviceCIDRs)
  const owners = new Map<Ip, InputObject>()
  const path = ['spec', 'clusterIP']
  for (const service of objects.Service) {
    const other = labelOf(service.value.metadata, PROXY_NAME_LABEL)
    for (const { ip } of clusterIPsOf(service)) {
      const owner = owners.get(ip)
      if (owner) {
        problems.report('KN103', service, path, `${ip} is the cluster IP of ${owner.label} too`)
      } else owners.set(ip, service)
      if (serviceCIDRs.length === 0) continue
      const inside = inServiceCIDR(ip)
      if (!inside) {
        problems.report(
          'KN104',
          service,
          path,
          `${ip} is outside the service CIDRs ${serviceCIDRs.join(', ')}`,
        )
      } else if (other !== undefined) {
        problems.report(
          'KN046',
          service,
          path,
          `${ip} is served by ${quote(other)}; nftables mode drops what that proxy does not DNAT before filter priority 0`,
        )
      }
    }
  }
  return owners
}

function checkExternalIPs(
  ports: readonly ServicePort[],
  serviceCIDRs: readonly Cidr[],
  problems: Diagnostics,
): void {
  if (serviceCIDRs.length === 0) return
  const inServiceCIDR = containedIn(serviceCIDRs)
  for (const { service, externalIPs } of ports) {
    for (const ip of externalIPs.filter(inServiceCIDR)) {
      problems.report(
        'KN108',
        service,
        ['spec', 'externalIPs'],
        `${ip} lies in a service CIDR, where a cluster IP may come to be`,
      )
    }
  }
}

function checkDangling(
  objects: InputObjects,
  slices: readonly Slice[],
  problems: Diagnostics,
): void {
  const services = new Set(objects.Service.map(({ namespace, name }) => `${namespace}/${name}`))
  for (const { object, serviceName } of slices) {
    const name = `${object.namespace}/${serviceName}`
    if (services.has(name)) continue
    problems.report('KN105', object, [], `no Service ${name} is among the objects`)
  }
}

function checkEndpoints(
  objects: InputObjects,
  slices: readonly Slice[],
  owners: IpOwners,
  problems: Diagnostics,
): void {
  const ports = new Map(
    objects.Service.map(({ namespace, name, value }) => [
      `${namespace}/${name}`,
      new Set(value.spec.ports?.map(port => portKey(port.name ?? '', port.protocol ?? 'TCP'))),
    ]),
  )
  for (const { object, serviceName, addresses } of slices) {
    const known = ports.get(`${object.namespace}/${serviceName}`)
    for (const [index, { name = '', protocol = 'TCP' }] of (object.value.ports ?? []).entries()) {
      if (!known || known.size === 0 || known.has(portKey(name, protocol))) continue
      const what =
        name === '' ? `unnamed ${protocol} port` : `${protocol} port named ${quote(name)}`
      problems.report(
        'KN106',
        object,
        object.kind === 'Endpoints' ? ['subsets'] : ['ports', index],
        `Service ${serviceName} has no ${what}: these endpoints get no traffic`,
      )
    }
    for (const { ip } of addresses) {
      const owner = owners.get(ip)
      if (!owner) continue
      const path = [object.kind === 'Endpoints' ? 'subsets' : 'endpoints']
      problems.report('KN107', object, path, `${ip} is the cluster IP of ${owner.label}`)
    }
  }
}
