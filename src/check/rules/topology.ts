import type { Service } from '../../generated/types.gen.js'
import type { InputObject } from '../../input/objects.js'
import type { Endpoint, Slice } from '../../model/endpoint.js'
import { ZONE_LABEL } from '../../model/labels.js'
import type { ServicePort } from '../../model/service-port.js'
import { isExternal } from '../../plan/endpoints.js'
import { quote } from '../../util/text.js'
import {
  endpointPath,
  isServed,
  type Lint,
  listText,
  nodesText,
  type ServiceView,
  type World,
} from '../lint.js'

const ANNOTATIONS = [
  'service.kubernetes.io/topology-mode',
  'service.kubernetes.io/topology-aware-hints',
]

const readyOf = ({ endpoints }: ServicePort): readonly Endpoint[] =>
  endpoints.filter(({ ready }) => ready)
const hasZone = ({ zoneHints }: Endpoint): boolean => zoneHints.length > 0
const hasNode = ({ nodeHints }: Endpoint): boolean => nodeHints.length > 0
const isHinted = (endpoint: Endpoint): boolean => hasZone(endpoint) || hasNode(endpoint)

/** Whether a port sends by the Cluster policy, to which alone hints apply. */
const usesHints = (port: ServicePort): boolean =>
  port.internalPolicy === 'Cluster' || isExternal(port)

const everyZoned = (ready: readonly Endpoint[]): boolean => ready.length > 0 && ready.every(hasZone)

/** The ready endpoints whose lack of hints makes those of the others count for nothing. */
function bare(port: ServicePort): readonly Endpoint[] {
  const ready = readyOf(port)
  if (!ready.some(isHinted) || ready.every(hasNode)) return []
  const has = ready.some(hasZone) ? hasZone : hasNode
  return ready.filter(endpoint => !has(endpoint))
}

/** KN270-KN276. */
export const TOPOLOGY_LINTS = {
  KN270: {
    needs: 'all',
    check: ({ services }, tell) => {
      for (const { service, ports } of services) {
        const ips = new Set(
          ports
            .filter(usesHints)
            .flatMap(bare)
            .map(({ ip }) => ip),
        )
        if (ips.size === 0) continue
        const message = `hints do not count: ${listText([...ips])} without any`
        tell.field(service, askedAt(service) ?? DEFAULT_PATH, message)
      }
    },
  },
  KN271: {
    needs: 'all',
    check: ({ services }, tell) => {
      for (const { service, ports } of services) {
        const path = askedAt(service)
        const ready = ports.filter(usesHints).flatMap(readyOf)
        if (!path || ready.length === 0 || ready.some(isHinted)) continue
        tell.field(service, path, 'does nothing: no endpoint carries a hint')
      }
    },
  },
  KN272: {
    needs: 'all',
    check: (world, tell) => {
      const zones = new Set(world.cluster.nodes.flatMap(({ zone }) => zone ?? []))
      if (world.isOneNode || zones.size === 0) return
      tellStrayHints(world, 'forZones', name => zones.has(name), 'node has the zone', tell)
    },
  },
  KN273: {
    needs: 'all',
    check: ({ services, nodes }, tell) => {
      const isUsed = services.some(({ ports }) => ports.some(port => everyZoned(readyOf(port))))
      if (!isUsed) return
      for (const node of nodes) {
        // A node that options describe has no Node object: KN110.
        if (node.zone !== undefined || !node.object) continue
        tell.node(node, ['metadata', 'labels', ZONE_LABEL], who => `no zone label on ${who}`)
      }
    },
  },
  KN274: {
    needs: 'all',
    check: (world, tell) => {
      const names = new Set(world.cluster.nodes.map(({ name }) => name))
      if (world.isOneNode || names.size === 0) return
      tellStrayHints(world, 'forNodes', name => names.has(name), 'Node object is named', tell)
    },
  },
  KN275: {
    needs: 'all',
    check: ({ services, nodes }, tell) => {
      const zoned = nodes.filter(({ zone }) => zone !== undefined)
      for (const view of services) {
        const { zones, names } = hintsOf(view)
        const others = zoned.filter(
          ({ zone = '', name }) => zones.size > 0 && !zones.has(zone) && !names.has(name),
        )
        if (others.length === 0) continue
        const message = `no hint for the zone of ${nodesText(others.map(({ name }) => name))}`
        tell.field(view.service, askedAt(view.service) ?? DEFAULT_PATH, message)
      }
    },
  },
  KN276: {
    needs: 'object',
    check: ({ objects }, tell) => {
      for (const service of objects.Service) {
        const { trafficDistribution, internalTrafficPolicy } = service.value.spec
        if (!trafficDistribution || internalTrafficPolicy !== 'Local' || !isServed(service))
          continue
        const message = `${trafficDistribution} does nothing for the cluster IP beside internalTrafficPolicy: Local`
        tell.field(service, ['spec', 'trafficDistribution'], message)
      }
    },
  },
} as const satisfies Record<string, Lint>

const DEFAULT_PATH: readonly string[] = ['spec', 'trafficDistribution']

/** Where a Service asks for topology, if it does. */
function askedAt({ value }: InputObject<Service>): readonly string[] | undefined {
  if (value.spec.trafficDistribution !== undefined) return DEFAULT_PATH
  const { annotations = {} } = value.metadata
  const asked = ANNOTATIONS.find(
    key => Object.hasOwn(annotations, key) && annotations[key]?.toLowerCase() === 'auto',
  )
  return asked === undefined ? undefined : ['metadata', 'annotations', asked]
}

/** The zones and nodes that hints of a Service name, where the zone hints of a port count. */
function hintsOf({ ports }: ServiceView) {
  const counting = ports.filter(usesHints).map(readyOf).filter(everyZoned).flat()
  return {
    zones: new Set(counting.flatMap(({ zoneHints }) => zoneHints)),
    names: new Set(counting.flatMap(({ nodeHints }) => nodeHints)),
  }
}

/** Tells of the first hint of each slice that no node fits. */
function tellStrayHints(
  { slices }: World,
  field: 'forZones' | 'forNodes',
  isKnown: (name: string) => boolean,
  what: string,
  tell: Parameters<Lint['check']>[1],
): void {
  const namesAt = (slice: Slice, index: number): readonly string[] => {
    const address = slice.addresses[index]
    return (field === 'forZones' ? address?.zoneHints : address?.nodeHints) ?? []
  }
  for (const slice of slices) {
    const stray = slice.addresses.flatMap((_, index) => {
      const names = namesAt(slice, index).filter(name => !isKnown(name))
      return names.length > 0 ? [{ index, names }] : []
    })
    const [first] = stray
    if (!first) continue
    const names = [...new Set(stray.flatMap(one => one.names))].map(quote)
    const path = endpointPath(slice, first.index, 'hints', field)
    tell.field(slice.object, path, `no ${what} ${listText(names)}`)
  }
}
