import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { endpoint, HERE, node, THERE } from '../../build.js'
import { clients, destinations, type Given, trials } from './scene.js'

const modes = suite('what is tried in iptables mode')

const LOCAL = endpoint('10.244.1.1', { nodeName: HERE })
const REMOTE = endpoint('10.244.2.1', { nodeName: THERE })
const given = (more: Given): Given => ({
  proxyMode: 'iptables',
  families: ['IPv4'],
  ...more,
  settings: { nodePortAddresses: ['all'], localhostNodePorts: true, ...more.settings },
})
const verdicts = (all: Given, pattern: RegExp): readonly string[] => [
  ...new Set(
    trials(all)
      .checks.filter(({ destination: { kind, ip } }) => pattern.test(`${kind} ${ip}`))
      .map(({ client, expected }) => `${client.ip} ${expected.verdict}`),
  ),
]

modes('localhost is asked by itself too, where it serves node ports', () => {
  const ports = [{ nodePort: 30080, endpoints: [REMOTE] }]
  assert.equal(verdicts(given({ ports }), /127\.0\.0\.1/), [
    '127.0.0.1 backends',
    '192.168.0.1 backends',
  ])
  const off = given({ ports, settings: { localhostNodePorts: false } })
  assert.equal(verdicts(off, /127\.0\.0\.1/), ['192.168.0.1 untouched'])
  assert.equal(verdicts({ ports }, /127\.0\.0\.1/), ['192.168.0.1 untouched'])
})

modes('endpoints elsewhere ask where they may meet themselves, beside one here', () => {
  const ports = [{ endpoints: [LOCAL, REMOTE, endpoint('10.244.3.1')] }]
  const own = (all: Given): readonly string[] =>
    clients(trials(all), /cluster-ip/).filter(text => /10\.244\.\d\.1 /.test(text))
  assert.equal(own(given({ ports })), ['backend 10.244.1.1 veth2', 'pod-elsewhere 10.244.2.1 eth0'])
  assert.equal(own({ ports }), ['backend 10.244.1.1 veth2'])
  const host = endpoint('192.168.0.1', { nodeName: HERE })
  assert.equal(clients(trials(given({ ports: [{ endpoints: [host] }] })), /cluster-ip/).length, 4)
})

modes('a ClusterIP that is an address of the node, and one that is an endpoint', () => {
  const at = node({ addresses: ['192.168.0.1', '10.96.0.1'], podCIDRs: ['10.244.1.0/24'] })
  const ports = [{ endpoints: [REMOTE] }, { name: 'other', clusterIP: '10.96.0.2' }]
  const all = given({ ports, at, serviceCIDRs: ['10.96.0.0/16'] })
  assert.equal(trials(all).left, [])
  assert.ok(destinations(trials(all)).includes('cluster-ip 10.96.0.1:80/tcp'))
  const through = [
    { endpoints: [endpoint('10.96.0.2')] },
    { name: 'other', clusterIP: '10.96.0.2' },
  ]
  assert.equal(trials(given({ ports: through })).left, [])
  const refused = [{ endpoints: [endpoint('10.96.0.2', { port: 80 })] }, ...through.slice(1)]
  assert.match(trials(given({ ports: refused })).left[0]?.because ?? '', /is a destination of Serv/)
})

modes('not tried is what localhost would send away from the node under its own name', () => {
  const settings = { localTraffic: { clusterCIDRs: ['0.0.0.0/0'] } }
  const ports = [{ nodePort: 30080, externalPolicy: 'Local', endpoints: [REMOTE] }] as const
  const { left, checks } = trials(given({ ports, settings }))
  assert.ok(left.some(({ because }) => because === '127.0.0.1 would leave the node unmasqueraded'))
  assert.not.ok(checks.some(({ client }) => client.ip === '127.0.0.1'))
})

modes.run()
