import { familyOf, type Ip, isUnusable } from '../../address/address.js'
import type { Diagnostics } from '../../diagnostics/diagnostic.js'
import { type Client, type Scene, UPLINK } from '../../traffic/packet.js'
import { standingOf, type View } from '../../traffic/promise/view.js'
import type { Destination } from '../check.js'
import { podClient } from '../checks/clients.js'
import { canBeAsked } from '../world/check-scene.js'
import type { Flow } from './flows.js'

/** Who may send in a scene. */
export interface Senders {
  readonly view: View
  readonly scene: Scene
  /** Those of the checks that the objects promise. */
  readonly clients: readonly Client[]
}

/** The clients of a flow for one of its destinations; none where it has none in that family. */
export function clientsFor(
  senders: Senders,
  { from }: Flow,
  destination: Destination,
): readonly Client[] {
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
export function checkClients(
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
