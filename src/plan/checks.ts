import { type Family, isLoopback } from '../address/address.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { Endpoint } from '../model/endpoint.js'
import { HASH_ANNOTATION, HASH_BUCKETS_ANNOTATION } from '../model/hash.js'
import { bucketsOf, weightSum } from '../model/maglev.js'
import type { Node } from '../model/node.js'
import { displayName, type ServicePort } from '../model/service-port.js'
import { WEIGHTS_ANNOTATION } from '../model/weights.js'
import { allDrained } from './endpoints.js'
import { baseOf, cidrsOf } from './node-ports.js'
import type { Plan, PlanSettings, PortPlan } from './plan.js'

/** Warns of what this node, of all nodes, makes of the objects; nothing for a family without ports. */
export function checkNode(plan: Plan, settings: PlanSettings, problems: Diagnostics): void {
  if (plan.ports.length === 0) return
  checkDetector(plan, settings, problems)
  checkNodePorts(plan, settings, problems)
  for (const port of plan.ports) {
    checkWeights(plan, port, problems)
    checkHash(port.port, settings, problems)
  }
}

const DATUM: Record<PlanSettings['localTraffic']['mode'], (family: Family) => string> = {
  ClusterCIDR: family => `no --cluster-cidr of family ${family}`,
  NodeCIDR: family => `the Node object has no pod CIDR of family ${family}`,
  BridgeInterface: () => 'no --pod-bridge-interface',
  InterfaceNamePrefix: () => 'no --pod-interface-name-prefix',
}

function checkDetector(plan: Plan, settings: PlanSettings, problems: Diagnostics): void {
  if (plan.detector) return
  const datum = DATUM[settings.localTraffic.mode](plan.family)
  problems.reportRun(
    'KN111',
    `${datum}: ${plan.family} traffic of pods is not told from other traffic; ${plan.masqueradeAll ? 'the Local policy' : 'ClusterIP traffic is not masqueraded, and the Local policy'} treats pods as external clients`,
  )
}

function checkNodePorts(
  { node, family, ports, localhostNodePorts }: Plan,
  settings: PlanSettings,
  problems: Diagnostics,
): void {
  if (!ports.some(({ port }) => port.nodePort !== undefined)) return
  const cidrs = cidrsOf(settings.nodePortAddresses, node, family)
  if (cidrs.length === 0 && settings.nodePortAddresses.length > 0) {
    const entries = settings.nodePortAddresses.join(', ')
    problems.reportRun(
      'KN113',
      `--nodeport-addresses ${entries} gives node ${node.name} no ${family} address: NodePorts are open on all its ${family} addresses, as in kube-proxy`,
    )
  }
  for (const cidr of cidrs) {
    if (localhostNodePorts || !isLoopback(baseOf(cidr))) continue
    problems.reportRun(
      'KN112',
      `${cidr} in --nodeport-addresses does nothing: these rules serve no NodePorts on ${family} loopback addresses`,
    )
  }
}

/**
 * Warns of a node name that neither a Node object nor an endpoint knows, most often a wrong one, or of a
 * zone that nothing tells. A node may well be without endpoints. `ports` are those of all families, of which one may well have no endpoint on a node.
 */
export function checkNodeName(
  node: Node,
  ports: readonly ServicePort[],
  problems: Diagnostics,
): void {
  const has = (test: (endpoint: Endpoint) => boolean): boolean =>
    ports.some(({ endpoints }) => endpoints.some(test))
  // The name of a Node object is right.
  if (node.object !== undefined) return
  const named = has(({ nodeName }) => nodeName !== undefined)
  if (named && !has(({ nodeName }) => nodeName === node.name)) {
    problems.reportRun(
      'KN109',
      `no endpoint is on node ${node.name}, although endpoints name their nodes, and no Node object has this name`,
    )
  }
  if (has(({ zoneHints }) => zoneHints.length > 0)) {
    problems.reportRun(
      'KN110',
      `endpoints carry zone hints, but the zone of node ${node.name} is unknown without its Node object`,
    )
  }
}

function checkWeights({ node }: Plan, { port, ...usable }: PortPlan, problems: Diagnostics): void {
  for (const policy of ['cluster', 'local'] as const) {
    if (!allDrained(usable[policy].map(({ endpoint }) => endpoint))) continue
    const list = policy === 'local' ? 'Local' : 'Cluster'
    problems.report(
      'KN071',
      port.service,
      ['metadata', 'annotations', WEIGHTS_ANNOTATION],
      `every endpoint that node ${node.name} may use for ${displayName(port)} under the ${list} policy weighs 0: they count as equal`,
    )
  }
}

function checkHash(port: ServicePort, { hashing }: PlanSettings, problems: Diagnostics): void {
  const { service, hash, endpoints } = port
  if (hash === undefined) return
  if (!hashing) {
    problems.report(
      'KN076',
      service,
      ['metadata', 'annotations', HASH_ANNOTATION],
      `does nothing for ${service.namespace}/${service.name} in iptables mode: endpoints are chosen by chance`,
    )
    return
  }
  const [buckets, least] = [bucketsOf(port), weightSum(endpoints)]
  if (buckets >= least) return
  const by = hash.buckets === undefined ? HASH_ANNOTATION : HASH_BUCKETS_ANNOTATION
  problems.report(
    'KN077',
    service,
    ['metadata', 'annotations', by],
    `${buckets} buckets are too few for the endpoints of ${displayName(port)}, whose weights come to ${least}: some get no client`,
  )
}
