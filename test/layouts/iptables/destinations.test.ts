import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { node, type PortFields } from '../../build.js'
import { LOCAL, PUBLIC, REMOTE } from '../tables.js'
import { lower } from './words.js'

// Where traffic may go and where it ends: the decisions of kube-proxy's iptables mode, one by one.

const destinations = suite('destinations in iptables mode')

const CLUSTER_IP = '-m tcp -p tcp -d 10.96.0.1 --dport 80'
const EXTERNAL_IP = '-m tcp -p tcp -d 198.51.100.1 --dport 80'
const VIP = '-m tcp -p tcp -d 203.0.113.1 --dport 80'
const NODE_PORT = '-m tcp -p tcp --dport 30080'
const TAIL = '-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS'
const AT_HOST = `-m addrtype --dst-type LOCAL ${NODE_PORT}`
const NOT_POD = `${CLUSTER_IP} ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ`
const GUARDED: PortFields = { ...PUBLIC, sourceRanges: ['192.0.2.0/24'] }

const publicRefusals = (target: string) =>
  [EXTERNAL_IP, VIP, AT_HOST].map(where => `${where} -j ${target}`)

destinations('without endpoints everything refuses, and there are no chains', () => {
  const { filter, nat, chains } = lower([PUBLIC])
  assert.equal(filter('KUBE-SERVICES'), [`${CLUSTER_IP} -j REJECT`])
  assert.equal(filter('KUBE-EXTERNAL-SERVICES'), publicRefusals('REJECT'))
  assert.equal(nat('KUBE-SERVICES'), [TAIL])
  assert.equal(nat('KUBE-NODEPORTS'), [])
  assert.equal(chains, [])
})

destinations('both policies Cluster: one chain, external traffic masqueraded', () => {
  const { filter, nat, chains } = lower([{ ...PUBLIC, endpoints: [LOCAL, REMOTE] }])
  assert.equal(filter('KUBE-SERVICES'), [])
  assert.equal(filter('KUBE-EXTERNAL-SERVICES'), [])
  assert.equal(nat('KUBE-SERVICES'), [
    `${CLUSTER_IP} -j KUBE-SVC`,
    `${EXTERNAL_IP} -j KUBE-EXT`,
    `${VIP} -j KUBE-EXT`,
    TAIL,
  ])
  assert.equal(nat('KUBE-NODEPORTS'), [`${NODE_PORT} -j KUBE-EXT`])
  assert.equal(nat('KUBE-EXT'), ['-j KUBE-MARK-MASQ', '-j KUBE-SVC'])
  assert.equal(nat('KUBE-SVC'), [
    NOT_POD,
    '-m statistic --mode random --probability 0.5000000000 -j KUBE-SEP',
    '-j KUBE-SEP',
  ])
  assert.equal(chains, ['KUBE-EXT', 'KUBE-SVC', 'KUBE-SEP', 'KUBE-SEP'])
})

destinations('a port without external destinations has no KUBE-EXT', () => {
  assert.equal(lower([{ endpoints: [LOCAL] }]).chains, ['KUBE-SVC', 'KUBE-SEP'])
})

destinations('internal Local without a local endpoint drops, external traffic goes on', () => {
  const alone = lower([{ internalPolicy: 'Local', endpoints: [REMOTE] }])
  assert.equal(alone.filter('KUBE-SERVICES'), [`${CLUSTER_IP} -j DROP`])
  assert.equal(alone.chains, [])
  const { filter, nat } = lower([{ ...PUBLIC, internalPolicy: 'Local', endpoints: [REMOTE] }])
  assert.equal(filter('KUBE-SERVICES'), [`${CLUSTER_IP} -j DROP`])
  assert.equal(nat('KUBE-SERVICES').length, 3)
  assert.equal(nat('KUBE-SVC'), ['-j KUBE-SEP'])
  assert.equal(nat('KUBE-SVL'), [])
})

destinations('internal Local with one: the masquerade rule goes with the traffic', () => {
  const fields = { internalPolicy: 'Local', endpoints: [LOCAL, REMOTE] } as const
  const { nat, chains } = lower([fields])
  assert.equal(nat('KUBE-SERVICES')[0], `${CLUSTER_IP} -j KUBE-SVL`)
  assert.equal(nat('KUBE-SVL'), [NOT_POD, '-j KUBE-SEP'])
  assert.equal(chains, ['KUBE-SVL', 'KUBE-SEP'])
  const external = lower([{ ...PUBLIC, ...fields }])
  assert.equal(external.nat('KUBE-SVC').length, 2)
  assert.not.match(external.nat('KUBE-SVC').join(), 'MASQ')
})

const SHORT_CIRCUITS = [
  '-s 10.244.0.0/16 -j KUBE-SVC',
  '-m addrtype --src-type LOCAL -j KUBE-MARK-MASQ',
  '-m addrtype --src-type LOCAL -j KUBE-SVC',
]

destinations('external Local without a local endpoint: short circuits, the rest drops', () => {
  const fields = { ...PUBLIC, externalPolicy: 'Local', endpoints: [REMOTE] } as const
  const { filter, nat } = lower([fields])
  assert.equal(filter('KUBE-SERVICES'), [])
  assert.equal(filter('KUBE-EXTERNAL-SERVICES'), publicRefusals('DROP'))
  assert.equal(nat('KUBE-SERVICES').length, 4)
  assert.equal(nat('KUBE-EXT'), SHORT_CIRCUITS)
  assert.equal(nat('KUBE-SVL'), [])
})

destinations('external Local with one: short circuits, then the local chain', () => {
  const fields = { ...PUBLIC, externalPolicy: 'Local', endpoints: [LOCAL, REMOTE] } as const
  const { filter, nat } = lower([fields])
  assert.equal(filter('KUBE-EXTERNAL-SERVICES'), [])
  assert.equal(nat('KUBE-EXT'), [...SHORT_CIRCUITS, '-j KUBE-SVL'])
  assert.equal(nat('KUBE-SVL'), ['-j KUBE-SEP'])
})

destinations('without a detector pods have no short circuit, and nothing is masqueraded', () => {
  const none = { localTraffic: { clusterCIDRs: [] } }
  const fields = { ...PUBLIC, externalPolicy: 'Local', endpoints: [LOCAL] } as const
  const { nat } = lower([fields], { settings: none })
  assert.equal(nat('KUBE-EXT'), [...SHORT_CIRCUITS.slice(1), '-j KUBE-SVL'])
  assert.equal(nat('KUBE-SVC'), ['-j KUBE-SEP'])
})

destinations('masquerade-all needs no detector and asks nobody where they come from', () => {
  for (const clusterCIDRs of [[], ['10.244.0.0/16']]) {
    const given = { masqueradeAll: true, localTraffic: { clusterCIDRs } }
    const { nat } = lower([{ endpoints: [LOCAL] }], { settings: given })
    assert.equal(nat('KUBE-SVC'), [`${CLUSTER_IP} -j KUBE-MARK-MASQ`, '-j KUBE-SEP'])
  }
})

destinations('where every address is a pod, nothing is masqueraded', () => {
  const given = { localTraffic: { clusterCIDRs: ['0.0.0.0/0'] } }
  assert.equal(lower([{ endpoints: [LOCAL] }], { settings: given }).nat('KUBE-SVC'), [
    '-j KUBE-SEP',
  ])
})

destinations('interfaces tell local traffic too', () => {
  const by = (localTraffic: object) =>
    lower([{ endpoints: [LOCAL] }], { settings: { localTraffic } }).nat('KUBE-SVC')[0]
  assert.is(
    by({ mode: 'BridgeInterface', bridgeInterface: 'cni0' }),
    `${CLUSTER_IP} ! -i cni0 -j KUBE-MARK-MASQ`,
  )
  assert.is(
    by({ mode: 'InterfaceNamePrefix', interfaceNamePrefix: 'veth' }),
    `${CLUSTER_IP} ! -i veth+ -j KUBE-MARK-MASQ`,
  )
})

destinations('source ranges guard load balancer IPs alone, by falling off into a drop', () => {
  const { filter, nat, chains } = lower([{ ...GUARDED, endpoints: [LOCAL] }])
  assert.equal(nat('KUBE-SERVICES').slice(1, 3), [
    `${EXTERNAL_IP} -j KUBE-EXT`,
    `${VIP} -j KUBE-FW`,
  ])
  assert.equal(nat('KUBE-NODEPORTS'), [`${NODE_PORT} -j KUBE-EXT`])
  assert.equal(nat('KUBE-FW'), ['-s 192.0.2.0/24 -j KUBE-EXT', ''])
  assert.equal(filter('KUBE-PROXY-FIREWALL'), [`${VIP} -j DROP`])
  assert.equal(chains.slice(0, 3), ['KUBE-EXT', 'KUBE-FW', 'KUBE-SVC'])
})

destinations('source ranges without endpoints guard nothing: it refuses', () => {
  const { filter, chains } = lower([GUARDED])
  assert.equal(filter('KUBE-PROXY-FIREWALL'), [])
  assert.equal(filter('KUBE-EXTERNAL-SERVICES'), publicRefusals('REJECT'))
  assert.equal(chains, [])
})

destinations('a range that holds the node lets its load balancer IPs through', () => {
  const { nat } = lower([{ ...GUARDED, sourceRanges: ['192.168.0.0/24'], endpoints: [LOCAL] }])
  assert.equal(nat('KUBE-FW'), ['-s 192.168.0.0/24 -j KUBE-EXT', '-s 203.0.113.1 -j KUBE-EXT', ''])
})

destinations('an external IP that is a load balancer IP too stands twice, external first', () => {
  const shared = { ...GUARDED, loadBalancerIPs: ['198.51.100.1'] }
  const { nat, filter } = lower([{ ...shared, endpoints: [LOCAL] }])
  assert.equal(nat('KUBE-SERVICES').slice(1, 3), [
    `${EXTERNAL_IP} -j KUBE-EXT`,
    `${EXTERNAL_IP} -j KUBE-FW`,
  ])
  assert.equal(filter('KUBE-PROXY-FIREWALL'), [`${EXTERNAL_IP} -j DROP`])
  assert.equal(lower([shared]).filter('KUBE-EXTERNAL-SERVICES').length, 3)
})

destinations('listed node port addresses have a rule each, sorted, behind all Services', () => {
  const at = node({ addresses: ['192.168.0.9', '192.168.0.10', '10.0.0.1'] })
  const tail = (nodePortAddresses: readonly string[], localhostNodePorts = true) =>
    lower([], { at, settings: { nodePortAddresses, localhostNodePorts } }).nat('KUBE-SERVICES')
  assert.equal(tail(['192.168.0.0/16']), [
    '-d 192.168.0.10 -j KUBE-NODEPORTS',
    '-d 192.168.0.9 -j KUBE-NODEPORTS',
  ])
  assert.equal(tail(['10.0.0.0/8', '127.0.0.0/8']), [
    '-d 10.0.0.1 -j KUBE-NODEPORTS',
    '-d 127.0.0.1 -j KUBE-NODEPORTS',
  ])
  assert.equal(tail(['10.0.0.0/8', '127.0.0.0/8'], false), ['-d 10.0.0.1 -j KUBE-NODEPORTS'])
})

destinations('localhost is served in IPv4 alone, and where the entries hold it', () => {
  const localhost = (nodePortAddresses: readonly string[], more = {}) => {
    const { nat, filter } = lower([], { settings: { nodePortAddresses }, ...more })
    return [filter('KUBE-FIREWALL').length, nat('KUBE-SERVICES').join()]
  }
  assert.equal(localhost(['all']), [1, TAIL])
  assert.equal(localhost(['127.0.0.1/32']), [1, '-d 127.0.0.1 -j KUBE-NODEPORTS'])
  assert.equal(localhost(['primary']), [0, '-d 192.168.0.1 -j KUBE-NODEPORTS'])
  assert.equal(localhost(['all'], { settings: { localhostNodePorts: false } })[0], 0)
  assert.is(
    localhost([], { settings: { nodePortAddresses: ['all'], localhostNodePorts: false } })[1],
    '-m addrtype --dst-type LOCAL ! -d 127.0.0.0/8 -j KUBE-NODEPORTS',
  )
  assert.equal(localhost(['all'], { family: 'IPv6' }), [
    0,
    '-m addrtype --dst-type LOCAL ! -d ::1/128 -j KUBE-NODEPORTS',
  ])
})

destinations('invalid packets are dropped first, unless conntrack is liberal', () => {
  const forward = (tcpBeLiberal: boolean) =>
    lower([], { settings: { tcpBeLiberal, masqueradeBit: 31 } }).filter('KUBE-FORWARD')
  const accepts = [
    '-m mark --mark 0x80000000/0x80000000 -j ACCEPT',
    '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ]
  assert.equal(forward(false), ['-m conntrack --ctstate INVALID -j DROP', ...accepts])
  assert.equal(forward(true), accepts)
})

destinations.run()
