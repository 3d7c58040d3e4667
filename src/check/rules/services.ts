import { parseIp } from '../../address/address.js'
import type { FieldPath } from '../../diagnostics/diagnostic.js'
import type { Service } from '../../generated/types.gen.js'
import type { InputObject } from '../../input/objects.js'
import { isOtherProxys, PROXY_NAME_LABEL } from '../../model/labels.js'
import { clusterIPsOf, displayName, isHeadless } from '../../model/service-port.js'
import { isServed, type Lint } from '../lint.js'

/** nft takes a comment of so many bytes; all names are ASCII. */
const MAX_COMMENT = 128
/** net.ipv4.ip_local_port_range, the kernel's default. */
const EPHEMERAL = { from: 32768, to: 60999 }

/** KN201-KN209. */
export const SERVICE_LINTS = {
  KN201: {
    needs: 'object',
    check: ({ services }, tell) => {
      for (const { service, ports } of services) {
        const longest = new Map(ports.map(port => [port.index, displayName(port)]))
        for (const [index, name] of longest) {
          if (name.length <= MAX_COMMENT) continue
          const message = `${name} has ${name.length} characters; a comment holds ${MAX_COMMENT}`
          tell.field(service, ['spec', 'ports', index, 'name'], message)
        }
      }
    },
  },
  KN202: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const service of objects.Service) {
        const { type, ports = [] } = service.value.spec
        if (type !== 'ExternalName' || ports.length === 0) continue
        tell.field(service, ['spec', 'ports'], 'do nothing: the Service is a DNS alias')
      }
    },
  },
  KN203: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const service of objects.Service) {
        if (service.value.spec.publishNotReadyAddresses !== true || !isServed(service)) continue
        const message =
          'is never read here: whoever makes the slices marks endpoints as ready that are not, or not'
        tell.field(service, ['spec', 'publishNotReadyAddresses'], message)
      }
    },
  },
  KN204: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const service of objects.Service) {
        const { healthCheckNodePort } = service.value.spec
        if (!healthCheckNodePort || !isServed(service)) continue
        const message = `no rule answers or opens port ${healthCheckNodePort}/TCP of the nodes`
        tell.field(service, ['spec', 'healthCheckNodePort'], message)
      }
    },
  },
  KN205: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const service of objects.Service) {
        const { allocateLoadBalancerNodePorts, ports = [] } = service.value.spec
        if (allocateLoadBalancerNodePorts !== false) continue
        for (const [index, { nodePort }] of ports.entries()) {
          if (!nodePort) continue
          const message = `node port ${nodePort} stays open, although allocateLoadBalancerNodePorts is false`
          tell.field(service, ['spec', 'ports', index, 'nodePort'], message)
        }
      }
    },
  },
  KN206: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const service of objects.Service) {
        for (const [index, { nodePort = 0 }] of (service.value.spec.ports ?? []).entries()) {
          if (nodePort < EPHEMERAL.from || nodePort > EPHEMERAL.to) continue
          const message = `${nodePort} lies between ${EPHEMERAL.from} and ${EPHEMERAL.to}, where nodes take the ports of their own connections from`
          tell.field(service, ['spec', 'ports', index, 'nodePort'], message)
        }
      }
    },
  },
  KN207: {
    needs: 'all',
    check: ({ services }, tell) => {
      for (const { service, ports } of services) {
        for (const { index, endpoints, family } of ports) {
          const { targetPort } = service.value.spec.ports?.[index] ?? {}
          const [first] = endpoints
          if (typeof targetPort !== 'number' || targetPort === 0 || !first) continue
          if (endpoints.some(({ port }) => port === targetPort)) continue
          const message = `is ${targetPort}, but no ${family} endpoint has this port: connections go to ${first.id} and the like`
          tell.field(service, ['spec', 'ports', index, 'targetPort'], message)
        }
      }
    },
  },
  KN208: {
    needs: 'object',
    check: ({ objects, settings }, tell) => {
      const gate = settings.allowExternalIPs ? undefined : 'AllowServiceExternalIPs is off'
      for (const service of objects.Service) {
        const families = new Set(clusterIPsOf(service).map(({ family }) => family))
        const general = isServed(service) ? undefined : unserved(service)
        for (const { path, text } of outsideAddresses(service)) {
          const why = general ?? (path[1] === 'externalIPs' ? gate : undefined)
          const family = parseIp(text)?.family
          if (family === undefined) continue
          if (why !== undefined) tell.field(service, path, `no rule is made for ${text}: ${why}`)
          else if (families.size > 0 && !families.has(family)) {
            const message = `no rule is made for ${text}: the Service has no ${family} cluster IP`
            tell.field(service, path, message)
          }
        }
      }
    },
  },
  KN209: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const service of objects.Service) {
        const { loadBalancerIP } = service.value.spec
        const { ingress = [] } = service.value.status?.loadBalancer ?? {}
        if (!loadBalancerIP || !isServed(service)) continue
        if (ingress.some(({ ip }) => ip !== undefined)) continue
        const message = `no rule is made for ${loadBalancerIP}: status.loadBalancer.ingress names no address yet`
        tell.field(service, ['spec', 'loadBalancerIP'], message)
      }
    },
  },
} as const satisfies Record<string, Lint>

/** Why the proxy passes over a Service. */
function unserved(service: InputObject<Service>): string {
  if (service.value.spec.type === 'ExternalName') return 'the Service is a DNS alias'
  if (isOtherProxys(service))
    return `the label ${PROXY_NAME_LABEL} leaves the Service to another proxy`
  return isHeadless(service) ? 'the Service is headless' : 'the proxy passes over the Service'
}

/** The addresses by which a Service is meant to be reached from outside, as they are written. */
function outsideAddresses({
  value: { spec, status },
}: InputObject<Service>): { readonly path: FieldPath; readonly text: string }[] {
  return [
    ...(spec.externalIPs ?? []).map((text, index) => ({
      path: ['spec', 'externalIPs', index],
      text,
    })),
    ...(status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }, index) =>
      ip === undefined || ipMode === 'Proxy'
        ? []
        : { path: ['status', 'loadBalancer', 'ingress', index, 'ip'], text: ip },
    ),
  ]
}

/** Where the kernel begins to take whole seconds to load kube-proxy's layout. */
const MANY_PORTS = 1000

/** KN290. */
export const SIZE_LINTS = {
  KN290: {
    needs: 'object',
    check: ({ cluster, settings }, tell) => {
      const most = Math.max(...settings.families.map(family => cluster.ports[family].length))
      if (settings.layout !== 'kube-proxy' || most <= MANY_PORTS) return
      const message = `${most} service ports: --layout maps does the same and loads in a fraction of the time`
      tell.field(undefined, [], message)
    },
  },
} as const satisfies Record<string, Lint>
