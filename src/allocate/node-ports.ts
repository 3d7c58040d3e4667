import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { Allocations, Service } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import type { NodePortRange } from '../model/labels.js'
import { compareText, groupBy } from '../util/collections.js'
import { invariant } from '../util/errors.js'
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

/**
 * A number that service ports of one port number want and do not name: the API server gives all
 * protocols of a port number one node port.
 */
interface Request {
  readonly service: InputObject<Service>
  /** The ports without a number of their own, in order of their keys. */
  readonly members: readonly { readonly index: number; readonly key: string }[]
  /** What a port of the same port number names, in whatever protocol. */
  readonly named: number | undefined
}

/**
 * Gives every port that wants one its node port, as the API server does (initNodePorts in
 * pkg/registry/core/service/storage/alloc.go). `services` come sorted. One number is given to one port
 * number of one Service, whatever the protocol.
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
    const { service, members, named } = request
    const before = kept.get(request) ?? new Map<string, number>()
    const [first] = before.values()
    const number = named ?? first ?? choose(request, previous, pool, explicit, problems)
    if (number === undefined) continue
    const own = given.get(service) ?? new Map<string, number>()
    for (const { key } of members) own.set(key, before.get(key) ?? number)
    given.set(service, own)
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

function requestsOf(service: InputObject<Service>): Request[] {
  const ports = (service.value.spec.ports ?? []).map((port, index) => ({
    index,
    key: portKey(port),
    ...port,
  }))
  const wanting = ports
    .filter(({ nodePort }) => !nodePort)
    .sort((a, b) => compareText(a.key, b.key))
  return [...groupBy(wanting, ({ port }) => port)].map(([number, members]) => ({
    service,
    members,
    named: ports.find(({ port, nodePort }) => port === number && nodePort)?.nodePort,
  }))
}

function previousOf(
  { service }: Request,
  key: string,
  { nodePorts }: Allocations,
): number | undefined {
  const name = serviceKey(service)
  const ports = Object.hasOwn(nodePorts, name) ? nodePorts[name] : undefined
  return ports && Object.hasOwn(ports, key) ? ports[key] : undefined
}

/** What the ports were given before, as far as it can stay. */
function keep(
  request: Request,
  previous: Allocations,
  pool: NumberPool,
): ReadonlyMap<string, number> {
  const kept = new Map<string, number>()
  if (request.named !== undefined) return kept
  for (const { key } of request.members) {
    const port = previousOf(request, key, previous)
    if (port === undefined) continue
    if ([...kept.values()].includes(port) || take(pool, BigInt(port))) kept.set(key, port)
  }
  return kept
}

function choose(
  request: Request,
  previous: Allocations,
  pool: NumberPool,
  explicit: ReadonlyMap<number, InputObject<Service>>,
  problems: Diagnostics,
): number | undefined {
  const { service, members } = request
  const [first] = members
  invariant(first, 'a request is of at least one port')
  const { index, key } = first
  const path = ['spec', 'ports', index, 'nodePort']
  const number = takeFor(pool, `${serviceKey(service)} ${key}`)
  if (number === undefined) {
    problems.report('KN081', service, path, 'the node port range has no free port left')
    return undefined
  }
  const before = previousOf(request, key, previous)
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
