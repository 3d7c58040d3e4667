import { containedIn, FAMILIES } from '../address/address.js'
import { portKey } from '../model/endpoint.js'
import { clusterIPsOf, type ServicePort } from '../model/service-port.js'
import { isDraining, isUsable } from '../plan/endpoints.js'
import { groupBy } from '../util/collections.js'
import type { Lint } from './lint.js'
import { countText, endpointPath, listText } from './words.js'
import { podRanges, type ServiceView } from './world.js'

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
      // Where only Services are given, endpoints are simply not part of the input.
      if (world.slices.length === 0) return
      for (const view of world.services) {
        if (view.ports.length === 0 || hasEndpoints(view)) continue
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
      const served = new Set(world.services.flatMap(({ slices }) => slices))
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
