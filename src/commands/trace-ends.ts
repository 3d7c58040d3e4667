import { type Ip, parseIp } from '../address/address.js'
import { UsageError } from '../options/read.js'
import type { L4Protocol } from '../rules/match.js'
import { quote } from '../util/text.js'

/** A destination as the command line gives it. */
export type GivenDestination =
  | {
      readonly kind: 'address'
      readonly ip: Ip
      /** Absent for ICMP alone. */
      readonly port: number | undefined
      readonly protocol: L4Protocol | 'icmp'
    }
  | {
      readonly kind: 'service'
      readonly namespace: string
      readonly name: string
      /** Its name or its number. */
      readonly port: string | undefined
      readonly protocol: L4Protocol | undefined
    }
  | {
      readonly kind: 'node'
      readonly name: string
      readonly port: number
      readonly protocol: L4Protocol
    }

/** A sender as the command line gives it. */
export type GivenSource =
  | { readonly kind: 'address'; readonly ip: Ip }
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'node'; readonly name: string }

const TRANSPORT: readonly string[] = ['tcp', 'udp', 'sctp'] satisfies L4Protocol[]
const ADDRESS = /^(?:\[([^\]]*)\]|([^[\]/]*?))(?::(\d{1,5}))?(?:\/([A-Za-z0-9]+))?$/
const BARE_IPV6 = /^([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:\/([A-Za-z0-9]+))?$/
const SERVICE = /^([^/:[\]]+)\/([^/:[\]]+)(?::([^/:]+))?(?:\/([A-Za-z0-9]+))?$/
const NODE = /^([^/:[\]]+):(\d{1,5})(?:\/([A-Za-z0-9]+))?$/
const MAX_PORT = 65535

/**
 * Reads `10.96.0.10:53/udp`, `[fd00::1]:80`, `10.96.0.1/icmp`, `shop/web:https`, `worker-1:30080`;
 * the protocol is TCP where none is said.
 *
 * @throws UsageError for anything else
 */
export function parseDestination(text: string): GivenDestination {
  const found = addressIn(text) ?? serviceIn(text) ?? nodeIn(text)
  if (found) return found
  throw new UsageError(
    `--to takes ADDRESS:PORT[/PROTOCOL], ADDRESS/icmp, NAMESPACE/SERVICE[:PORT] or NODE:PORT (got ${quote(text)})`,
  )
}

function addressIn(text: string): GivenDestination | undefined {
  const [, bare, bareProtocol] = BARE_IPV6.exec(text) ?? []
  const [, bracketed, plain, digits, anyProtocol] = ADDRESS.exec(text) ?? []
  const ip = parseIp(bare ?? bracketed ?? plain ?? '')?.ip
  if (ip === undefined) return undefined
  const given = (bare === undefined ? anyProtocol : bareProtocol)?.toLowerCase()
  const port = bare === undefined ? digits : undefined
  if (given === 'icmp' || given === 'icmpv6') {
    if (port !== undefined) throw new UsageError(`--to ${text}: ICMP has no ports`)
    return { kind: 'address', ip, port: undefined, protocol: 'icmp' }
  }
  const host = ip.includes(':') ? `[${ip}]` : ip
  if (port === undefined) {
    throw new UsageError(
      `--to ${quote(text)} needs a port, as ${host}:80/tcp, or is a ping: ${host}/icmp`,
    )
  }
  return { kind: 'address', ip, port: portOf(port, text), protocol: protocolOf(given, text) }
}

function serviceIn(text: string): GivenDestination | undefined {
  const [, namespace, name, port, protocol] = SERVICE.exec(text) ?? []
  if (namespace === undefined || name === undefined) return undefined
  const given = protocol === undefined ? undefined : protocolOf(protocol.toLowerCase(), text)
  return { kind: 'service', namespace, name, port, protocol: given }
}

function nodeIn(text: string): GivenDestination | undefined {
  const [, name, port, protocol] = NODE.exec(text) ?? []
  if (name === undefined || port === undefined) return undefined
  return {
    kind: 'node',
    name,
    port: portOf(port, text),
    protocol: protocolOf(protocol?.toLowerCase(), text),
  }
}

function portOf(digits: string, text: string): number {
  const port = Number(digits)
  if (port >= 1 && port <= MAX_PORT) return port
  throw new UsageError(`--to ${quote(text)}: a port is a number from 1 to ${MAX_PORT}`)
}

function protocolOf(given: string | undefined, text: string): L4Protocol {
  if (given === undefined) return 'tcp'
  if (TRANSPORT.includes(given)) return given as L4Protocol
  throw new UsageError(`--to ${quote(text)}: a protocol is tcp, udp, sctp, or icmp without a port`)
}

/**
 * Reads an address, `namespace/pod`, or the name of a node.
 *
 * @throws UsageError for anything else
 */
export function parseSource(text: string): GivenSource {
  const ip = parseIp(text.replace(/^\[(.*)\]$/, '$1'))?.ip
  if (ip !== undefined) return { kind: 'address', ip }
  const [namespace, name, ...rest] = text.split('/')
  if (namespace && name && rest.length === 0) return { kind: 'pod', namespace, name }
  if (namespace && name === undefined && !/[\s:[\]]/.test(namespace)) {
    return { kind: 'node', name: namespace }
  }
  throw new UsageError(
    `--from takes an address, NAMESPACE/POD, or the name of a node (got ${quote(text)})`,
  )
}
