import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { endpoint, HERE, node, THERE } from '../../build.js'
import { clients, destinations, trials } from './scene.js'

const scenes = suite('what is tried')

const LOCAL = endpoint('10.244.1.1', { nodeName: HERE })
const REMOTE = endpoint('10.244.2.1', { nodeName: THERE })
const FULL = {
  endpoints: [LOCAL, REMOTE],
  externalIPs: ['198.51.100.1'],
  loadBalancerIPs: ['203.0.113.1'],
  nodePort: 30080,
}

scenes('every destination of a port, and one step beside each of its addresses', () => {
  const at = node({ addresses: ['192.168.0.1', '10.9.0.1'] })
  assert.equal(destinations(trials({ ports: [FULL], serviceCIDRs: ['10.96.0.0/16'], at })), [
    'cluster-ip 10.96.0.1:80/tcp',
    'external-ip 198.51.100.1:80/tcp',
    'load-balancer-ip 203.0.113.1:80/tcp',
    'node-port 192.168.0.1:30080/tcp',
    'node-port 10.9.0.1:30080/tcp',
    'node-port 127.0.0.1:30080/tcp',
    'wrong-port 10.96.0.1:79/tcp',
    'wrong-port 10.96.0.1:80/udp',
    'wrong-port 198.51.100.1:79/tcp',
    'wrong-port 198.51.100.1:80/udp',
    'wrong-port 203.0.113.1:79/tcp',
    'wrong-port 203.0.113.1:80/udp',
    'unallocated-ip 10.96.0.200:80/tcp',
    'unallocated-ip 10.96.0.200:80/udp',
    'no-service 192.168.0.1:30000/tcp',
    'no-service 10.9.0.1:30000/tcp',
    'no-service 198.51.100.2:80/tcp',
  ])
})

scenes('what is beside a port belongs to no other one', () => {
  const found = destinations(
    trials({
      ports: [
        { port: 79, protocol: 'UDP', portName: 'a', externalIPs: ['198.51.100.1'] },
        { port: 80, protocol: 'TCP', portName: 'b', nodePort: 30000 },
        { port: 80, protocol: 'UDP', portName: 'c' },
        { name: 'next', clusterIP: '198.51.100.2', endpoints: [endpoint('198.51.100.3')] },
      ],
    }),
  )
  const beside = found.filter(one => /^(wrong-port|no-service)/.test(one))
  assert.equal(beside, [
    'wrong-port 10.96.0.1:81/udp',
    'wrong-port 10.96.0.1:79/tcp',
    'wrong-port 198.51.100.1:80/udp',
    'wrong-port 198.51.100.1:79/tcp',
    'wrong-port 10.96.0.1:81/tcp',
    'wrong-port 10.96.0.1:80/sctp',
    'wrong-port 198.51.100.2:79/tcp',
    'wrong-port 198.51.100.2:80/udp',
    'no-service 192.168.0.1:30001/tcp',
    'no-service 198.51.100.4:79/udp',
  ])
})

scenes('a place that is a node port and an external address is tried once, as the latter', () => {
  const external = { name: 'z', clusterIP: '10.96.0.2', externalIPs: ['192.168.0.1'], port: 30080 }
  const { checks } = trials({ ports: [FULL, external] })
  const found = checks
    .filter(({ destination: { ip, port } }) => ip === '192.168.0.1' && port === 30080)
    .map(({ destination }) => `${destination.kind} ${destination.servicePort?.name}`)
  assert.equal([...new Set(found)], ['external-ip z', 'wrong-port z'])
})

scenes('every kind of client tries; what is on loopback only the node', () => {
  const at = node({
    podCIDRs: ['10.244.1.0/24'],
    addresses: ['192.168.0.9', '192.168.0.1', '192.168.0.8'],
  })
  const all = trials({ ports: [FULL], at })
  const general = [
    'outside 192.0.2.200 eth0',
    'pod 10.244.1.200 veth1',
    'pod-elsewhere 10.244.0.200 eth0',
    'node 192.168.0.1 -',
    'node 192.168.0.9 -',
  ]
  assert.equal(clients(all, /cluster-ip/), [...general, 'backend 10.244.1.1 veth2'])
  assert.equal(clients(all, /wrong-port/), general)
  assert.equal(clients(all, /127\.0/), general.slice(3))
  assert.equal(all.scene.node, {
    name: HERE,
    addresses: ['192.168.0.1', '192.168.0.9', '192.168.0.8'],
  })
  assert.equal(all.left, [])
})

scenes('pods elsewhere are taken from other nodes, in and out of the cluster CIDR', () => {
  const others = [
    node({ name: 'a', podCIDRs: ['10.244.7.0/24'] }),
    node({ name: 'b', podCIDRs: ['10.99.0.0/24'] }),
  ]
  const found = clients(trials({ ports: [FULL], others })).filter(one => /elsewhere/.test(one))
  assert.equal(found, ['pod-elsewhere 10.244.7.200 eth0', 'pod-elsewhere 10.99.0.200 eth0'])
})

scenes('no client has an address of a service CIDR, not even one in the cluster CIDR', () => {
  const all = trials({
    ports: [FULL],
    serviceCIDRs: ['10.0.0.0/12', '192.0.2.0/24'],
    at: node(),
    settings: { localTraffic: { clusterCIDRs: ['10.0.0.0/8'] } },
  })
  assert.equal(clients(all, /wrong-port/).slice(0, 3), [
    'outside 198.18.0.200 eth0',
    'pod 10.16.0.200 veth1',
    'pod-elsewhere 10.16.0.201 eth0',
  ])
})

scenes('source ranges are tried from both sides, of their own destinations alone', () => {
  const fenced = { ...FULL, sourceRanges: ['10.244.0.0/16', '198.18.5.0/28'] }
  const all = trials({ ports: [fenced, { name: 'open', clusterIP: '10.96.0.2' }] })
  const outside = (pattern: RegExp) => clients(all, pattern).filter(one => /^outside/.test(one))
  const both = ['outside 192.0.2.200 eth0', 'outside 198.18.5.8 eth0']
  const edges = ['10.243.255.255', '10.245.0.0', '198.18.4.255', '198.18.5.0']
  const atEdges = [...edges, '198.18.5.15', '198.18.5.16'].map(ip => `outside ${ip} eth0`)
  assert.equal(outside(/load-balancer/), [...both, ...atEdges])
  assert.equal(outside(/external-ip/), both)
  assert.equal(outside(/cluster-ip 10\.96\.0\.2/), both.slice(0, 1))
  const verdicts = all.checks
    .filter(
      ({ client, destination }) => client.kind === 'outside' && /^load/.test(destination.kind),
    )
    .map(({ expected }) => expected.verdict)
  assert.equal(verdicts, [
    'dropped',
    'backends',
    ...['dropped', 'dropped', 'dropped', 'backends', 'backends', 'dropped'],
  ])
  assert.ok(all.scene.beyond.some(ip => ip === '198.18.5.8'))
})

scenes('a client that is in every source range has another one beside it', () => {
  const fenced = { ...FULL, sourceRanges: ['192.0.2.0/24'] }
  const found = clients(trials({ ports: [fenced] }), /load-balancer/)
  assert.equal(found.filter(one => /^outside/.test(one)).slice(0, 2), [
    'outside 192.0.2.200 eth0',
    'outside 198.18.0.200 eth0',
  ])
})

scenes('nobody sends from the ends of the address space', () => {
  const sourceRanges = ['0.0.0.0/0', '1.0.0.0/8', '240.0.0.0/4']
  const found = clients(trials({ ports: [{ ...FULL, sourceRanges }] }), /load-balancer/)
  assert.equal(
    found.filter(one => /^outside/.test(one)),
    ['192.0.2.200', '1.0.0.0', '1.255.255.255', '2.0.0.0'].map(ip => `outside ${ip} eth0`),
  )
})

scenes('wrong ports are tried in the protocol of the port', () => {
  const both = (['TCP', 'UDP'] as const).map(protocol => ({ protocol, portName: protocol }))
  const wrong = destinations(trials({ ports: both })).filter(one => /^wrong-port/.test(one))
  assert.equal(wrong, [
    'wrong-port 10.96.0.1:79/tcp',
    'wrong-port 10.96.0.1:80/sctp',
    'wrong-port 10.96.0.1:79/udp',
  ])
})

scenes('a backend tries its own Service if it may get its own packets', () => {
  const backendsOf = (...endpoints: (typeof LOCAL)[]): string[] =>
    clients(trials({ ports: [{ endpoints }] })).filter(one => /^backend/.test(one))
  assert.equal(backendsOf(REMOTE, endpoint('10.244.1.5')), [])
  assert.equal(backendsOf({ ...LOCAL, ready: false }, REMOTE), [])
  assert.equal(backendsOf(endpoint('192.168.0.1', { nodeName: HERE }), REMOTE), [])
  const second = endpoint('10.244.1.2', { nodeName: HERE })
  assert.equal(backendsOf({ ...LOCAL, weight: 0 }, second), ['backend 10.244.1.2 veth3'])
})

scenes('endpoints live where their nodes are, and answer whatever their state', () => {
  const host = endpoint('192.168.0.1', { nodeName: HERE })
  const dead = endpoint('10.244.2.2', { ready: false, serving: false })
  const { scene } = trials({ ports: [{ endpoints: [LOCAL, REMOTE, host, dead] }] })
  assert.equal(
    scene.pods.map(({ addresses }) => addresses),
    [['10.244.1.200'], ['10.244.1.1']],
  )
  assert.equal(scene.beyond, ['10.244.2.1', '10.244.2.2', '192.0.2.200', '10.244.0.200'])
  assert.equal(
    scene.listeners.slice(0, 5).map(({ ip, port, protocol }) => `${ip} ${port}/${protocol}`),
    ['10.244.1.1', '10.244.2.1', '192.168.0.1', '10.244.2.2']
      .map(ip => `${ip} 8080/tcp`)
      .concat('10.96.0.1 80/tcp'),
  )
})

scenes('two families share pods, and only those asked for are tried', () => {
  const six = {
    family: 'IPv6',
    clusterIP: 'fd00:10:96::1',
    endpoints: [endpoint('fd00:10:244:1::1', { nodeName: HERE })],
  } as const
  const at = node({
    primary: { IPv4: '192.168.0.1', IPv6: 'fd00::1' },
    addresses: ['192.168.0.1', 'fd00::1'],
    podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'],
  })
  const ports = [FULL, six]
  const dual = trials({ ports, at })
  assert.equal(
    dual.scene.pods.map(({ addresses }) => addresses),
    [
      ['10.244.1.200', 'fd00:10:244:1::c8'],
      ['10.244.1.1', 'fd00:10:244:1::1'],
    ],
  )
  const single = trials({ ports, at, families: ['IPv6'] })
  assert.ok(single.checks.length > 0)
  assert.ok(single.checks.every(({ client, destination }) => /:/.test(client.ip + destination.ip)))
  assert.equal(single.scene.node.addresses, ['fd00::1'])
})

scenes.run()
