import {
  type Cidr,
  containedIn,
  familyOf,
  type Ip,
  parseCidr,
  parseIp,
} from '../../address/address.js'
import { stretchOf } from '../../address/ranges.js'
import type { Service } from '../../generated/types.gen.js'
import type { InputObject } from '../../input/objects.js'
import { clusterIPsOf } from '../../model/service-port.js'
import { endpointPath, type Lint, listText, nodesText, type World } from '../lint.js'

const ingressOf = ({ value }: InputObject<Service>) => [
  ...(value.status?.loadBalancer?.ingress ?? []).entries(),
]
const ingressPath = (index: number, field: string) =>
  ['status', 'loadBalancer', 'ingress', index, field] as const

const externalIPsOf = ({ value }: InputObject<Service>): [number, Ip][] =>
  [...(value.spec.externalIPs ?? []).entries()].flatMap(([index, text]) => {
    const ip = parseIp(text)?.ip
    return ip === undefined ? [] : [[index, ip]]
  })

/** KN215, KN220-KN224 and KN228: addresses of Services and endpoints. Those of nodes and pods stand in `pods`. */
export const ADDRESS_LINTS = {
  KN215: {
    needs: 'all',
    check: ({ objects, nodeAddresses }, tell) => {
      for (const service of objects.Service) {
        // A small load balancer may give the addresses of all nodes, for one and the same reason.
        const taken = ingressOf(service).flatMap(([index, { ip = '', ipMode }]) => {
          const parsed = parseIp(ip)
          const node = parsed && ipMode !== 'Proxy' ? nodeAddresses.get(parsed.ip) : undefined
          return node ? [{ index, ip, node: node.name }] : []
        })
        const [first] = taken
        if (!first) continue
        const ips = listText(taken.map(({ ip }) => ip))
        const is = taken.length === 1 ? 'is an address' : 'are addresses'
        const message = `${ips} ${is} of ${nodesText(taken.map(({ node }) => node))}`
        tell.field(service, ingressPath(first.index, 'ip'), message)
      }
    },
  },
  KN220: {
    needs: 'all',
    check: ({ objects, nodeAddresses }, tell) => {
      for (const service of objects.Service) {
        for (const [index, ip] of externalIPsOf(service)) {
          const node = nodeAddresses.get(ip)
          if (!node) continue
          tell.field(
            service,
            ['spec', 'externalIPs', index],
            `${ip} is an address of node ${node.name}`,
          )
        }
      }
    },
  },
  KN221: {
    needs: 'all',
    check: ({ objects }, tell) => {
      const owners = addressOwners(objects.Service)
      for (const service of objects.Service) {
        for (const [index, ip] of externalIPsOf(service)) {
          const owner = owners.get(ip)?.find(({ service: other }) => other !== service)
          if (!owner) continue
          const message = `${ip} is the ${owner.what} of ${owner.service.label}`
          tell.field(service, ['spec', 'externalIPs', index], message)
        }
      }
    },
  },
  KN222: {
    needs: 'all',
    check: ({ objects, cluster }, tell) => {
      const isInside = containedIn(cluster.serviceCIDRs)
      for (const service of objects.Service) {
        for (const [index, { ip = '', ipMode }] of ingressOf(service)) {
          const parsed = parseIp(ip)
          if (!parsed || ipMode === 'Proxy' || !isInside(parsed.ip)) continue
          const message = `${parsed.ip} lies in a service CIDR (${listText(cluster.serviceCIDRs)})`
          tell.field(service, ingressPath(index, 'ip'), message)
        }
      }
    },
  },
  KN223: {
    needs: 'all',
    check: ({ objects, cluster, slices }, tell) => {
      const isInside = containedIn(cluster.serviceCIDRs)
      // The address of a Service is KN107.
      const known = new Set(objects.Service.flatMap(clusterIPsOf).map(({ ip }) => ip))
      for (const slice of slices) {
        const first = slice.addresses.findIndex(({ ip }) => isInside(ip) && !known.has(ip))
        if (first < 0) continue
        const ips = slice.addresses.map(({ ip }) => ip).filter(ip => isInside(ip) && !known.has(ip))
        const message = `${listText(ips)}: inside a service CIDR, where the rules drop what is no cluster IP`
        tell.field(slice.object, endpointPath(slice, first, 'addresses'), message)
      }
    },
  },
  KN224: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const service of objects.Service) {
        for (const [index, { ip, ipMode }] of ingressOf(service)) {
          if (ipMode !== 'Proxy') continue
          tell.field(service, ingressPath(index, 'ipMode'), `no rule is made for ${ip}`)
        }
      }
    },
  },
  KN228: {
    needs: 'all',
    check: (world, tell) => {
      const { objects, settings } = world
      const cluster = settings.plan.localTraffic.clusterCIDRs
      for (const object of objects.ServiceCIDR) {
        for (const [index, text] of (object.value.spec.cidrs ?? []).entries()) {
          const cidr = parseCidr(text)?.cidr
          const other = cidr && cluster.find(overlaps(cidr))
          if (!other) continue
          tell.field(object, ['spec', 'cidrs', index], `${cidr} overlaps --cluster-cidr ${other}`)
        }
      }
      tellPodCIDRs(world, tell)
    },
  },
} as const satisfies Record<string, Lint>

function tellPodCIDRs({ cluster }: World, tell: Parameters<Lint['check']>[1]): void {
  for (const { object, podCIDRs } of cluster.nodes) {
    for (const [index, podCIDR] of podCIDRs.entries()) {
      const other = cluster.serviceCIDRs.find(overlaps(podCIDR))
      if (!other || !object) continue
      const path = object.value.spec?.podCIDRs?.length ? ['podCIDRs', index] : ['podCIDR']
      tell.field(object, ['spec', ...path], `${podCIDR} overlaps the service CIDR ${other}`)
    }
  }
}

interface Owner {
  readonly service: InputObject<Service>
  readonly what: string
}

/** The Services that have an address as cluster IP or, with mode VIP, at their load balancer. */
function addressOwners(services: readonly InputObject<Service>[]): ReadonlyMap<Ip, Owner[]> {
  const owners = new Map<Ip, Owner[]>()
  const add = (ip: Ip, owner: Owner): void => {
    owners.set(ip, [...(owners.get(ip) ?? []), owner].slice(0, 2))
  }
  for (const service of services) {
    for (const { ip } of clusterIPsOf(service)) add(ip, { service, what: 'cluster IP' })
    for (const [, { ip = '', ipMode }] of ingressOf(service)) {
      const parsed = parseIp(ip)
      if (parsed && ipMode !== 'Proxy') add(parsed.ip, { service, what: 'load balancer address' })
    }
  }
  return owners
}

/** A test whether another CIDR shares an address with this one. */
function overlaps(cidr: Cidr): (other: Cidr) => boolean {
  const own = stretchOf(cidr)
  return other => {
    const { first, last } = stretchOf(other)
    return familyOf(other) === familyOf(cidr) && first <= own.last && own.first <= last
  }
}
