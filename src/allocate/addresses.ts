import {
  type Cidr,
  type Family,
  familyOf,
  type Ip,
  parseIp,
  wantedFamilies,
} from '../address/address.js'
import { addressOf, numberOf } from '../address/ranges.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { Allocations, Service } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import { olderFirst } from '../model/labels.js'
import { clusterIPsOf, isHeadless } from '../model/service-port.js'
import {
  type Band,
  isInPool,
  type NumberPool,
  numberPool,
  serviceKey,
  splitRange,
  take,
  takeFor,
} from './pool.js'

/** Addresses given to Services, by family in the order in which a Service wants its families. */
export type GivenAddresses = ReadonlyMap<InputObject<Service>, ReadonlyMap<Family, Ip>>

type Pools = Readonly<Record<Family, NumberPool>>

/** A cluster IP that a Service wants and does not name. */
interface Request {
  readonly service: InputObject<Service>
  readonly family: Family
}

/**
 * Gives every Service that wants them its cluster IPs. `services` come sorted. What was given before
 * stays; then each request finds its place by a hash of its own name.
 */
export function allocateAddresses(
  services: readonly InputObject<Service>[],
  previous: Allocations,
  serviceCIDRs: readonly Cidr[],
  problems: Diagnostics,
): GivenAddresses {
  const takers = services.filter(takesAddresses)
  const explicit = explicitOwners(takers, problems)
  const pools = poolsOf(serviceCIDRs, [...explicit.keys()])
  checkInRange(takers, serviceCIDRs, pools, problems)

  const families = [...new Set(serviceCIDRs.map(familyOf))]
  const requests = takers.flatMap(service =>
    missingFamilies(service, families).map(family => ({ service, family })),
  )
  const kept = new Map(requests.map(request => [request, keep(request, previous, pools)]))
  const given = new Map<InputObject<Service>, Map<Family, Ip>>()
  for (const request of requests) {
    const { service, family } = request
    const ip = kept.get(request) ?? choose(request, previous, pools, explicit, problems)
    if (ip !== undefined) given.set(service, (given.get(service) ?? new Map()).set(family, ip))
  }
  return given
}

const takesAddresses = (service: InputObject<Service>): boolean =>
  service.value.spec.type !== 'ExternalName' && !isHeadless(service)

/** Who names which cluster IP; the older of two Services that name one has it. */
function explicitOwners(
  services: readonly InputObject<Service>[],
  problems: Diagnostics,
): ReadonlyMap<Ip, InputObject<Service>> {
  const owners = new Map<Ip, InputObject<Service>>()
  for (const service of [...services].sort(olderFirst)) {
    for (const { ip } of clusterIPsOf(service)) {
      const owner = owners.get(ip)
      if (owner === undefined) owners.set(ip, service)
      if (owner === undefined || owner === service) continue
      const message = `cluster IP ${ip} is named by both ${owner.label} and ${service.label}`
      problems.report('KN100', service, ['spec', 'clusterIP'], message)
    }
  }
  return owners
}

function poolsOf(serviceCIDRs: readonly Cidr[], explicit: readonly Ip[]): Pools {
  const poolOf = (family: Family): NumberPool => {
    const split = serviceCIDRs.filter(cidr => familyOf(cidr) === family).map(bandsOf)
    const bands = [...split.map(([upper]) => upper), ...split.map(([, lower]) => lower)]
    return numberPool(bands, explicit.filter(ip => familyOf(ip) === family).map(numberOf))
  }
  return { IPv4: poolOf('IPv4'), IPv6: poolOf('IPv6') }
}

/** Neither the network address nor the broadcast address, which only IPv4 has, is a cluster IP. */
function bandsOf(cidr: Cidr): readonly [upper: Band, lower: Band] {
  const [network = '', prefix = ''] = cidr.split('/')
  const bits = familyOf(cidr) === 'IPv4' ? 32 : 128
  const first = numberOf(network as Ip)
  const size = 1n << BigInt(bits - Number(prefix))
  const last = first + size - (bits === 32 ? 2n : 1n)
  return splitRange({ first: first + 1n, last }, size, 16n, 256n)
}

function checkInRange(
  services: readonly InputObject<Service>[],
  serviceCIDRs: readonly Cidr[],
  pools: Pools,
  problems: Diagnostics,
): void {
  // Without any service CIDR nothing is known of the cluster's addresses.
  if (serviceCIDRs.length === 0) return
  for (const service of services) {
    for (const { ip, family } of clusterIPsOf(service)) {
      if (isInPool(pools[family], numberOf(ip))) continue
      const message = `must be an address of the service CIDRs ${serviceCIDRs.join(', ')}, neither network nor broadcast address (got ${ip})`
      problems.report('KN082', service, ['spec', 'clusterIP'], message)
    }
  }
}

function missingFamilies(
  service: InputObject<Service>,
  clusterFamilies: readonly Family[],
): readonly Family[] {
  const { spec } = service.value
  const named = clusterIPsOf(service).map(({ family }) => family)
  const ipFamilies = spec.ipFamilies?.length ? spec.ipFamilies : named
  // The API server does not complete a PreferDualStack Service that it has filled in once.
  const isComplete =
    spec.ipFamilyPolicy === 'PreferDualStack' && spec.ipFamilies?.length === named.length
  if (isComplete && named.length > 0) return []
  return wantedFamilies({ ...spec, ipFamilies }, clusterFamilies).filter(
    family => !named.includes(family),
  )
}

function previousOf({ service, family }: Request, { clusterIPs }: Allocations): Ip | undefined {
  const key = serviceKey(service)
  const text = Object.hasOwn(clusterIPs, key) ? clusterIPs[key]?.[family] : undefined
  const parsed = text === undefined ? undefined : parseIp(text)
  return parsed?.family === family ? parsed.ip : undefined
}

/** What the Service was given before, if it can stay. */
function keep(request: Request, previous: Allocations, pools: Pools): Ip | undefined {
  const ip = previousOf(request, previous)
  return ip !== undefined && take(pools[request.family], numberOf(ip)) ? ip : undefined
}

function choose(
  request: Request,
  previous: Allocations,
  pools: Pools,
  explicit: ReadonlyMap<Ip, InputObject<Service>>,
  problems: Diagnostics,
): Ip | undefined {
  const { service, family } = request
  const path = ['spec', 'clusterIP']
  const pool = pools[family]
  if (pool.bands.length === 0) {
    const message = `needs an ${family} address, and no ${family} service CIDR is known (--service-cidr or a ServiceCIDR object)`
    problems.report('KN084', service, path, message)
    return undefined
  }
  const number = takeFor(pool, `${serviceKey(service)} ${family}`)
  if (number === undefined) {
    problems.report('KN081', service, path, `the ${family} service CIDRs have no free address left`)
    return undefined
  }
  const ip = addressOf(family, number)
  const before = previousOf(request, previous)
  if (before !== undefined) {
    const owner = explicit.get(before)
    const why = owner ? `named by ${owner.label} now` : 'not free in the service CIDRs any more'
    problems.report(
      'KN083',
      service,
      path,
      `${before}, allocated before, is ${why}: moved to ${ip}`,
    )
  }
  return ip
}

/** A Service with the addresses that it was given beside those that it names. */
export function withAddresses(
  service: InputObject<Service>,
  given: ReadonlyMap<Family, Ip>,
): InputObject<Service> {
  const named = clusterIPsOf(service)
  const all = [...named, ...[...given].map(([family, ip]) => ({ family, ip }))]
  const clusterIPs = all.map(({ ip }) => ip)
  const spec = { ...service.value.spec, clusterIPs, ipFamilies: all.map(({ family }) => family) }
  if (clusterIPs[0] !== undefined) spec.clusterIP = clusterIPs[0]
  return { ...service, value: { ...service.value, spec } }
}
