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
  'kubenat-config'?: KubenatConfig
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
  loadBalancerIP?: string
  externalName?: string
  publishNotReadyAddresses?: boolean
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
  featureGates?: {
    [k: string]: boolean
  }
  conntrack?: ConntrackConfig
  iptables?: IPTablesConfig
  nftables?: NFTablesConfig
}
export interface DetectLocalConfig {
  bridgeInterface?: string
  interfaceNamePrefix?: string
}
export interface ConntrackConfig {
  tcpBeLiberal?: boolean
}
export interface IPTablesConfig {
  masqueradeAll?: boolean
  masqueradeBit?: number
  localhostNodePorts?: boolean
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
 * The file .kubenat.yaml: settings of kubenat check.
 */
export interface KubenatConfig {
  check?: CheckConfig
  /**
   * Options of a compile, by their flags without dashes; flags win.
   */
  options?: {
    [k: string]: string | number | boolean | string[]
  }
}
export interface CheckConfig {
  /**
   * Ids of findings that are not to be told, such as KN210.
   */
  disable?: string[]
  /**
   * Whether a warning makes the exit code 1, as an error does.
   */
  failOnWarn?: boolean
  /**
   * Id -> how the finding is to be weighed.
   */
  severity?: {
    [k: string]: 'error' | 'warning' | 'note'
  }
}
