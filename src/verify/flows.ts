import { type Family, type Ip, parseIp } from '../address/address.js'
import type { Diagnostics, FieldPath, Source, Subject } from '../diagnostics/diagnostic.js'
import type { FlowExpectation, Flow as FlowSpec } from '../generated/types.gen.js'
import { flows as isFlows } from '../generated/validators.gen.js'
import { loadDocuments } from '../input/documents.js'
import { checkSchema } from '../input/schema.js'
import type { ClientKind, Expectation, Place, ProbeProtocol } from '../traffic/packet.js'
import { nearest, quote } from '../util/text.js'
import type { Check } from './check.js'

/** A user's own assertion, its words read but not yet looked up. */
export interface Flow {
  /** How reports call it. */
  readonly name: string
  /** For diagnostics, and the place that a report shows. */
  readonly subject: Subject
  readonly from: FlowSource
  readonly to: FlowTarget
  /** Absent where the user does not say. */
  readonly via: FlowVia | undefined
  readonly family: Family | undefined
  readonly expect: {
    readonly verdict: FlowExpectation['verdict']
    readonly backends: readonly Socket[] | undefined
    readonly masquerade: boolean | undefined
  }
}

/** The flows of a file of --flows. Those that cannot be meant are reported (KN130, KN131) and left out. */
export function parseFlows(source: Source, problems: Diagnostics): readonly Flow[] {
  const { documents, isBlank } = loadDocuments(source, problems)
  if (isBlank) {
    const message = 'is empty: expected `flows:` and a list of {from, to, expect}'
    problems.reportAt('KN130', source, undefined, message)
  }
  return documents.flatMap(({ value, start, end }) => {
    const place = { source, start, end, path: [] }
    const checked = checkSchema(isFlows, value)
    if ('value' in checked) {
      return checked.value.flows.flatMap((spec, index) => {
        const subject = { label: labelOf(spec, index), place: { ...place, path: ['flows', index] } }
        return readFlow(spec, subject, problems) ?? []
      })
    }
    for (const { path, message } of checked.errors)
      problems.report('KN130', { label: '', place }, path, message)
    return []
  })
}

const labelOf = ({ name }: FlowSpec, index: number): string =>
  name ? `flow ${quote(name)}` : `flow ${index + 1}`

type Report = (path: FieldPath, message: string) => void

function readFlow(spec: FlowSpec, subject: Subject, problems: Diagnostics): Flow | undefined {
  const before = problems.errorCount
  const report: Report = (path, message) => problems.report('KN130', subject, path, message)
  const from = parseFrom(spec.from)
  if (!from) problems.report('KN131', subject, ['from'], notAClient(spec.from))
  const to = parseTo(spec.to)
  if (!to) {
    const right = 'namespace/service:port, or address:port/protocol such as [fd00::1]:53/udp'
    report(['to'], `must be ${right} (got ${quote(spec.to)})`)
  }
  if (to?.kind === 'place' && spec.via !== undefined)
    report(['via'], 'goes with a Service in `to`, and not with an address')
  const expect = readExpectation(spec.expect, report)
  if (!from || !to || problems.errorCount > before) return undefined
  const name = spec.name || `${spec.from} -> ${spec.to}`
  return { name, subject, from, to, via: spec.via, family: spec.family, expect }
}

function notAClient(text: string): string {
  const [similar] = nearest(text, CLIENT_KINDS)
  const hint = similar === undefined ? '' : `; did you mean ${similar}?`
  return `must be ${CLIENT_KINDS.join(', ')} or an IP address (got ${quote(text)}${hint})`
}

function readExpectation(spec: FlowExpectation, report: Report): Flow['expect'] {
  const { verdict, backends, masquerade } = spec
  if (verdict !== undefined && verdict !== 'backends') {
    const message = `belongs to the verdict backends, and the verdict is ${verdict}`
    if (backends !== undefined) report(['expect', 'backends'], message)
    if (masquerade !== undefined) report(['expect', 'masquerade'], message)
  }
  return { verdict, backends: backends && readBackends(backends, report), masquerade }
}

function readBackends(texts: readonly string[], report: Report): readonly Socket[] {
  return texts.flatMap((text, index) => {
    const socket = parseSocket(text)
    if (socket) return [socket]
    const message = `must be ip:port, IPv6 in brackets (got ${quote(text)})`
    report(['expect', 'backends', index], message)
    return []
  })
}

/** A check that a user asked for. */
export interface FlowCheck extends Check {
  readonly flow: Flow
  /** What the objects promise there. */
  readonly derived: Expectation
}

/** Whether a user asked for a check. */
export const isFlowCheck = (check: Check): check is FlowCheck => 'flow' in check

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
const CLIENT_KINDS: readonly ClientKind[] = ['outside', 'pod', 'pod-elsewhere', 'node', 'backend']

/** Reads `from`; undefined for what is neither a kind of client nor an address. */
function parseFrom(text: string): FlowSource | undefined {
  const clients = CLIENT_KINDS.find(kind => kind === text)
  if (clients !== undefined) return { kind: 'clients', clients }
  const parsed = parseIp(text)
  return parsed && { kind: 'address', ip: parsed.ip }
}

const SERVICE = /^([^/:\s]+)\/([^/:\s]+)(?::([^/:\s]+))?(?:\/(tcp|udp|sctp))?$/i
const PLACE = /^(.+)\/(tcp|udp|sctp)$/i

/** Reads `to`; undefined for what is neither a port of a Service nor a place. */
function parseTo(text: string): FlowTarget | undefined {
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
function parseSocket(text: string): Socket | undefined {
  const [, bracketed, plain, digits] = SOCKET.exec(text) ?? []
  const parsed = parseIp(bracketed ?? plain ?? '')
  const port = Number(digits)
  const wanted: Family = bracketed === undefined ? 'IPv4' : 'IPv6'
  if (!parsed || parsed.family !== wanted || port > 65535) return undefined
  return { ip: parsed.ip, port }
}
