import type { Family, Ip } from '../address/address.js'
import type { FindingCode } from '../diagnostics/catalog/index.js'
import type { FieldPath } from '../diagnostics/diagnostic.js'
import type { Service } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import type { FrontendKind, ServicePort } from '../model/service-port.js'
import type { Frontend } from '../plan/frontends.js'
import type { Plan, PortPlan } from '../plan/plan.js'

/** What one family of a node is before and after the change of kube-proxy's mode. */
export interface Sides {
  readonly family: Family
  readonly iptables: Plan
  readonly nftables: Plan
  /** Services that another proxy serves. */
  readonly leftToOthers: readonly InputObject<Service>[]
}

/** One place that a finding is about. */
export interface Touch {
  readonly service: InputObject<Service>
  /** Name of the service port; absent where the Service as a whole is meant, empty for an unnamed one. */
  readonly portName: string | undefined
  readonly family: Family
  /** The field of the Service that it comes from. */
  readonly path: FieldPath
  /** What changes, in a few words: an address with a port, a chain. */
  readonly what: string
}

/** What a rule found in one family. */
export interface Change {
  /** What changes on this node, in a sentence without a full stop. */
  readonly detail: string
  readonly touches: readonly Touch[]
}

/** Looks for one kind of change in one family; nothing where the traffic stays as it is. */
export type MigrationRule = (sides: Sides) => Change | undefined

/** One kind of change with all that it touches; reason and remedy are in the catalogue. */
export interface Finding {
  readonly code: FindingCode
  /** One for each family that it was found in. */
  readonly details: readonly string[]
  readonly touches: readonly Touch[]
}

/** What changes for the traffic of Services when a node moves from iptables to nftables mode. */
export interface Migration {
  /** In the order of their codes. */
  readonly findings: readonly Finding[]
  /** What could not be told. */
  readonly notes: readonly string[]
}

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
function destinationText({ protocol }: ServicePort, ip: Ip | undefined, number: number): string {
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
