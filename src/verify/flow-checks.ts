import { familyOf, type Ip, isUnusable } from '../address/address.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { Endpoint } from '../model/endpoint.js'
import type { ServicePort } from '../model/service-port.js'
import {
  type Client,
  type Expectation,
  type ExpectedBackend,
  fraction,
  type Place,
  type Scene,
  UPLINK,
} from '../traffic/packet.js'
import { expect } from '../traffic/promise/promise.js'
import {
  addressOwner,
  inServiceCIDR,
  nodePortOwner,
  placeKey,
  protocolOf,
  servesNodePorts,
  standingOf,
  type View,
} from '../traffic/promise/view.js'
import { deepEqual } from '../util/collections.js'
import { didYouMean, quote } from '../util/text.js'
import type { Check, Destination } from './check.js'
import type { Flow, FlowCheck, FlowVia } from './flows.js'
import { canBeAsked } from './lab/scene.js'
import { expectationText, isAt, placeText } from './report.js'
import { podClient } from './what/clients.js'
import type { Trials } from './what/trials.js'

/**
 * Adds what flows ask for to what is tried. A flow takes the place of a check with the same client and
 * destination: what a user says wins. Flows that cannot be meant are reported and left out.
 */
export function addFlows(
  view: View,
  trials: Trials,
  flows: readonly Flow[],
  problems: Diagnostics,
): Trials {
  const { scene, checks } = trials
  const clients = [...new Set(checks.map(({ client }) => client))]
  const asked = flows.flatMap(flow => checksOf({ view, scene, clients }, flow, problems))
  const keys = new Set(asked.map(keyOf))
  return {
    ...trials,
    scene: withParticipants(scene, asked),
    checks: [...checks.filter(check => !keys.has(keyOf(check))), ...asked],
  }
}

const keyOf = ({ client, destination }: Check): string => `${client.ip} ${placeKey(destination)}`

function checksOf(senders: Senders, flow: Flow, problems: Diagnostics): readonly FlowCheck[] {
  const before = problems.errorCount
  const destinations = destinationsOf(senders.view, flow, problems).filter(one =>
    isMeant(flow, one),
  )
  const pairs = destinations.flatMap(destination =>
    clientsFor(senders, flow, destination).map(client => ({ client, destination })),
  )
  const clients = pairs.map(({ client }) => client)
  checkClients(flow, destinations, clients, problems)
  if (problems.errorCount > before) return []
  return pairs.flatMap(pair => checkOf(senders, flow, pair, problems) ?? [])
}

/** Backends that a flow lists say which families it means. */
function isMeant({ expect: { backends } }: Flow, { ip }: Destination): boolean {
  return backends === undefined || backends.some(one => familyOf(one.ip) === familyOf(ip))
}

function checkOf(
  { view }: Senders,
  flow: Flow,
  pair: { readonly client: Client; readonly destination: Destination },
  problems: Diagnostics,
): FlowCheck | undefined {
  const derived = expect(view, pair.client, pair.destination)
  const expected = expectationOf(view, flow, pair, derived, problems)
  return expected && { ...pair, expected, flow, derived }
}

/** The scene with hosts for addresses that only flows send from, and listeners where they arrive. */
function withParticipants(scene: Scene, checks: readonly FlowCheck[]): Scene {
  const own = new Set([
    ...scene.node.addresses,
    ...scene.pods.flatMap(({ addresses }) => addresses),
  ])
  const senders = checks.map(({ client }) => client.ip).filter(ip => !own.has(ip))
  const arrivals = checks.flatMap(({ destination }) => [destination, ...backendsOf(destination)])
  const listeners = [...scene.listeners, ...arrivals.map(placeOf)]
  return {
    ...scene,
    beyond: [...new Set([...scene.beyond, ...senders])],
    listeners: [...new Map(listeners.map(one => [placeKey(one), one])).values()],
  }
}

const placeOf = ({ ip, port, protocol }: Place): Place => ({ ip, port, protocol })

/** Its service port may be one that was not chosen for the scene. */
const backendsOf = ({ servicePort, protocol }: Destination): readonly Place[] =>
  servicePort?.endpoints.map(({ ip, port }) => ({ ip, port, protocol })) ?? []

type ServiceTarget = Extract<Flow['to'], { kind: 'service' }>

/** Every destination that a flow names; what nothing is found for is reported (KN132). */
function destinationsOf(view: View, flow: Flow, problems: Diagnostics): readonly Destination[] {
  const { to, via = 'cluster-ip', subject } = flow
  const report = (field: string, message: string): readonly Destination[] => {
    problems.report('KN132', subject, [field], message)
    return []
  }
  if (to.kind === 'place') {
    const isOther = flow.family !== undefined && flow.family !== familyOf(to.place.ip)
    if (isOther) return report('family', `is ${flow.family}, and the address ${to.place.ip} is not`)
    return canBeAsked(to.place.ip)
      ? [placeDestination(view, to.place)]
      : report('to', `must be an address of a host (got ${to.place.ip})`)
  }
  const all = [...view.cluster.ports.IPv4, ...view.cluster.ports.IPv6]
  const ofService = all.filter(one => one.namespace === to.namespace && one.name === to.name)
  if (ofService.length === 0) return report('to', noService(to, all))
  const ports = ofService.filter(one => isNamed(one, to, ofService))
  if (ports.length === 0) return report('to', noPort(to, ofService))
  const ofFamily = ports.filter(one => flow.family === undefined || one.family === flow.family)
  if (ofFamily.length === 0)
    return report('family', `must be one of the Service's (got ${flow.family})`)
  const found = ofFamily.flatMap(port => destinationsVia(view, port, via))
  if (found.length > 0) return found
  const others = VIAS.filter(one =>
    ofFamily.some(port => destinationsVia(view, port, one).length > 0),
  )
  const hint = others.length > 0 ? `; it has ${others.join(', ')}` : ''
  return report('via', `the port has no ${via} on this node${hint}`)
}

const VIAS: readonly FlowVia[] = ['cluster-ip', 'external-ip', 'load-balancer-ip', 'node-port']

function destinationsVia(view: View, port: ServicePort, via: FlowVia): readonly Destination[] {
  const number = via === 'node-port' ? port.nodePort : port.port
  if (number === undefined) return []
  const protocol = protocolOf(port)
  return addressesVia(view, port, via).map(ip => ({
    kind: via,
    ip,
    port: number,
    protocol,
    servicePort: port,
  }))
}

function addressesVia(view: View, port: ServicePort, via: FlowVia): readonly Ip[] {
  switch (via) {
    case 'cluster-ip':
      return port.clusterIP === undefined ? [] : [port.clusterIP]
    case 'external-ip':
      return port.externalIPs
    case 'load-balancer-ip':
      return port.loadBalancerIPs
    case 'node-port':
      return view.node.addresses.filter(
        ip => familyOf(ip) === port.family && servesNodePorts(view, ip),
      )
  }
}

/** A place with what the objects say of it. */
function placeDestination(view: View, place: Place): Destination {
  const byAddress = addressOwner(view, place)?.port
  if (byAddress) return { ...place, kind: addressKind(byAddress, place.ip), servicePort: byAddress }
  const byNodePort = servesNodePorts(view, place.ip) ? nodePortOwner(view, place)?.port : undefined
  if (byNodePort) return { ...place, kind: 'node-port', servicePort: byNodePort }
  if (view.owners.clusterIPs.has(place.ip))
    return { ...place, kind: 'wrong-port', servicePort: undefined }
  const kind = inServiceCIDR(view, place.ip) ? 'unallocated-ip' : 'no-service'
  return { ...place, kind, servicePort: undefined }
}

function addressKind({ clusterIP, externalIPs }: ServicePort, ip: Ip): Destination['kind'] {
  if (ip === clusterIP) return 'cluster-ip'
  return externalIPs.includes(ip) ? 'external-ip' : 'load-balancer-ip'
}

/** By name first: a name may consist of digits and one letter, a number never is one. */
function isNamed(
  { portName, port, protocol }: ServicePort,
  target: ServiceTarget,
  ofService: readonly ServicePort[],
): boolean {
  if (target.protocol !== undefined && protocol.toLowerCase() !== target.protocol) return false
  if (target.port === undefined) return ofService.every(one => one.portName === portName)
  return portName === target.port || String(port) === target.port
}

function noService({ namespace, name }: ServiceTarget, all: readonly ServicePort[]): string {
  const names = new Set(all.map(port => `${port.namespace}/${port.name}`))
  return `no Service that is served here is named ${quote(`${namespace}/${name}`)}${didYouMean(`${namespace}/${name}`, names)}`
}

function noPort(target: ServiceTarget, ofService: readonly ServicePort[]): string {
  const known = [...new Set(ofService.map(portLabel))].join(', ')
  if (target.port === undefined) return `must name one of the ports ${known}`
  return `the Service has the ports ${known} (got ${quote(target.port)})`
}

const portLabel = ({ portName, port, protocol }: ServicePort): string =>
  `${portName === '' ? port : `${portName} (${port})`}/${protocol.toLowerCase()}`

/** Who may send in a scene. */
export interface Senders {
  readonly view: View
  readonly scene: Scene
  /** Those of the checks that the objects promise. */
  readonly clients: readonly Client[]
}

/** The clients of a flow for one of its destinations; none where it has none in that family. */
function clientsFor(senders: Senders, { from }: Flow, destination: Destination): readonly Client[] {
  const family = familyOf(destination.ip)
  if (from.kind === 'address')
    return familyOf(from.ip) === family ? [clientAt(senders, from.ip)] : []
  const ofKind = senders.clients.filter(
    ({ kind, ip }) => kind === from.clients && familyOf(ip) === family,
  )
  if (from.clients !== 'backend') return ofKind.slice(0, 1)
  const { servicePort } = destination
  return servicePort
    ? ofKind.filter(client => servicePort.endpoints.some(({ ip }) => ip === client.ip))
    : ofKind
}

/** Whoever has an address: known in the scene, or a host behind the uplink. */
function clientAt({ view, scene, clients }: Senders, ip: Ip): Client {
  const known = clients.find(client => client.ip === ip)
  if (known) return known
  if (scene.node.addresses.includes(ip))
    return { kind: 'node', name: `node ${ip}`, ip, inputInterface: undefined }
  const pod = scene.pods.find(({ addresses }) => addresses.includes(ip))
  if (pod) return podClient('pod', ip, scene.bridge ?? pod.device)
  const { isPod } = standingOf(view, { ip, inputInterface: UPLINK })
  const kind = isPod === true ? 'pod-elsewhere' : 'outside'
  return { kind, name: `${kind} ${ip}`, ip, inputInterface: UPLINK }
}

/** Reports (KN131) an address that cannot send, or that nobody sends from to any destination. */
function checkClients(
  flow: Flow,
  destinations: readonly Destination[],
  found: readonly Client[],
  problems: Diagnostics,
): void {
  const { from, subject } = flow
  if (from.kind === 'address' && (isUnusable(from.ip) || !canBeAsked(from.ip))) {
    const message = `must be an address that others can answer to, neither loopback, link-local, multicast nor broadcast (got ${from.ip})`
    problems.report('KN131', subject, ['from'], message)
  } else if (found.length === 0 && destinations.length > 0) {
    const families = [...new Set(destinations.map(({ ip }) => familyOf(ip)))].join(' and ')
    const message =
      from.kind === 'address'
        ? `must be of the family of the destination, ${families} (got ${from.ip})`
        : `the scene has no client of the kind ${from.clients} for this destination (${families})`
    problems.report('KN131', subject, ['from'], message)
  }
}

/**
 * What a flow expects of one client at one destination; what it does not say is taken from `derived`.
 * Undefined after reporting what neither of them says (KN134), or an unknown backend (KN133).
 */
function expectationOf(
  view: View,
  flow: Flow,
  pair: { readonly client: Client; readonly destination: Destination },
  derived: Expectation,
  problems: Diagnostics,
): Expectation | undefined {
  const { verdict = 'backends' } = flow.expect
  const reason = { code: 'flow', text: 'the flow says so' }
  if (verdict !== 'backends') {
    return derived.verdict === verdict ? derived : { verdict, reason }
  }
  const backends = expectedBackends(view, flow, pair, derived, problems)
  if (backends === undefined) return undefined
  const isDerived = derived.verdict === verdict && isSame(derived.backends, backends)
  return isDerived ? derived : { verdict, backends, reason }
}

function isSame(some: readonly ExpectedBackend[], others: readonly ExpectedBackend[]): boolean {
  const isAmong = ({ at, share, masqueraded }: ExpectedBackend): boolean =>
    others.some(
      other => deepEqual([other.at, other.share], [at, share]) && other.masqueraded === masqueraded,
    )
  return some.length === others.length && some.every(isAmong)
}

function expectedBackends(
  view: View,
  flow: Flow,
  { client, destination }: { readonly client: Client; readonly destination: Destination },
  derived: Expectation,
  problems: Diagnostics,
): readonly ExpectedBackend[] | undefined {
  const promised = derived.verdict === 'backends' ? derived.backends : []
  const listed = listedEndpoints(view, flow, destination, problems)
  if (listed === 'unknown') return undefined
  const chosen = listed ? withShares(listed) : promised
  const backends = chosen.flatMap(({ at, share }) => {
    const masqueraded =
      flow.expect.masquerade ??
      promised.find(one => isAt(one.at, at))?.masqueraded ??
      commonMasquerade(promised, client)
    return masqueraded === undefined ? [] : [{ at, share, masqueraded }]
  })
  if (backends.length > 0 && backends.length === chosen.length) return backends
  const missing = listed ? 'masquerade' : 'backends'
  const message = `must say ${missing} too: the objects promise that ${expectationText(derived)} (${derived.reason.text})`
  problems.report('KN134', flow.subject, ['expect'], message)
  return undefined
}

/** The endpoints behind the backends that a flow lists in the family of a destination. */
function listedEndpoints(
  view: View,
  { subject, expect }: Flow,
  destination: Destination,
  problems: Diagnostics,
): readonly Endpoint[] | undefined | 'unknown' {
  if (expect.backends === undefined) return undefined
  const known = endpointsFor(view, destination)
  const family = familyOf(destination.ip)
  const before = problems.errorCount
  const found = expect.backends.map((at, index) => {
    const endpoint = known.find(one => isAt(one, at))
    if (endpoint || familyOf(at.ip) !== family) return endpoint
    const hint = didYouMean(placeText(at), new Set(known.map(({ id }) => id)))
    const message = `${placeText(at)} is no endpoint of the destination${hint}`
    problems.report('KN133', subject, ['expect', 'backends', index], message)
    return undefined
  })
  if (problems.errorCount > before) return 'unknown'
  return [...new Set(found.filter(one => one !== undefined))]
}

/** Whether the source is rewritten for all backends that are not the client itself, if that is one. */
function commonMasquerade(
  promised: readonly ExpectedBackend[],
  client: Client,
): boolean | undefined {
  const others = promised.filter(({ at }) => at.ip !== client.ip)
  const values = new Set(others.map(({ masqueraded }) => masqueraded))
  return values.size === 1 ? [...values][0] : undefined
}

/** The endpoints that a destination may lead to: of its service port, or of any where it has none. */
function endpointsFor({ cluster }: View, { servicePort, ip }: Destination): readonly Endpoint[] {
  if (servicePort) return servicePort.endpoints
  const all = cluster.ports[familyOf(ip)].flatMap(({ endpoints }) => endpoints)
  return [...new Map(all.map(endpoint => [endpoint.id, endpoint])).values()]
}

/** Endpoints with their shares by weight; equal ones where one of them weighs nothing. */
function withShares(
  endpoints: readonly Endpoint[],
): readonly Omit<ExpectedBackend, 'masqueraded'>[] {
  const isEqual = endpoints.some(({ weight }) => weight === 0)
  const weights = endpoints.map(({ weight }) => (isEqual ? 1 : weight))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return endpoints.map(({ ip, port }, i) => ({
    at: { ip, port },
    share: fraction(weights[i] ?? 0, total),
  }))
}
