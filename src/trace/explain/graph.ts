import type { TraceReport } from '../../generated/reports.gen.js'
import { displayName } from '../../model/service-port.js'
import type { Frontend } from '../../plan/frontends.js'
import type { Plan, PortPlan } from '../../plan/plan.js'
import type { DispatchGraph, GraphEdge, GraphNode } from '../../text/frames.js'
import { someOf } from '../../util/text.js'
import { fraction } from '../fraction.js'
import { shareOf } from './ends.js'
import { frontendReason } from './frontend-reason.js'
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

/** Service ports as one node plans them, in one family. */
export interface PlannedPorts {
  readonly plan: Plan
  readonly ports: readonly PortPlan[]
}

/** Everything that some service ports serve on a node: every address, and where its traffic goes. */
export function servicesGraph(planned: readonly PlannedPorts[]): DispatchGraph {
  const paper = drawing()
  const all = planned.flatMap(({ plan, ports }) => ports.map(one => ({ plan, one })))
  for (const { plan, one } of all) {
    for (const frontend of one.frontends) drawFrontend(paper, plan, one, frontend)
  }
  const names = [...new Set(all.map(({ one: { port } }) => `${port.namespace}/${port.name}`))]
  return paper.finish(`${someOf(names)} on ${planned[0]?.plan.node.name ?? ''}`)
}

function drawFrontend(paper: Drawing, plan: Plan, planned: PortPlan, frontend: Frontend): void {
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
  const reason = frontendReason(plan, { planned, frontend })
  const isExternalLocal = frontend.kind !== 'cluster-ip' && frontend.policy === 'Local'
  const outside = isExternalLocal ? 'from outside' : undefined
  if (reason) {
    const word = reason.code === 'no-local-endpoints' ? 'dropped' : 'refused'
    paper.edge(from, paper.node(`end ${from}`, 'end', [word, reason.text]), outside)
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
  const id = paper.node(key, 'policy', [`${policy} policy`, name])
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
