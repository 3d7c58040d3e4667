import {
  type Cidr,
  containedIn,
  FAMILIES,
  familyOf,
  type Ip,
  parseIp,
} from '../../address/address.js'
import { stretchOf } from '../../address/ranges.js'
import { portKey } from '../../model/endpoint.js'
import { hasSelector, unmirrored } from '../../model/mirror.js'
import type { Node } from '../../model/node.js'
import { clusterIPsOf, type ServicePort } from '../../model/service-port.js'
import { isDraining, isUsable } from '../../plan/endpoints.js'
import { groupBy } from '../../util/collections.js'
import {
  countText,
  endpointPath,
  type Lint,
  listText,
  ofFamily,
  podRanges,
  type ServiceView,
  type World,
} from '../lint.js'
import { leftOver } from './slices.js'

/** Names of service ports in one finding: each has an entry in both families. */
const portNames = (ports: readonly ServicePort[]): string =>
  listText([...new Set(ports.map(port => `${port.port}/${port.protocol}`))])

const hasEndpoints = ({ slices }: ServiceView): boolean =>
  slices.some(({ addresses }) => addresses.length > 0)

/** KN240-KN247. */
export const ENDPOINT_LINTS = {
  KN240: {
    needs: 'all',
    check: (world, tell) => {
      // In manifests only endpoints written by hand are part of the input, of Services without selector.
      const isDump = world.services.some(
        view => hasSelector(view.service) && view.slices.length > 0,
      )
      for (const view of world.services) {
        if (view.ports.length === 0 || hasEndpoints(view)) continue
        if (world.slices.length === 0 || (hasSelector(view.service) && !isDump)) continue
        // Endpoints that are not mirrored are the reason, and told of: KN259.
        if (
          world.objects.Endpoints.some(one => one.service === view.service.label && unmirrored(one))
        )
          continue
        const what = view.slices.length === 0 ? 'no slice belongs to it' : 'its slices are empty'
        tell.field(view.service, ['spec', 'selector'], `the Service has no endpoint: ${what}`)
      }
    },
  },
  KN241: {
    needs: 'all',
    check: ({ services }, tell) => {
      for (const view of services) {
        // Where a slice has a port that the Service lacks, that is the fault: KN106.
        if (hasStrayPort(view)) continue
        const families = new Set(
          view.slices.flatMap(({ family, addresses }) => (addresses.length > 0 ? family : [])),
        )
        for (const { index, family, endpoints, portName, protocol } of view.ports) {
          // A family without any endpoint is KN245.
          if (endpoints.length > 0 || !families.has(family)) continue
          const what = portName === '' ? `unnamed ${protocol} port` : `${protocol} port ${portName}`
          tell.field(view.service, ['spec', 'ports', index], `no slice has the ${what}`)
        }
      }
    },
  },
  KN242: {
    needs: 'all',
    check: ({ services }, tell) => {
      const isDown = ({ endpoints }: ServicePort): boolean =>
        endpoints.length > 0 && !endpoints.some(isUsable)
      for (const { service, ports } of services) {
        const down = ports.filter(isDown)
        const [first] = down
        if (!first) continue
        const count = Math.max(...down.map(({ endpoints }) => endpoints.length))
        const message = `none of ${countText(count, 'endpoint')} of port ${portNames(down)} is ready`
        tell.field(service, ['spec', 'ports', first.index], message)
      }
    },
  },
  KN243: {
    needs: 'all',
    check: ({ services }, tell) => {
      const isLeaving = ({ endpoints }: ServicePort): boolean =>
        !endpoints.some(({ ready }) => ready) && endpoints.some(isDraining)
      for (const { service, ports } of services) {
        const leaving = ports.filter(isLeaving)
        const [first] = leaving
        if (!first) continue
        const message = `every usable endpoint of port ${portNames(leaving)} is terminating`
        tell.field(service, ['spec', 'ports', first.index], message)
      }
    },
  },
  KN244: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const slice of objects.EndpointSlice) {
        const odd = [...(slice.value.endpoints ?? []).entries()].flatMap(([index, endpoint]) => {
          const { ready, serving, terminating } = endpoint.conditions ?? {}
          return ready === false && serving === true && terminating !== true ? [index] : []
        })
        const [first] = odd
        if (first === undefined) continue
        const message = `${countText(odd.length, 'endpoint')}: serving, but neither ready nor terminating, so never used`
        tell.field(slice, ['endpoints', first, 'conditions'], message)
      }
    },
  },
  KN245: {
    needs: 'all',
    check: ({ services, settings }, tell) => {
      if (settings.families.length < FAMILIES.length) return
      for (const { service, ports } of services) {
        const ips = clusterIPsOf(service)
        const dead = ips.findIndex(({ family }) => !hasUsable(ports, family))
        const isAlive = ips.some(({ family }) => hasUsable(ports, family))
        if (dead < 0 || !isAlive) continue
        const message = `${ips[dead]?.ip} has no usable endpoint, since all are of the other family`
        tell.field(service, ['spec', 'clusterIPs', dead], message)
      }
    },
  },
  KN246: {
    needs: 'all',
    check: (world, tell) => {
      const isPodAddress = containedIn(podRanges(world))
      // What another controller has left over is told of by KN258.
      const served = new Set(
        world.services.flatMap(({ service, slices }) => {
          const left = leftOver(service, slices)
          return slices.filter(slice => !left.includes(slice))
        }),
      )
      for (const slice of world.slices.filter(one => served.has(one))) {
        const lost = slice.addresses.flatMap(({ ip, nodeName, pod }, index) =>
          nodeName === undefined && (pod !== undefined || isPodAddress(ip)) ? [{ ip, index }] : [],
        )
        const [first] = lost
        if (!first) continue
        const message = `${listText(lost.map(({ ip }) => ip))}: without nodeName`
        tell.field(slice.object, endpointPath(slice, first.index), message)
      }
    },
  },
  KN247: {
    needs: 'all',
    check: (world, tell) => {
      if (world.isOneNode || world.nodes.length === 0) return
      const known = new Set(world.nodes.map(({ name }) => name))
      // A node that is gone may be named all over the cluster: each is told once.
      const lost = groupBy(
        world.slices.flatMap(slice =>
          slice.addresses.flatMap(({ nodeName }, index) =>
            nodeName === undefined || known.has(nodeName) ? [] : { slice, index, nodeName },
          ),
        ),
        ({ nodeName }) => nodeName,
      )
      for (const [nodeName, [first, ...others]] of lost) {
        if (!first) continue
        const more =
          others.length === 0 ? '' : ` (${countText(others.length, 'more endpoint')} there)`
        const path = endpointPath(first.slice, first.index, 'nodeName')
        tell.field(first.slice.object, path, `no Node object is named ${nodeName}${more}`)
      }
    },
  },
} as const satisfies Record<string, Lint>

function hasStrayPort({ ports, slices }: ServiceView): boolean {
  const known = new Set(ports.map(({ portName, protocol }) => portKey(portName, protocol)))
  return slices.some(({ object }) =>
    (object.value.ports ?? []).some(
      ({ name = '', protocol = 'TCP' }) => !known.has(portKey(name, protocol)),
    ),
  )
}

const hasUsable = (ports: readonly ServicePort[], family: string): boolean =>
  ports.some(port => port.family === family && port.endpoints.some(isUsable))

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
