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
