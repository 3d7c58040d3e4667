import type { Ip } from '../address/address.js'
import type { FieldPath } from '../diagnostics/diagnostic.js'
import type { ServicePort } from '../model/service-port.js'
import type { Frontend, FrontendKind } from '../plan/frontends.js'
import type { Plan, PortPlan } from '../plan/plan.js'
import type { Change, Touch } from './finding.js'

/** Fields below the port's entry in `spec.ports`. */
const PORT_FIELDS: Readonly<Partial<Record<FrontendKind, string>>> = { 'node-port': 'nodePort' }
const SERVICE_FIELDS: Readonly<Partial<Record<FrontendKind, FieldPath>>> = {
  'cluster-ip': ['spec', 'clusterIP'],
  'external-ip': ['spec', 'externalIPs'],
  'load-balancer-ip': ['status', 'loadBalancer', 'ingress'],
}

/** A service port as something that a change touches, by default with its entry in `spec.ports`. */
export function touchPort(port: ServicePort, what: string, path?: FieldPath): Touch {
  const { service, portName, family, index } = port
  return { service, portName, family, path: path ?? ['spec', 'ports', index], what }
}

/** A destination of a service port, with the field that makes it one. */
export function touchFrontend(port: ServicePort, { kind, ip, port: number }: Frontend): Touch {
  const field = PORT_FIELDS[kind]
  const path =
    field === undefined ? SERVICE_FIELDS[kind] : (['spec', 'ports', port.index, field] as const)
  return touchPort(port, destinationText(port, ip, number), path)
}

/** `10.96.0.1:80/tcp`, `[fd00::1]:80/tcp`; `30080/tcp` without an address. */
export function destinationText(
  { protocol }: ServicePort,
  ip: Ip | undefined,
  number: number,
): string {
  const place = `${number}/${protocol.toLowerCase()}`
  if (ip === undefined) return place
  return ip.includes(':') ? `[${ip}]:${place}` : `${ip}:${place}`
}

/** A service port of a plan with one of its destinations. */
export interface PlannedFrontend {
  readonly planned: PortPlan
  readonly frontend: Frontend
}

/** The destinations of some kinds. */
export const frontendsOf = (
  { ports }: Plan,
  kinds: readonly FrontendKind[],
): readonly PlannedFrontend[] =>
  ports.flatMap(planned =>
    planned.frontends
      .filter(({ kind }) => kinds.includes(kind))
      .map(frontend => ({ planned, frontend })),
  )

/** Touches of some destinations. */
export const touchesOf = (frontends: readonly PlannedFrontend[]): readonly Touch[] =>
  frontends.map(({ planned, frontend }) => touchFrontend(planned.port, frontend))

/** A change of traffic to Services, which is none where it touches nothing. */
export const changeOf = (detail: string, touches: readonly Touch[]): Change | undefined =>
  touches.length === 0 ? undefined : { detail, touches }

/** Touches of whole Services, once each. */
export function oncePerService(touches: readonly Touch[]): readonly Touch[] {
  const first = new Map<string, Touch>()
  for (const touch of touches) {
    const key = JSON.stringify([touch.service.namespace, touch.service.name, touch.what])
    if (!first.has(key)) first.set(key, { ...touch, portName: undefined })
  }
  return [...first.values()]
}
