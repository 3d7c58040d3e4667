import { type Family, type Ip, parseIp } from '../../address/address.js'
import type { ClientKind, Place, ProbeProtocol } from '../../traffic/packet.js'

/** Who sends: every client of a kind, or one address. */
export type FlowSource =
  | { readonly kind: 'clients'; readonly clients: ClientKind }
  | { readonly kind: 'address'; readonly ip: Ip }

/** Where to: a port of a Service, or any place. */
export type FlowTarget =
  | {
      readonly kind: 'service'
      readonly namespace: string
      readonly name: string
      /** Name or number; absent for the only port. */
      readonly port: string | undefined
      /** Absent for every protocol that has the port. */
      readonly protocol: ProbeProtocol | undefined
    }
  | { readonly kind: 'place'; readonly place: Place }

export type FlowVia = 'cluster-ip' | 'node-port' | 'external-ip' | 'load-balancer-ip'

/** The kinds of client as users write them. */
export const CLIENT_KINDS: readonly ClientKind[] = [
  'outside',
  'pod',
  'pod-elsewhere',
  'node',
  'backend',
]

/** Reads `from`; undefined for what is neither a kind of client nor an address. */
export function parseFrom(text: string): FlowSource | undefined {
  const clients = CLIENT_KINDS.find(kind => kind === text)
  if (clients !== undefined) return { kind: 'clients', clients }
  const parsed = parseIp(text)
  return parsed && { kind: 'address', ip: parsed.ip }
}

const SERVICE = /^([^/:\s]+)\/([^/:\s]+)(?::([^/:\s]+))?(?:\/(tcp|udp|sctp))?$/i
const PLACE = /^(.+)\/(tcp|udp|sctp)$/i

/** Reads `to`; undefined for what is neither a port of a Service nor a place. */
export function parseTo(text: string): FlowTarget | undefined {
  const [, socketText = '', protocol = ''] = PLACE.exec(text) ?? []
  const socket = parseSocket(socketText)
  if (socket) return { kind: 'place', place: { ...socket, protocol: protocolOf(protocol) } }
  const [found, namespace = '', name = '', port, word] = SERVICE.exec(text) ?? []
  if (found === undefined) return undefined
  return { kind: 'service', namespace, name, port, protocol: word ? protocolOf(word) : undefined }
}

const protocolOf = (word: string): ProbeProtocol => word.toLowerCase() as ProbeProtocol

/** An address and a port. */
export type Socket = Pick<Place, 'ip' | 'port'>

const SOCKET = /^(?:\[([^[\]]+)\]|([^[\]:]+)):([1-9]\d{0,4})$/

/** Reads `10.0.0.1:80` or `[fd00::1]:80`. */
export function parseSocket(text: string): Socket | undefined {
  const [, bracketed, plain, digits] = SOCKET.exec(text) ?? []
  const parsed = parseIp(bracketed ?? plain ?? '')
  const port = Number(digits)
  const wanted: Family = bracketed === undefined ? 'IPv4' : 'IPv6'
  if (!parsed || parsed.family !== wanted || port > 65535) return undefined
  return { ip: parsed.ip, port }
}
