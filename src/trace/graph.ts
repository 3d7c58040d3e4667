import type { TraceReport } from '../generated/reports.gen.js'
import { nodeOfAddresses } from '../model/node.js'
import { displayName, type ServicePort } from '../model/service-port.js'
import type { Frontend } from '../plan/frontends.js'
import type { Plan, PortPlan } from '../plan/plan.js'
import {
  type DispatchGraph,
  FRAMES,
  type GraphEdge,
  type GraphNode,
  type GraphNodeKind,
  type GraphView,
} from '../text/frames.js'
import { type GivenDestination, unknownName } from '../traffic/names.js'
import { fraction } from '../traffic/packet.js'
import { refusalOf } from '../traffic/promise/policies.js'
import { ownerOf } from '../traffic/promise/promise.js'
import type { View } from '../traffic/promise/view.js'
import { UsageError } from '../util/errors.js'
import { someOf, visible } from '../util/text.js'
import { shareOf } from './backends.js'
import { socketText } from './words.js'

/** Collects nodes and edges; what has the same key is one node. */
interface Drawing {
  readonly node: (key: string, kind: GraphNode['kind'], lines: readonly string[]) => string
  readonly has: (key: string) => boolean
  readonly edge: (from: string, to: string, label?: string) => void
  readonly finish: (title: string) => DispatchGraph
}

function drawing(): Drawing {
  const nodes = new Map<string, GraphNode>()
  const edges: GraphEdge[] = []
  return {
    node: (key, kind, lines) => {
      const known = nodes.get(key) ?? { id: `n${nodes.size + 1}`, kind, lines }
      nodes.set(key, known)
      return known.id
    },
    has: key => nodes.has(key),
    edge: (from, to, label) => {
      edges.push({ from, to, ...(label === undefined ? {} : { label }) })
    },
    finish: title => ({ title, nodes: [...nodes.values()], edges }),
  }
}

const KINDS: Readonly<Record<Frontend['kind'], string>> = {
  'cluster-ip': 'ClusterIP',
  'external-ip': 'external IP',
  'load-balancer-ip': 'load balancer IP',
  'node-port': 'node port',
}

const shareText = ({ fraction, percent }: ReturnType<typeof shareOf>): string =>
  `${fraction} (${percent} %)`

/** Everything that some service ports serve on a node: every address, and where its traffic goes. */
export function servicesGraph(view: View, ports: readonly PortPlan[]): DispatchGraph {
  const paper = drawing()
  for (const one of ports) {
    for (const frontend of one.frontends) drawFrontend(paper, view, one, frontend)
  }
  const names = [...new Set(ports.map(({ port }) => nameOf(port)))]
  return paper.finish(`${someOf(names)} on ${view.node.name}`)
}

function drawFrontend(paper: Drawing, view: View, planned: PortPlan, frontend: Frontend): void {
  const { port, allowedSources } = planned
  const protocol = port.protocol.toLowerCase()
  const address =
    frontend.ip === undefined
      ? String(frontend.port)
      : socketText({ ip: frontend.ip, port: frontend.port })
  const isFenced = frontend.ip !== undefined && port.loadBalancerIPs.includes(frontend.ip)
  const sources = isFenced && allowedSources ? [`from ${someOf(allowedSources)}`] : []
  const lines = [KINDS[frontend.kind], `${address}/${protocol}`, displayName(port), ...sources]
  const from = paper.node(
    `frontend ${address}/${protocol} ${frontend.kind} ${port.family}`,
    'frontend',
    lines,
  )
  const policy = frontend.kind === 'cluster-ip' ? 'internal' : 'external'
  const refusal = refusalOf(view, { port, policy, kind: frontend.kind })
  const isExternalLocal = frontend.kind !== 'cluster-ip' && frontend.policy === 'Local'
  const outside = isExternalLocal ? 'from outside' : undefined
  if (refusal) {
    const { verdict, reason } = refusal
    paper.edge(from, paper.node(`end ${from}`, 'end', [verdict, reason.text]), outside)
  } else {
    paper.edge(from, drawList(paper, planned, frontend.policy), outside)
  }
  if (isExternalLocal && frontend.reach.kind !== 'nowhere') {
    paper.edge(from, drawList(paper, planned, 'Cluster'), 'from pods and this node')
  }
}

/** A list of backends with its shares, drawn once for all that lead to it. */
function drawList(paper: Drawing, planned: PortPlan, policy: Frontend['policy']): string {
  const name = displayName(planned.port)
  const backends = policy === 'Local' ? planned.local : planned.cluster
  const { protocol, family } = planned.port
  const key = `list ${name} ${protocol} ${family} ${policy}`
  const isDrawn = paper.has(key)
  const hash = planned.hash === undefined ? [] : [`by a hash of ${planned.hash.by}`]
  const id = paper.node(key, 'policy', [`${policy} policy`, name, ...hash])
  if (isDrawn) return id
  const total = backends.reduce((sum, { weight }) => sum + weight, 0)
  for (const { endpoint, weight } of backends) {
    if (weight === 0) continue
    const { pod, nodeName } = endpoint
    const lines = [
      endpoint.id,
      ...(pod === undefined ? [] : [`${planned.port.namespace}/${pod}`]),
      ...(nodeName === undefined ? [] : [`on ${nodeName}`]),
    ]
    const to = paper.node(`backend ${name} ${endpoint.id}`, 'backend', lines)
    paper.edge(id, to, shareText(shareOf(fraction(weight, total))))
  }
  return id
}

/** The way of one packet, as far as a report tells it. */
export function traceGraph(report: TraceReport): DispatchGraph {
  const { packet, destination, backends, ends, reason, node } = report
  const paper = drawing()
  const client = paper.node('client', 'client', [
    packet.from,
    ...(packet.sender === undefined ? [] : [packet.sender]),
  ])
  const at = { ip: packet.to, port: packet.port }
  const address = `${socketText(at)}/${packet.protocol}`
  const frontend = paper.node('frontend', 'frontend', [
    ...(destination ? [KINDS[destination.kind]] : []),
    address,
    ...(destination ? [destination.servicePort] : []),
  ])
  paper.edge(client, frontend)
  const chooser =
    backends.length > 0 && destination
      ? paper.node('policy', 'policy', [`${destination.policy} policy`])
      : frontend
  if (chooser !== frontend) paper.edge(frontend, chooser)
  for (const backend of backends) {
    const socket = socketText({ ip: backend.address, port: backend.port })
    const lines = [
      socket,
      ...(backend.pod === undefined ? [] : [backend.pod]),
      ...(backend.node === undefined ? [] : [`on ${backend.node}`]),
      ...(backend.masqueraded ? ['masqueraded'] : []),
    ]
    const to = paper.node(`backend ${socket} ${backend.masqueraded}`, 'backend', lines)
    paper.edge(chooser, to, shareText(backend.share))
  }
  for (const { verdict, share, answer } of ends) {
    if (answer === undefined) continue
    const lines = [ENDS[verdict], ...(reason ? [reason.text] : [])]
    paper.edge(chooser, paper.node(`end ${verdict}`, 'end', lines), shareText(share))
  }
  return paper.finish(`${packet.from} to ${address}${node === undefined ? '' : ` on ${node}`}`)
}

const ENDS = { accept: 'left as it is', drop: 'dropped', reject: 'refused' } as const

/** The words in which one language writes text and shapes. */
interface GraphWords {
  readonly text: (lines: readonly string[]) => string
  readonly shape: Readonly<Record<GraphNodeKind, string>>
}

const MAX_LABEL = 300
const cut = (text: string): string =>
  text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL).replace(/[\ud800-\udbff]$/, '')}...` : text

/**
 * Foreign text in a label of Mermaid: all but plain characters as their numbers, which no version of
 * its grammar takes for anything else.
 */
export const mermaidText = (lines: readonly string[]): string =>
  lines
    .map(line =>
      [...cut(line)]
        .map(one => (/[A-Za-z0-9 .,:/()_-]/.test(one) ? one : `#${one.codePointAt(0)};`))
        .join(''),
    )
    .join('<br/>')

/** Foreign text in a quoted string of DOT, which knows no other escapes than these. */
export const dotText = (lines: readonly string[]): string =>
  lines.map(line => visible(cut(line)).replaceAll('\\', '\\\\').replaceAll('"', '\\"')).join('\\n')

const MERMAID: GraphWords = {
  text: mermaidText,
  shape: {
    client: 'client',
    frontend: 'frontend',
    policy: 'policy',
    backend: 'backend',
    end: 'end_',
  },
}
const DOT: GraphWords = {
  text: dotText,
  shape: {
    client: 'plaintext',
    frontend: 'box',
    policy: 'diamond',
    backend: 'box',
    end: 'octagon',
  },
}

const viewOf = (
  { title, nodes, edges }: DispatchGraph,
  { text, shape }: GraphWords,
): GraphView => ({
  title: text([title]),
  nodes: nodes.map(({ id, kind, lines }) => ({ id, label: text(lines), kind: shape[kind] })),
  edges: edges.map(({ from, to, label }) => ({
    from,
    to,
    ...(label === undefined ? {} : { label: text([label]) }),
  })),
})

/** A dispatch graph as a Mermaid flow chart. */
export const mermaidGraph = (graph: DispatchGraph): string =>
  FRAMES.traceMermaid(viewOf(graph, MERMAID))

/** A dispatch graph for Graphviz. */
export const dotGraph = (graph: DispatchGraph): string => FRAMES.traceDot(viewOf(graph, DOT))

/**
 * The graph of what a destination names: a Service, one port of it, or the service port at an address.
 *
 * @throws UsageError where it names no service port
 */
export function graphOfService(
  view: View,
  plans: readonly Plan[],
  to: GivenDestination,
): DispatchGraph {
  const chosen = plans.flatMap(plan => portsOf(view, plan, to))
  if (chosen.length > 0) return servicesGraph(view, chosen)
  if (to.kind !== 'service') throw new UsageError('--to is the destination of no Service')
  const known = plans.flatMap(({ ports }) => ports.map(({ port }) => nameOf(port)))
  const name = `${to.namespace}/${to.name}`
  if (!known.includes(name)) throw unknownName('--to', 'Service with rules', name, known)
  throw new UsageError(`--to ${name}: no port is named or numbered ${to.port}`)
}

const nameOf = ({ namespace, name }: ServicePort): string => `${namespace}/${name}`

function portsOf(view: View, plan: Plan, to: GivenDestination): readonly PortPlan[] {
  if (to.kind === 'service') return plan.ports.filter(({ port }) => isMeant(port, to))
  const ip = to.kind === 'address' ? to.ip : addressOf(plan, to.name)
  if (ip === undefined) return []
  const { protocol, port } = to
  if (port === undefined || protocol === 'icmp') return []
  const owner = ownerOf(view, { ip, inputInterface: 'eth0' }, { ip, port, protocol })
  return plan.ports.filter(planned => planned.port === owner?.port)
}

/** The graph is that of one node, so only its own node ports are of it. */
const addressOf = ({ node, family }: Plan, name: string) =>
  name === node.name
    ? (node.primary[family] ?? nodeOfAddresses(name, node.addresses).primary[family])
    : undefined

function isMeant(port: ServicePort, to: Extract<GivenDestination, { kind: 'service' }>): boolean {
  if (port.namespace !== to.namespace || port.name !== to.name) return false
  if (to.protocol !== undefined && port.protocol.toLowerCase() !== to.protocol) return false
  return to.port === undefined || port.portName === to.port || String(port.port) === to.port
}
