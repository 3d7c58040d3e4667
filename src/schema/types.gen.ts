/* Generated from src/schema/*.json by `npm run generate`. Do not edit. */

export interface AllSchemas {
  metadata?: ObjectMeta
  service?: Service
  'endpoint-slice'?: EndpointSlice
  endpoints?: Endpoints
  node?: Node
  'service-cidr'?: ServiceCIDR
  'kube-proxy-config'?: KubeProxyConfiguration
  allocations?: Allocations
  flows?: Flows
  'verify-report'?: VerifyReport
}
/**
 * The part of metadata (meta/v1 ObjectMeta) that decides anything here.
 */
export interface ObjectMeta {
  /**
   * Name of the object, unique in its namespace.
   */
  name: string
  /**
   * Namespace; `default` where absent.
   */
  namespace?: string
  /**
   * RFC 3339 time; decides which of two Services is the older.
   */
  creationTimestamp?: string
  labels?: StringMap
  annotations?: StringMap
}
export interface StringMap {
  [k: string]: string
}
/**
 * v1 Service: the fields that decide rules.
 */
export interface Service {
  metadata: ObjectMeta
  spec: ServiceSpec
  status?: ServiceStatus
}
export interface ServiceSpec {
  type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  selector?: {}
  clusterIP?: string
  clusterIPs?: string[]
  ipFamilies?: ('IPv4' | 'IPv6')[]
  ipFamilyPolicy?: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack'
  ports?: ServicePortSpec[]
  externalIPs?: string[]
  externalName?: string
  externalTrafficPolicy?: 'Cluster' | 'Local'
  internalTrafficPolicy?: 'Cluster' | 'Local'
  trafficDistribution?: 'PreferClose' | 'PreferSameZone' | 'PreferSameNode'
  loadBalancerSourceRanges?: string[]
  allocateLoadBalancerNodePorts?: boolean
  healthCheckNodePort?: number
  sessionAffinity?: 'None' | 'ClientIP'
  sessionAffinityConfig?: SessionAffinityConfig
}
export interface ServicePortSpec {
  name?: string
  protocol?: 'TCP' | 'UDP' | 'SCTP'
  port: number
  /**
   * A number or a name; never read for rules, the port comes from the endpoints.
   */
  targetPort?: number | string
  /**
   * 0 stands for none.
   */
  nodePort?: number
}
export interface SessionAffinityConfig {
  clientIP?: ClientIPConfig
}
export interface ClientIPConfig {
  timeoutSeconds?: number
}
export interface ServiceStatus {
  loadBalancer?: LoadBalancerStatus
}
export interface LoadBalancerStatus {
  ingress?: LoadBalancerIngress[]
}
export interface LoadBalancerIngress {
  ip?: string
  hostname?: string
  ipMode?: 'VIP' | 'Proxy'
}
/**
 * discovery.k8s.io/v1 EndpointSlice: the fields that decide rules.
 */
export interface EndpointSlice {
  metadata: ObjectMeta
  addressType: 'IPv4' | 'IPv6' | 'FQDN'
  endpoints?: EndpointSpec[]
  ports?: EndpointPortSpec[]
}
export interface EndpointSpec {
  addresses?: string[]
  conditions?: EndpointConditions
  nodeName?: string
  deprecatedTopology?: {}
  zone?: string
  targetRef?: TargetRef
  hints?: EndpointHints
}
export interface EndpointConditions {
  ready?: boolean
  serving?: boolean
  terminating?: boolean
}
export interface TargetRef {
  kind?: string
  name?: string
}
export interface EndpointHints {
  forZones?: Hint[]
  forNodes?: Hint[]
}
export interface Hint {
  name: string
}
export interface EndpointPortSpec {
  name?: string
  protocol?: 'TCP' | 'UDP' | 'SCTP'
  /**
   * 0 stands for none.
   */
  port?: number
}
/**
 * v1 Endpoints: the fields that its mirrored slices are made of.
 */
export interface Endpoints {
  metadata: ObjectMeta
  subsets?: EndpointSubset[]
}
export interface EndpointSubset {
  addresses?: EndpointAddress[]
  notReadyAddresses?: EndpointAddress[]
  ports?: SubsetPort[]
}
export interface EndpointAddress {
  ip: string
  nodeName?: string
  targetRef?: AddressTargetRef
}
export interface AddressTargetRef {
  kind?: string
  name?: string
}
export interface SubsetPort {
  name?: string
  protocol?: 'TCP' | 'UDP' | 'SCTP'
  port: number
}
/**
 * v1 Node: name, zone label, addresses and pod CIDRs.
 */
export interface Node {
  metadata: ObjectMeta
  spec?: NodeSpec
  status?: NodeStatus
}
export interface NodeSpec {
  podCIDR?: string
  podCIDRs?: string[]
}
export interface NodeStatus {
  addresses?: NodeAddress[]
}
export interface NodeAddress {
  type: string
  address: string
}
/**
 * networking.k8s.io ServiceCIDR: ranges that ClusterIPs come from.
 */
export interface ServiceCIDR {
  metadata: ObjectMeta
  spec: ServiceCIDRSpec
}
export interface ServiceCIDRSpec {
  cidrs?: string[]
}
/**
 * kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration: the fields that decide rules.
 */
export interface KubeProxyConfiguration {
  mode?: string
  bindAddress?: string
  hostnameOverride?: string
  clusterCIDR?: string
  detectLocalMode?: '' | 'ClusterCIDR' | 'NodeCIDR' | 'BridgeInterface' | 'InterfaceNamePrefix'
  detectLocal?: DetectLocalConfig
  nodePortAddresses?: string[]
  nftables?: NFTablesConfig
}
export interface DetectLocalConfig {
  bridgeInterface?: string
  interfaceNamePrefix?: string
}
export interface NFTablesConfig {
  masqueradeAll?: boolean
  masqueradeBit?: number
}
/**
 * The file of --allocate: what was given to Services that ask for nothing explicit.
 */
export interface Allocations {
  apiVersion: 'kubenat.dev/v1'
  kind: 'Allocations'
  /**
   * namespace/name -> family (IPv4 or IPv6) -> address.
   */
  clusterIPs: {
    [k: string]: {
      [k: string]: string
    }
  }
  /**
   * namespace/name -> protocol/port (TCP/80) -> node port.
   */
  nodePorts: {
    [k: string]: {
      [k: string]: number
    }
  }
}
/**
 * The file of `kubenat verify --flows`: what packets shall do, in the user's own words.
 */
export interface Flows {
  /**
   * @minItems 1
   */
  flows: Flow[]
}
/**
 * One assertion. It is tried from every client and at every destination that its words name.
 */
export interface Flow {
  /**
   * How reports call it.
   */
  name?: string
  /**
   * outside, pod, pod-elsewhere, node, backend (an endpoint of the Service, for hairpin), or an IP address.
   */
  from: string
  /**
   * namespace/service:port by name or number, or address:port/protocol with IPv6 in brackets.
   */
  to: string
  /**
   * Which destination of the Service; the ClusterIP where nothing is said.
   */
  via?: 'cluster-ip' | 'node-port' | 'external-ip' | 'load-balancer-ip'
  /**
   * Every family of the Service where nothing is said.
   */
  family?: 'IPv4' | 'IPv6'
  expect: FlowExpectation
}
/**
 * What is not said is taken from the objects.
 */
export interface FlowExpectation {
  /**
   * backends: a backend answers; refused: an error comes back; dropped: silence; untouched: it arrives where it was sent, from its own source.
   */
  verdict?: 'backends' | 'refused' | 'dropped' | 'untouched'
  /**
   * ip:port of each, in any order: these and no others answer.
   *
   * @minItems 1
   */
  backends?: string[]
  /**
   * Whether the backends see an address of the node, not the client's.
   */
  masquerade?: boolean
}
/**
 * What `kubenat verify -o json` prints. Fields may be added within a version; none goes or changes its meaning.
 */
export interface VerifyReport {
  version: 1
  node: string
  passed: boolean
  totals: VerifyTotals
  sampled?: VerifySampled
  /**
   * What was not tried at all.
   */
  leftOut?: VerifyLeftOut[]
  /**
   * Connections that arrived where only silence came back, of no check that could be found.
   */
  unexplainedArrivals: number
  milliseconds: number
  results: VerifyResult[]
}
export interface VerifyTotals {
  destinations: number
  checks: number
  passed: number
  failed: number
  skipped: number
  probes: number
}
/**
 * Present where only some of the destinations were tried.
 */
export interface VerifySampled {
  tried: number
  of: number
}
export interface VerifyLeftOut {
  what: string
  because: string
}
export interface VerifyResult {
  status: 'passed' | 'failed' | 'skipped'
  /**
   * packets: what becomes of them; shares: how often each backend is chosen; affinity: whether a client keeps its backend.
   */
  kind: 'packets' | 'shares' | 'affinity'
  client: VerifyClient
  destination: VerifyDestination
  expected: VerifyExpectation
  flow?: VerifyFlow
  /**
   * Why it was skipped.
   */
  reason?: string
  where?: VerifyWhere1
  /**
   * Of a failure, in words.
   */
  problem?: string
  /**
   * Of a failure: what became of the probes, the most frequent first.
   */
  observed?: VerifyObserved[]
  /**
   * New connections that arrived somewhere although silence came back.
   */
  arrived?: number
  shares?: VerifyShares
  /**
   * Of a failure: the ways that the loaded rules let such a packet go.
   */
  rules?: VerifyRulePath[]
  /**
   * How many more ways there are.
   */
  rulesHidden?: number
  /**
   * Why nothing can be told of the rules.
   */
  rulesUnknown?: string
}
export interface VerifyClient {
  kind: 'outside' | 'pod' | 'pod-elsewhere' | 'node' | 'backend'
  name: string
  ip: string
}
export interface VerifyDestination {
  kind: 'cluster-ip' | 'external-ip' | 'load-balancer-ip' | 'node-port' | 'wrong-port' | 'unallocated-ip' | 'no-service'
  servicePort?: VerifyServicePort
  ip: string
  port: number
  protocol: 'tcp' | 'udp' | 'sctp'
}
/**
 * Absent for what no Service stands behind.
 */
export interface VerifyServicePort {
  namespace: string
  service: string
  port: number
  /**
   * Empty for an unnamed port.
   */
  portName: string
}
export interface VerifyExpectation {
  verdict: 'backends' | 'refused' | 'dropped' | 'untouched'
  because: string
  /**
   * With the verdict backends.
   */
  backends?: VerifyBackend[]
}
export interface VerifyBackend {
  ip: string
  port: number
  /**
   * Of new connections.
   */
  share: number
  masqueraded: boolean
}
/**
 * The assertion of --flows that asked for it, and what the objects promise there.
 */
export interface VerifyFlow {
  name: string
  where: VerifyWhere
  derived: VerifyExpectation
}
/**
 * A position in the input, from 1.
 */
export interface VerifyWhere {
  file: string
  line: number
  column: number
}
/**
 * A position in the input, from 1.
 */
export interface VerifyWhere1 {
  file: string
  line: number
  column: number
}
export interface VerifyObserved {
  /**
   * answer: a listener answered; refused: an error came back; silence: nothing did; stray: it arrived where nobody listens.
   */
  kind: 'answer' | 'refused' | 'silence' | 'stray'
  /**
   * Who answered, or where it arrived.
   */
  ip?: string
  port?: number
  /**
   * The source that the listener saw.
   */
  source?: string
  count: number
}
/**
 * A chi-square test of how often each backend was chosen.
 */
export interface VerifyShares {
  samples: number
  /**
   * Probability of such a deviation by chance alone.
   */
  p: number
  rounds: number
  /**
   * The relative deviation of the smallest share that so many samples find; absent if they are too few for any.
   */
  detectable?: number
  backends: VerifyBackendCount[]
}
export interface VerifyBackendCount {
  ip: string
  port: number
  share: number
  expected: number
  observed: number
}
export interface VerifyRulePath {
  share: number
  outcome: 'accept' | 'drop' | 'reject' | 'unknown'
  /**
   * The new destination, if any.
   */
  to?: string
  masqueraded: boolean
  /**
   * Absent where it cannot be told.
   */
  asExpected?: boolean
  steps: VerifyRuleStep[]
}
export interface VerifyRuleStep {
  hook: string
  chain: string
  rule: string
  element?: string
}
