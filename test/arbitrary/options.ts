import fc from 'fast-check'

/** The options of a compile that decide what its rules do, for the generated clusters. */
export interface ClusterOptions {
  readonly node: string
  readonly 'node-addresses': readonly string[]
  readonly 'cluster-cidr': readonly string[]
  readonly 'detect-local-mode': string
  readonly 'pod-bridge-interface': string
  readonly 'pod-interface-name-prefix': string
  readonly 'nodeport-addresses': readonly string[]
  readonly 'service-cidr': readonly string[]
  readonly 'masquerade-all': boolean
  readonly 'masquerade-bit': number
}

export const options: fc.Arbitrary<ClusterOptions> = fc.record({
  node: fc.constantFrom('worker-1', 'worker-2', 'worker-3'),
  'node-addresses': fc.constantFrom([], ['172.31.0.1', 'fd00:31::1'], ['203.0.113.200']),
  'cluster-cidr': fc.constantFrom(
    ['10.244.0.0/16', 'fd00:10:244::/56'],
    ['10.244.0.0/16'],
    // Holds the nodes too, who then count as pods.
    ['128.0.0.0/1', 'fd00::/16'],
    [],
  ),
  'detect-local-mode': fc.constantFrom(
    'ClusterCIDR',
    'NodeCIDR',
    'BridgeInterface',
    'InterfaceNamePrefix',
  ),
  'pod-bridge-interface': fc.constantFrom('cni0', ''),
  'pod-interface-name-prefix': fc.constantFrom('veth', ''),
  'nodeport-addresses': fc.constantFrom(
    ['primary'],
    ['all'],
    ['192.168.0.0/16', 'fd00:192:168::/64'],
    ['172.31.0.0/16'],
    ['primary', '172.31.0.0/16'],
    ['127.0.0.0/8', '192.168.10.11/32', '192.168.10.12/32'],
  ),
  'service-cidr': fc.constantFrom([], ['10.96.0.0/16', 'fd00:10:96::/108']),
  'masquerade-all': fc.boolean(),
  'masquerade-bit': fc.constantFrom(0, 14, 31),
})
