import { familyOf, type Ip } from '../../address/address.js'
import type { Diagnostics } from '../../diagnostics/diagnostic.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Place } from '../../traffic/packet.js'
import {
  addressOwner,
  inServiceCIDR,
  nodePortOwner,
  protocolOf,
  servesNodePorts,
  type View,
} from '../../traffic/promise/view.js'
import { didYouMean, quote } from '../../util/text.js'
import type { Destination } from '../check.js'
import { canBeAsked } from '../world/check-scene.js'
import type { Flow } from './flows.js'
import type { FlowVia } from './words.js'

type ServiceTarget = Extract<Flow['to'], { kind: 'service' }>

/** Every destination that a flow names; what nothing is found for is reported (KN132). */
export function destinationsOf(
  view: View,
  flow: Flow,
  problems: Diagnostics,
): readonly Destination[] {
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
