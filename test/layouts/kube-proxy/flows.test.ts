import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  DRAINING,
  endpoint,
  HERE,
  type LocalTrafficFields,
  type PortFields,
  UNREADY,
} from '../../build.js'
import { LOCAL, lower, PUBLIC, REMOTE, SHORT_CIRCUITS, WEB } from '../tables.js'

// What is easily missed in masquerade, in the choice of an endpoint, and in the hooks.

const traps = suite('flows in the kube-proxy layout')

const NO_DETECTOR = { settings: { localTraffic: { clusterCIDRs: [] } } }

traps('what is not in the first cluster CIDR is masqueraded to ClusterIPs, first of all', () => {
  const clusterCIDRs = ['fd00::/56', '10.0.0.0/8', '172.16.0.0/12']
  const firstOf = (localTraffic: LocalTrafficFields) =>
    lower([], { settings: { localTraffic } }).rules('services')?.[0]
  const marks =
    'mark set mark or 0x004000 comment "masquerade clusterIP traffic from outside cluster"'
  const outside = 'ip daddr @cluster-ips ip saddr != 10.0.0.0/8'
  assert.is(firstOf({ clusterCIDRs }), `${outside} ${marks}`)
  const veth = { mode: 'InterfaceNamePrefix', interfaceNamePrefix: 'veth' } as const
  assert.is(firstOf(veth), `ip daddr @cluster-ips iifname != "veth*" ${marks}`)
})

traps('without a detector only the node has a short circuit, and ClusterIPs no masquerade', () => {
  const port: PortFields = { ...PUBLIC, externalPolicy: 'Local', endpoints: [LOCAL] }
  const words = lower([port], NO_DETECTOR)
  assert.is(words.rules('services')?.length, 2)
  assert.equal(words.rules(`external-${WEB}`), [...SHORT_CIRCUITS.slice(1), `goto local-${WEB}`])
})

traps('masquerade-all concerns ClusterIPs alone, with or without a detector', () => {
  const port: PortFields = { ...PUBLIC, externalPolicy: 'Local', endpoints: [LOCAL] }
  for (const settings of [{}, NO_DETECTOR.settings]) {
    const words = lower([port], { settings: { ...settings, masqueradeAll: true } })
    assert.is(
      words.rules('services')?.[0],
      'ip daddr @cluster-ips mark set mark or 0x004000 comment "masquerade all clusterIP traffic"',
    )
    assert.is(words.rules(`external-${WEB}`)?.at(-1), `goto local-${WEB}`)
  }
})

traps('external Cluster traffic is masqueraded whoever sends it', () => {
  assert.equal(lower([{ ...PUBLIC, endpoints: [LOCAL] }], NO_DETECTOR).rules(`external-${WEB}`), [
    'mark set mark or 0x004000 comment "masquerade"',
    `goto service-${WEB}`,
  ])
})

traps('hairpin takes the node name of the endpoint, reachable ones only, shared ones once', () => {
  const endpoints = [
    LOCAL,
    REMOTE,
    endpoint('10.244.1.2'),
    endpoint('10.244.1.3', { nodeName: HERE, ...UNREADY }),
  ]
  const ports = [{ endpoints }, { name: 'b', clusterIP: '10.96.0.2', endpoints }]
  const words = lower(ports)
  assert.equal(words.elements('hairpin-connections'), ['10.244.1.1 . 10.244.1.1 . tcp . 8080'])
  assert.is(
    words.rules('masquerading')?.[1],
    'ct status dnat ip saddr . ip daddr . meta l4proto . th dport @hairpin-connections masquerade fully-random',
  )
})

traps('the mark has six digits and is cleared before masquerade; bit 31 is not negative', () => {
  const marked = (masqueradeBit: number) =>
    lower([], { settings: { masqueradeBit } }).rules('masquerading')?.[0]
  assert.is(marked(0), 'mark and 0x000001 != 0 mark set mark xor 0x000001 masquerade fully-random')
  assert.match(marked(31) ?? '', 'mark and 0x80000000 != 0 mark set mark xor 0x80000000 ')
})

traps('one endpoint is DNATed to directly, several by equal chance', () => {
  const ready = ['10.244.1.10', '10.244.1.9'].map(ip => endpoint(ip))
  const draining = endpoint('10.244.1.8', DRAINING)
  const rulesOf = (...endpoints: (typeof LOCAL)[]) => lower([{ endpoints }]).rules(`service-${WEB}`)
  assert.equal(rulesOf(...ready, draining), [
    'meta l4proto tcp dnat ip addr . port to numgen random mod 2 map { 0 : 10.244.1.10 . 8080, 1 : 10.244.1.9 . 8080 }',
  ])
  assert.equal(rulesOf(draining), ['meta l4proto tcp dnat to 10.244.1.8:8080'])
})

traps('weights are stretches of the random number; a weight of 0 takes none', () => {
  const weights = [200, 0, 100]
  const endpoints = weights.map((weight, i) => endpoint(`10.244.1.${i}`, { weight }))
  assert.equal(lower([{ endpoints }]).rules(`service-${WEB}`), [
    'meta l4proto tcp dnat ip addr . port to numgen random mod 3 map { 0-1 : 10.244.1.0 . 8080, 2 : 10.244.1.2 . 8080 }',
  ])
})

traps('affinity: each list looks up its own endpoints, the chain records, then DNATs', () => {
  const ports: PortFields[] = [
    { ...PUBLIC, externalPolicy: 'Local', affinitySeconds: 60, endpoints: [LOCAL, REMOTE] },
  ]
  const words = lower(ports)
  const [near, far] = [LOCAL, REMOTE].map(({ ip }) => `${WEB}__${ip}/8080`)
  const lookUp = (name: string | undefined) => `ip saddr @affinity-${name} goto endpoint-${name}`
  assert.equal(words.rules(`service-${WEB}`), [
    lookUp(near),
    lookUp(far),
    `numgen random mod 2 vmap { 0 : goto endpoint-${near}, 1 : goto endpoint-${far} }`,
  ])
  assert.equal(words.rules(`local-${WEB}`), [
    lookUp(near),
    `numgen random mod 1 vmap { 0 : goto endpoint-${near} }`,
  ])
  assert.equal(words.rules(`endpoint-${near}`), [
    `update @affinity-${near} { ip saddr }`,
    'meta l4proto tcp dnat to 10.244.1.1:8080',
  ])
  const sets = words.table.sets.filter(({ name }) => name.startsWith('affinity-'))
  assert.equal(
    sets.map(({ key, timeout }) => [key, timeout]),
    Array(2).fill([['address'], 60]),
  )
})

traps('affinity: a drained endpoint keeps its clients and takes no new ones', () => {
  const endpoints = [LOCAL, { ...REMOTE, weight: 0 }]
  const rules = lower([{ affinitySeconds: 60, endpoints }]).rules(`service-${WEB}`)
  assert.is(rules?.length, 3)
  assert.match(rules?.[2] ?? '', /numgen random mod 1 vmap \{ 0 : goto \S+10\.244\.1\.1\/8080 \}/)
})

traps('input checks node ports, not ClusterIPs; output the reverse; NAT asks for no state', () => {
  const { rules, table } = lower([])
  const jumps = (...targets: string[]) => targets.map(target => `ct state new jump ${target}`)
  const [services, nodePorts] = ['service-endpoints-check', 'nodeport-endpoints-check']
  assert.equal(rules('filter-input'), jumps(nodePorts ?? '', services ?? ''))
  assert.equal(rules('filter-forward'), jumps(services ?? '', 'cluster-ips-check'))
  assert.equal(rules('filter-output'), jumps(services ?? '', 'cluster-ips-check'))
  assert.equal(rules('filter-prerouting-pre-dnat'), jumps('firewall-check'))
  assert.equal(rules('filter-output-pre-dnat'), jumps('firewall-check'))
  assert.equal(rules('nat-prerouting'), ['jump services'])
  assert.equal(rules('nat-output'), ['jump services'])
  assert.equal(rules('nat-postrouting'), ['jump masquerading'])
  assert.equal(
    table.chains.flatMap(({ base }) => (base ? [Object.values(base).join(' ')] : [])),
    [
      'filter prerouting -110',
      'filter output -110',
      'filter input 0',
      'filter forward 0',
      'filter output 0',
      'nat prerouting -100',
      'nat output -100',
      'nat postrouting 100',
    ],
  )
})

traps.run()
