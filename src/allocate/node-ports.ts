import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { Allocations, Service } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import type { NodePortRange } from '../model/labels.js'
import { compareText } from '../util/collections.js'
import {
  type NumberPool,
  numberPool,
  portKey,
  serviceKey,
  splitRange,
  take,
  takeFor,
} from './pool.js'

/** Node ports given to Services, by `TCP/80`, sorted by that. */
export type GivenNodePorts = ReadonlyMap<InputObject<Service>, ReadonlyMap<string, number>>

/** A node port that a service port wants and does not name. */
interface Request {
  readonly service: InputObject<Service>
  readonly index: number
  /** `TCP/80`. */
  readonly key: string
}

/**
 * Gives every port that wants one its node port. `services` come sorted. One number is given once,
 * whatever the protocol, as the API server's allocator counts.
 */
export function allocateNodePorts(
  services: readonly InputObject<Service>[],
  previous: Allocations,
  range: NodePortRange,
  problems: Diagnostics,
): GivenNodePorts {
  const explicit = explicitOwners(services)
  const pool = poolOf(range, [...explicit.keys()])
  const requests = services.filter(takesNodePorts).flatMap(requestsOf)
  const kept = new Map(requests.map(request => [request, keep(request, previous, pool)]))
  const given = new Map<InputObject<Service>, Map<string, number>>()
  for (const request of requests) {
    const { service, key } = request
    const port = kept.get(request) ?? choose(request, previous, pool, explicit, problems)
    if (port !== undefined) given.set(service, (given.get(service) ?? new Map()).set(key, port))
  }
  return given
}

/** Who names which number, be it for a node port or for health checks. */
function explicitOwners(
  services: readonly InputObject<Service>[],
): ReadonlyMap<number, InputObject<Service>> {
  const owners = new Map<number, InputObject<Service>>()
  for (const service of services) {
    const { ports = [], healthCheckNodePort } = service.value.spec
    for (const number of [healthCheckNodePort, ...ports.map(({ nodePort }) => nodePort)]) {
      if (number && !owners.has(number)) owners.set(number, service)
    }
  }
  return owners
}

function poolOf({ from, to }: NodePortRange, explicit: readonly number[]): NumberPool {
  const all = { first: BigInt(from), last: BigInt(to) }
  return numberPool(splitRange(all, all.last - all.first + 1n, 32n, 128n), explicit.map(BigInt))
}

function takesNodePorts({ value: { spec } }: InputObject<Service>): boolean {
  if (spec.type === 'LoadBalancer') return spec.allocateLoadBalancerNodePorts !== false
  return spec.type === 'NodePort'
}

const requestsOf = (service: InputObject<Service>): Request[] =>
  (service.value.spec.ports ?? [])
    .map((port, index) => ({ service, index, port, key: portKey(port) }))
    .filter(({ port }) => !port.nodePort)
    .sort((a, b) => compareText(a.key, b.key))

function previousOf({ service, key }: Request, { nodePorts }: Allocations): number | undefined {
  const name = serviceKey(service)
  const ports = Object.hasOwn(nodePorts, name) ? nodePorts[name] : undefined
  return ports && Object.hasOwn(ports, key) ? ports[key] : undefined
}

/** What the port was given before, if it can stay. */
function keep(request: Request, previous: Allocations, pool: NumberPool): number | undefined {
  const port = previousOf(request, previous)
  return port !== undefined && take(pool, BigInt(port)) ? port : undefined
}

function choose(
  request: Request,
  previous: Allocations,
  pool: NumberPool,
  explicit: ReadonlyMap<number, InputObject<Service>>,
  problems: Diagnostics,
): number | undefined {
  const { service, index, key } = request
  const path = ['spec', 'ports', index, 'nodePort']
  const number = takeFor(pool, `${serviceKey(service)} ${key}`)
  if (number === undefined) {
    problems.report('KN081', service, path, 'the node port range has no free port left')
    return undefined
  }
  const before = previousOf(request, previous)
  if (before !== undefined) {
    const owner = explicit.get(before)
    const why = owner ? `named by ${owner.label} now` : 'not free in the node port range any more'
    const message = `node port ${before}, allocated before, is ${why}: moved to ${number}`
    problems.report('KN083', service, path, message)
  }
  return Number(number)
}

/** A Service with the node ports that it was given beside those that it names. */
export function withNodePorts(
  service: InputObject<Service>,
  given: ReadonlyMap<string, number>,
): InputObject<Service> {
  const ports = (service.value.spec.ports ?? []).map(port => {
    const nodePort = port.nodePort || given.get(portKey(port))
    return nodePort ? { ...port, nodePort } : port
  })
  return { ...service, value: { ...service.value, spec: { ...service.value.spec, ports } } }
}
