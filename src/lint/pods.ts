import { type Cidr, containedIn, familyOf, type Ip, parseIp } from '../address/address.js'
import { stretchOf } from '../address/ranges.js'
import type { Node } from '../model/node.js'
import type { Lint } from './lint.js'
import { endpointPath, listText } from './words.js'
import { ofFamily, type World } from './world.js'

/** KN225-KN227 and KN229: the addresses of nodes and pods against the ranges that tell pods. */
export const POD_LINTS = {
  KN225: {
    needs: 'all',
    check: (world, tell) => {
      for (const node of world.nodes) {
        const isPod = containedIn(rangesOn(world, node))
        for (const [ip, index] of ipsOf(node)) {
          if (!isPod(ip)) continue
          const message = `${ip} lies in the range that tells pods (${listText(rangesOn(world, node))})`
          tell.field(node.object, ['status', 'addresses', index, 'address'], message)
        }
      }
    },
  },
  KN226: {
    needs: 'all',
    check: (world, tell) => {
      const missedBy = podTest(world)
      for (const slice of world.slices) {
        const strangers = slice.addresses.flatMap(({ ip, nodeName, pod }, index) => {
          const ranges = pod === undefined ? undefined : missedBy(ip, nodeName)
          return ranges ? [{ ip, index, ranges }] : []
        })
        const [first] = strangers
        if (!first) continue
        const message = `${listText(strangers.map(({ ip }) => ip))}: outside the range that tells pods (${listText(first.ranges)})`
        tell.field(slice.object, endpointPath(slice, first.index, 'addresses'), message)
      }
    },
  },
  KN227: {
    needs: 'all',
    check: ({ nodes, settings }, tell) => {
      const { mode, clusterCIDRs } = settings.plan.localTraffic
      if (mode !== 'ClusterCIDR') return
      for (const { object, podCIDRs } of nodes) {
        for (const [index, podCIDR] of podCIDRs.entries()) {
          const cluster = clusterCIDRs.find(one => familyOf(one) === familyOf(podCIDR))
          if (!cluster || holds(cluster, podCIDR)) continue
          const path = object?.value.spec?.podCIDRs?.length ? ['podCIDRs', index] : ['podCIDR']
          tell.field(
            object,
            ['spec', ...path],
            `${podCIDR} is not inside --cluster-cidr ${cluster}`,
          )
        }
      }
    },
  },
  KN229: {
    needs: 'all',
    check: ({ cluster, nodeAddresses }, tell) => {
      for (const node of cluster.nodes) {
        for (const [ip, index] of ipsOf(node)) {
          const owner = nodeAddresses.get(ip)
          if (!owner || owner.name === node.name) continue
          const message = `${ip} is an address of node ${owner.name} too`
          tell.field(node.object, ['status', 'addresses', index, 'address'], message)
        }
      }
    },
  },
} as const satisfies Record<string, Lint>

/** The addresses of a Node object with their places in it, each once. */
function ipsOf({ object }: Node): ReadonlyMap<Ip, number> {
  const places = new Map<Ip, number>()
  for (const [index, { type, address }] of (object?.value.status?.addresses ?? []).entries()) {
    const ip = type === 'InternalIP' || type === 'ExternalIP' ? parseIp(address)?.ip : undefined
    if (ip !== undefined && !places.has(ip)) places.set(ip, index)
  }
  return places
}

/** The ranges that tell pods from other senders on one node, at most one a family. */
function rangesOn({ settings }: World, node: Node): readonly Cidr[] {
  const { mode, clusterCIDRs } = settings.plan.localTraffic
  if (mode === 'ClusterCIDR') return clusterCIDRs
  return mode === 'NodeCIDR' ? firstOfFamily(node.podCIDRs) : []
}

const firstOfFamily = (cidrs: readonly Cidr[]): readonly Cidr[] =>
  cidrs.filter((cidr, i) => cidrs.findIndex(one => familyOf(one) === familyOf(cidr)) === i)

/**
 * The ranges that miss a pod of some address and node. Undefined where there is nothing to say: the
 * address is in them or of a node, no range of its family is known, or the Node object is missing.
 */
function podTest(world: World): (ip: Ip, nodeName?: string) => readonly Cidr[] | undefined {
  const tests = new Map(
    world.cluster.nodes.map(node => {
      const ranges = rangesOn(world, node)
      return [node.name, { ranges, isPod: containedIn(ranges) }] as const
    }),
  )
  return (ip, nodeName = '') => {
    const { ranges = [], isPod } = tests.get(nodeName) ?? {}
    if (!isPod || isPod(ip) || world.nodeAddresses.has(ip)) return undefined
    const own = ofFamily(ranges, familyOf(ip))
    return own.length === 0 ? undefined : own
  }
}

function holds(outer: Cidr, inner: Cidr): boolean {
  const own = stretchOf(outer)
  const { first, last } = stretchOf(inner)
  return own.first <= first && last <= own.last
}
