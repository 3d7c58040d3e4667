import type { Node } from '../../model/node.js'
import type { ServicePort } from '../../model/service-port.js'
import { isExternal, isUsable } from '../../plan/endpoints.js'
import { groupBy } from '../../util/collections.js'
import { type Lint, listText, nodesText, type World } from '../lint.js'

/** KN260-KN263. */
export const POLICY_LINTS = {
  KN260: {
    needs: 'all',
    check: (world, tell) => {
      const isServed = servedTest(world)
      for (const { service, ports } of world.services) {
        const dead = ports.filter(isLocal).filter(port => !isServed(port))
        if (dead.length === 0) continue
        const message = `no usable endpoint of port ${portList(dead)} is on a known node: clients from outside are dropped`
        tell.field(service, ['spec', 'externalTrafficPolicy'], message)
      }
    },
  },
  KN261: {
    needs: 'all',
    check: (world, tell) => {
      const isServed = servedTest(world)
      for (const { service, ports } of world.services) {
        // A load balancer asks for the health of nodes.
        if (service.value.spec.type === 'LoadBalancer') continue
        const without = nodesWithout(world, ports.filter(isLocal).filter(isServed))
        if (without.length === 0) continue
        const message = `clients from outside are dropped on ${nodesText(without)}`
        tell.field(service, ['spec', 'externalTrafficPolicy'], message)
      }
    },
  },
  KN262: {
    needs: 'all',
    check: (world, tell) => {
      for (const { service, ports } of world.services) {
        const local = ports.filter(
          ({ internalPolicy, clusterIP }) => internalPolicy === 'Local' && clusterIP !== undefined,
        )
        const without = nodesWithout(world, local)
        if (without.length === 0) continue
        const message = `connections to the cluster IP are dropped on ${nodesText(without)}`
        tell.field(service, ['spec', 'internalTrafficPolicy'], message)
      }
    },
  },
  KN263: {
    needs: 'all',
    check: ({ services }, tell) => {
      const local = services.flatMap(({ ports }) => ports.filter(isLocal))
      const sharing = groupBy(
        local.flatMap(port => port.loadBalancerIPs.map(ip => ({ ip, port }))),
        ({ ip }) => ip,
      )
      const told = new Set<string>()
      for (const [ip, claims] of sharing) {
        for (const { port } of claims) {
          const apart = claims.find(
            ({ port: other }) =>
              other.service !== port.service && !meet(nodesOf(port), nodesOf(other)),
          )?.port
          const pair = [port.service.label, apart?.service.label].sort().join(' ')
          if (!apart || told.has(pair)) continue
          told.add(pair)
          const message = `shares ${ip} with ${apart.service.label}, both with policy Local, and no node has endpoints of both (${hostsText(port)}; ${hostsText(apart)}): whichever node takes the address drops one of them`
          tell.field(port.service, ['spec', 'externalTrafficPolicy'], message)
        }
      }
    },
  },
} as const satisfies Record<string, Lint>

/** The nodes that have a usable endpoint of a port. */
const nodesOf = ({ endpoints }: ServicePort): ReadonlySet<string> =>
  new Set(endpoints.filter(isUsable).flatMap(({ nodeName }) => nodeName ?? []))

const meet = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  [...one].some(name => other.has(name))

const hostsText = (port: ServicePort): string =>
  `${port.service.label}: ${listText([...nodesOf(port)]) || 'none'}`

/** Whether a port sends outside clients to local endpoints only, and has endpoints at all. */
const isLocal = (port: ServicePort): boolean =>
  port.externalPolicy === 'Local' && isExternal(port) && port.endpoints.some(isUsable)

/** A test whether a usable endpoint of a port is on a known node; all are, where none is known. */
function servedTest({ cluster }: World): (port: ServicePort) => boolean {
  const known = new Set(cluster.nodes.map(({ name }) => name))
  return ({ endpoints }) =>
    endpoints.some(
      endpoint =>
        isUsable(endpoint) &&
        endpoint.nodeName !== undefined &&
        (known.size === 0 || known.has(endpoint.nodeName)),
    )
}

const portList = (ports: readonly ServicePort[]): string =>
  listText([...new Set(ports.map(port => `${port.port}/${port.protocol}`))])

/**
 * The nodes on which one of some ports has no usable endpoint. Ports without any are another matter.
 */
function nodesWithout({ nodes }: World, ports: readonly ServicePort[]): string[] {
  const without = new Set<Node>()
  for (const { endpoints } of ports) {
    const usable = endpoints.filter(isUsable)
    if (usable.length === 0) continue
    const served = new Set(usable.map(({ nodeName }) => nodeName))
    for (const node of nodes) if (!served.has(node.name)) without.add(node)
  }
  return nodes.filter(node => without.has(node)).map(({ name }) => name)
}
