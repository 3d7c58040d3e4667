import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Asked, reportOf } from './answer.js'

const reasons = suite('reasons')

const OUTSIDE = '192.0.2.200'
const POD = '10.244.1.200'

type Row = readonly [golden: string, from: string, to: string, code: string, text: RegExp]

/** Why a packet comes to no backend. */
const NO_BACKEND: readonly Row[] = [
  ['no-endpoints', POD, 'shop/web:http', 'no-endpoints', /^no endpoints: none is known$/],
  [
    'serving-not-ready',
    POD,
    'shop/web',
    'no-ready-endpoints',
    /^no ready endpoints: 2 known, all not ready$/,
  ],
  [
    'external-policy-local-no-local-endpoint',
    OUTSIDE,
    'worker-1:30080',
    'no-local-endpoints',
    /^externalTrafficPolicy Local and no local endpoint on this node \(worker-1\); 2 endpoints elsewhere \(worker-2, worker-3\), which pods and the node itself would reach$/,
  ],
  [
    'internal-policy-local-only-remote',
    POD,
    'monitoring/node-agent',
    'no-local-endpoints',
    /^internalTrafficPolicy Local and no local endpoint on this node/,
  ],
  [
    'example-shop',
    '8.8.8.8',
    '203.0.113.10:443',
    'source-ranges',
    /^source 8\.8\.8\.8 is outside loadBalancerSourceRanges of shop\/web:https: 192\.0\.2\.0\/24$/,
  ],
  // Source ranges are asked first, endpoints or not.
  [
    'source-ranges-no-endpoints',
    '192.0.2.200',
    '203.0.113.10:80',
    'source-ranges',
    /192\.0\.2\.0\/25/,
  ],
  ['source-ranges-no-endpoints', '192.0.2.7', '203.0.113.10:80', 'no-endpoints', /none is known/],
  [
    'nodeport-addresses-cidr',
    OUTSIDE,
    '172.24.0.1:30080',
    'node-port-elsewhere',
    /^node port 30080\/TCP of shop\/web:http is not served on 172\.24\.0\.1: --nodeport-addresses serve it on 192\.168\.10\.11, 172\.20\.7\.11$/,
  ],
  ['node-port', 'worker-1', '127.0.0.1:30080', 'node-port-elsewhere', /not on loopback addresses$/],
  ['node-port', OUTSIDE, 'worker-1:30080/udp', 'node-port-protocol', /is not for 30080\/UDP$/],
  ['node-port', OUTSIDE, 'worker-1:22', 'this-node', /22\/TCP is no node port$/],
  [
    'example-shop',
    POD,
    'kube-system/kube-dns:54',
    'wrong-port',
    /^10\.96\.0\.10 is a ClusterIP of kube-system\/kube-dns, which has ports 53\/UDP \(dns\), 53\/TCP \(dns-tcp\), 9153\/TCP \(metrics\) and not 54\/TCP$/,
  ],
  ['example-shop', POD, '10.96.0.10/icmp', 'not-a-port', /a ping too, is refused$/],
  ['example-shop', POD, '198.51.100.20:80', 'wrong-port', /other ports are left alone/],
  [
    'example-shop',
    POD,
    '10.96.99.99:80',
    'unallocated',
    /^10\.96\.99\.99 lies in the service CIDR 10\.96\.0\.0\/16, and no Service has it$/,
  ],
  [
    'service-proxy-name',
    POD,
    'shop/web:http',
    'other-proxy',
    /the label service\.kubernetes\.io\/service-proxy-name: "mesh" gives to another proxy: here its ClusterIP is one that no Service has, and dropped$/,
  ],
  ['load-balancer-ip-mode-proxy', OUTSIDE, '203.0.113.10:80', 'ip-mode-proxy', /in ipMode Proxy/],
  ['example-shop', POD, 'worker-2:30080', 'other-node', /is node worker-2/],
  ['example-shop', POD, '10.244.2.20:8080', 'endpoint', /is an endpoint of shop\/web:http/],
  ['example-shop', POD, '1.1.1.1:443', 'no-service', /no Service has the destination/],
]

for (const [golden, from, to, code, text] of NO_BACKEND) {
  for (const layout of ['kube-proxy', 'maps'] as const) {
    reasons(`${code}: ${golden}, ${from} to ${to}, ${layout}`, () => {
      const { reason, backends } = reportOf(golden, { from, to }, { layout })
      assert.is(reason?.code, code)
      assert.match(reason?.text ?? '', text)
      assert.equal(backends, [])
    })
  }
}

reasons('point to the line of the field that they are about', () => {
  const at = (to: string, from = POD) => reportOf('example-shop', { from, to }).reason?.at ?? ''
  assert.match(at('203.0.113.10:443', '8.8.8.8'), /^objects\.yaml:\d+$/)
  assert.is.not(at('203.0.113.10:443', '8.8.8.8'), at('shop/batch-importer'))
})

reasons('in iptables mode name the service port, too, where its source ranges drop', () => {
  const { destination, reason, verdict } = reportOf(
    'example-shop',
    { from: '8.8.8.8', to: '203.0.113.10:443' },
    { 'proxy-mode': 'iptables', 'ip-family': 'ipv4' },
  )
  assert.equal(
    [verdict, reason?.code, destination?.servicePort],
    ['drop', 'source-ranges', 'shop/web:https'],
  )
})

/** What is to be known beside a way that leads somewhere: code and text of a note. */
const NOTES: readonly Row[] = [
  [
    'hints-zone',
    POD,
    'shop/web',
    'topology',
    /^hints of zone eu-west-1a used, where this node is: they leave out 1 ready endpoint: 10\.244\.3\.31:8080 \(for eu-west-1c\)$/,
  ],
  ['hints-node', POD, 'shop/web', 'topology', /^hints of node worker-1 used/],
  [
    'hints-zone-not-mine',
    POD,
    'shop/web',
    'topology-unused',
    /^hints of zone eu-west-1b, eu-west-1c, this node is in zone eu-west-1a: so all ready endpoints are used$/,
  ],
  [
    'hints-zone-incomplete',
    POD,
    'shop/web',
    'topology-unused',
    /^topology hints do not count, so all ready endpoints are used: 10\.244\.3\.31:8080 has none$/,
  ],
  [
    'hints-node-without-zone',
    POD,
    'shop/web',
    'topology-unused',
    /the zone of this node is not known/,
  ],
  [
    'terminating-fallback-cluster',
    POD,
    'shop/web',
    'terminating',
    /^no endpoint anywhere is ready: terminating ones that still serve are used; left out: 1 terminating and no longer serving$/,
  ],
  ['weights-drain', POD, 'shop/web', 'drained', /of weight 0/],
  ['affinity', POD, 'shop/web', 'affinity', /until \d+ s after its last new connection/],
  ['external-policy-local', OUTSIDE, 'worker-1:30080', 'local-policy', /leaves out 1 endpoint/],
  [
    'external-policy-local',
    'worker-1',
    'worker-1:30080',
    'short-circuit',
    /does not bind the node itself/,
  ],
  ['external-policy-local', POD, 'worker-1:30080', 'short-circuit', /does not bind pods/],
]

for (const [golden, from, to, code, text] of NOTES) {
  reasons(`note ${code}: ${golden}, ${from} to ${to}`, () => {
    const { notes, backends } = reportOf(golden, { from, to })
    const note = notes.find(one => one.code === code)
    assert.match(note?.text ?? JSON.stringify(notes), text)
    assert.ok(backends.length > 0)
  })
}

/** Routes alone know which of its addresses. */
const SOME_ADDRESS = 'an address of this node, that of the interface by which the packet leaves'

/** Why a backend sees the node instead of the sender. */
const MASQUERADES: readonly (readonly [string, Asked, RegExp | undefined])[] = [
  [
    'cluster-ip',
    { from: OUTSIDE, to: 'shop/web' },
    /is outside the cluster CIDR 10\.244\.0\.0\/16/,
  ],
  ['cluster-ip', { from: POD, to: 'shop/web' }, undefined],
  ['masquerade-all', { from: POD, to: 'shop/web:http' }, /^--masquerade-all$/],
  ['node-port', { from: POD, to: 'worker-1:30080' }, /under externalTrafficPolicy Cluster$/],
  ['external-policy-local', { from: 'worker-1', to: 'worker-1:30080' }, /^the node's own traffic/],
  ['external-policy-local', { from: OUTSIDE, to: 'worker-1:30080' }, undefined],
  [
    'detect-bridge-interface',
    { from: OUTSIDE, to: 'shop/web:http' },
    /^came by eth0, not the pods' interface cbr0$/,
  ],
  ['detect-bridge-interface', { from: '10.244.1.11', to: 'shop/web:http' }, undefined],
  ['detect-bridge-interface', { from: 'worker-1', to: 'shop/web:http' }, /^the node itself sends$/],
]

for (const [golden, asked, because] of MASQUERADES) {
  reasons(`masquerade: ${golden}, ${asked.from} to ${asked.to}`, () => {
    const { backends } = reportOf(golden, asked)
    for (const backend of backends.filter(({ address }) => address !== asked.from)) {
      assert.is(backend.masqueraded, because !== undefined)
      if (because) assert.match(backend.because ?? '', because)
      assert.is(backend.reply.backendSees, because ? SOME_ADDRESS : asked.from)
    }
    assert.ok(backends.length > 0)
  })
}

reasons('a backend that sends to itself is masqueraded for that alone', () => {
  const { backends } = reportOf('hairpin', { from: '10.244.1.11', to: 'shop/web:http' })
  assert.equal(
    backends.map(({ address, because }) => [address, because]),
    [
      ['10.244.1.11', 'the backend is the sender itself (hairpin)'],
      ['10.244.1.12', undefined],
      ['10.244.2.21', undefined],
    ],
  )
})

reasons.run()
