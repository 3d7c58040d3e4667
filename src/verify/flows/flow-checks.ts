import { familyOf } from '../../address/address.js'
import type { Diagnostics } from '../../diagnostics/diagnostic.js'
import type { Client, Place, Scene } from '../../traffic/packet.js'
import { expect } from '../../traffic/promise/promise.js'
import { placeKey, type View } from '../../traffic/promise/view.js'
import type { Check, Destination } from '../check.js'
import type { Trials } from '../checks/scene-of.js'
import { checkClients, clientsFor, type Senders } from './clients.js'
import { destinationsOf } from './destinations.js'
import { expectationOf } from './expectation.js'
import type { FlowCheck } from './flow-check.js'
import type { Flow } from './flows.js'

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
