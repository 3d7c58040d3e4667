import {
  type Cidr,
  containedIn,
  FAMILIES,
  type Family,
  familyOf,
  type Ip,
  parseCidr,
  parseIp,
} from '../../address/address.js'
import { stretchOf, withoutContained } from '../../address/ranges.js'
import type { Service } from '../../generated/types.gen.js'
import type { InputObject } from '../../input/objects.js'
import { type Lint, listText, nodesText, ofFamily, podRanges, type World } from '../lint.js'

const PATH = ['spec', 'loadBalancerSourceRanges'] as const

/** What a load balancer has of ranges and of addresses that they bind. */
interface Restricted {
  readonly service: InputObject<Service>
  readonly ranges: readonly Cidr[]
  readonly vips: readonly Ip[]
}

function restricted({ objects }: World): Restricted[] {
  return objects.Service.flatMap(service => {
    const { spec, status } = service.value
    const ranges = (spec.loadBalancerSourceRanges ?? []).flatMap(
      text => parseCidr(text.trim())?.cidr ?? [],
    )
    if (ranges.length === 0) return []
    const vips = (status?.loadBalancer?.ingress ?? [])
      .filter(({ ipMode }) => ipMode !== 'Proxy')
      .flatMap(({ ip }) => parseIp(ip ?? '')?.ip ?? [])
    return [{ service, ranges, vips }]
  })
}

/** Whether a range lies in some others as a whole. */
function isCovered(range: Cidr | Ip, by: readonly Cidr[]): boolean {
  const { first, last } = stretchOf(range)
  return by.some(one => {
    const outer = stretchOf(one)
    return familyOf(one) === familyOf(range) && outer.first <= first && last <= outer.last
  })
}

/** KN210-KN214. */
export const SOURCE_RANGE_LINTS = {
  KN210: {
    needs: 'object',
    check: (world, tell) => {
      for (const { service } of restricted(world)) {
        const { ports = [], externalIPs = [] } = service.value.spec
        const nodePorts = ports.flatMap(({ nodePort }) => (nodePort ? [String(nodePort)] : []))
        const open = [
          ...(nodePorts.length > 0 ? [`node port ${listText(nodePorts)}`] : []),
          ...(externalIPs.length > 0 ? [`external IP ${listText(externalIPs)}`] : []),
        ]
        if (open.length === 0) continue
        tell.field(service, PATH, `do not bind ${open.join(' and ')}: everybody may connect there`)
      }
    },
  },
  KN211: {
    needs: 'object',
    check: (world, tell) => {
      for (const { service, ranges, vips } of restricted(world)) {
        for (const family of FAMILIES.filter(one => world.settings.families.includes(one))) {
          const open = vips.filter(ip => familyOf(ip) === family)
          if (open.length === 0 || ofFamily(ranges, family).length > 0) continue
          const message = `hold no ${family} range: everybody may connect to ${listText(open)}`
          tell.field(service, PATH, message)
        }
      }
    },
  },
  KN212: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const service of objects.Service) {
        const texts = service.value.spec.loadBalancerSourceRanges ?? []
        for (const [index, text] of texts.entries()) {
          const parsed = parseCidr(text.trim())
          if (!parsed?.cidr.endsWith('/0')) continue
          const message = `${parsed.cidr} lets in every ${parsed.family} source`
          tell.field(service, [...PATH, index], message)
        }
      }
    },
  },
  KN213: {
    needs: 'object',
    check: (world, tell) => {
      for (const { service, vips } of restricted(world)) {
        const ingress = service.value.status?.loadBalancer?.ingress ?? []
        if (ingress.length === 0 || vips.length > 0) continue
        const message = 'no rule enforces them: the load balancer has no address of mode VIP'
        tell.field(service, PATH, message)
      }
    },
  },
  KN214: {
    needs: 'all',
    check: (world, tell) => {
      // Many Services have the same ranges.
      const known = new Map<string, string>()
      for (const { service, ranges, vips } of restricted(world)) {
        for (const family of world.settings.families) {
          const own = ofFamily(ranges, family)
          if (own.length === 0 || !vips.some(ip => familyOf(ip) === family)) continue
          const key = own.join()
          const outside = known.get(key) ?? outsideText(world, own, family)
          known.set(key, outside)
          if (outside === '') continue
          const message = `leave out ${outside}: dropped at the load balancer's ${family} address`
          tell.field(service, PATH, message)
        }
      }
    },
  },
} as const satisfies Record<string, Lint>

/** Which pods and nodes are outside of the ranges of a family, in words; empty for none. */
function outsideText(world: World, ranges: readonly Cidr[], family: Family): string {
  const pods = withoutContained(ofFamily(podRanges(world), family)).filter(
    pod => !isCovered(pod, ranges),
  )
  const isInside = containedIn(ranges)
  const nodes = world.nodes.filter(({ primary }) => {
    const ip = primary[family]
    return ip !== undefined && !isInside(ip)
  })
  return [
    ...(pods.length > 0 ? [`pods of ${listText(pods)}`] : []),
    ...(nodes.length > 0 ? [nodesText(nodes.map(({ name }) => name))] : []),
  ].join(' and ')
}
