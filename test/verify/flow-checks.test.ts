import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../src/address/address.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { parseOptions } from '../../src/options/table.js'
import { viewOf } from '../../src/traffic/promise/view.js'
import { addFlows } from '../../src/verify/flow-checks.js'
import { isFlowCheck, parseFlows } from '../../src/verify/flows.js'
import { expectationText, trialText } from '../../src/verify/report.js'
import { sceneOf } from '../../src/verify/what/trials.js'
import { cluster, endpoint, HERE, node, servicePort, THERE } from '../build.js'

const checks = suite('checks of flows')
const mistakes = suite('flows that cannot be meant')

const WEB = [
  endpoint('10.244.1.10', { nodeName: HERE, weight: 3 }),
  endpoint('10.244.2.10', { nodeName: THERE }),
]
const PORTS = [
  servicePort({ portName: 'http', nodePort: 30080, endpoints: WEB }),
  servicePort({ portName: 'admin', port: 8443, endpoints: [] }),
  servicePort({
    portName: 'http',
    family: 'IPv6',
    clusterIP: 'fd00:96::1',
    endpoints: [endpoint('fd00:10:244:1::a', { nodeName: HERE })],
  }),
]
const OPTIONS = parseOptions({
  node: HERE,
  'cluster-cidr': '10.244.0.0/16,fd00:10:244::/56',
})
const CLUSTER = cluster(PORTS, ['10.96.0.0/16', 'fd00:96::/112'])
const NODE = node({
  addresses: ['192.168.0.1', 'fd00:168::1'],
  primary: { IPv4: '192.168.0.1', IPv6: 'fd00:168::1' },
  podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'],
})
const VIEW = viewOf(CLUSTER, NODE, OPTIONS)
const TRIALS = sceneOf(CLUSTER, NODE, OPTIONS, { maxDestinations: 100 })

function added(fields: string) {
  const problems = new Diagnostics()
  const text = `flows: [{ ${fields} }]`
  const flows = parseFlows({ name: 'flows.yaml', text }, problems)
  const trials = addFlows(VIEW, TRIALS, flows, problems)
  const asked = trials.checks.filter(isFlowCheck)
  return {
    trials,
    asked,
    problems: problems.all().map(({ code, message }) => `${code} ${message}`),
  }
}

/** `to -> expectation` of every check that a sound flow makes. */
function askedOf(fields: string): readonly string[] {
  const { asked, problems } = added(fields)
  assert.equal(problems, [])
  return asked.map(({ destination: { ip, port }, expected }) =>
    [ip, port, '->', expectationText(expected)].join(' '),
  )
}

const complaint = (fields: string): string => added(fields).problems.join('; ')

checks('a Service means its ClusterIPs of every family, from one client of the kind', () => {
  assert.equal(askedOf('from: pod, to: "default/web:http", expect: { verdict: refused }'), [
    '10.96.0.1 80 -> an error comes back',
    'fd00:96::1 80 -> an error comes back',
  ])
  assert.is(
    askedOf('from: pod, to: "default/web:80", family: IPv6, expect: {verdict: refused}').length,
    1,
  )
})

checks('what is not said is taken from the objects', () => {
  assert.equal(
    askedOf('from: pod, to: "default/web:80", family: IPv4, expect: { masquerade: true }'),
    [
      '10.96.0.1 80 -> answered by 10.244.1.10:8080 (75 %, sees the node), 10.244.2.10:8080 (25 %, sees the node)',
    ],
  )
  assert.equal(
    askedOf('from: pod, to: "default/web:80", family: IPv4, expect: { verdict: backends }'),
    [
      '10.96.0.1 80 -> answered by 10.244.1.10:8080 (75 %, sees the client), 10.244.2.10:8080 (25 %, sees the client)',
    ],
  )
})

checks('listed backends are the whole set, and tell the family', () => {
  assert.equal(
    askedOf('from: pod, to: "default/web:80", expect: { backends: ["10.244.2.10:8080"] }'),
    ['10.96.0.1 80 -> answered by 10.244.2.10:8080 (100 %, sees the client)'],
  )
})

checks('the check keeps what the objects promise, and is the same where it agrees', () => {
  const [other] = added(
    'from: pod, to: "default/web:80", family: IPv4, expect: {verdict: dropped}',
  ).asked
  assert.is(other?.expected.verdict, 'dropped')
  assert.is(other?.derived.verdict, 'backends')
  const [same] = added(
    'from: pod, to: "default/web:80", expect: { backends: ["10.244.2.10:8080", "10.244.1.10:8080"], masquerade: false }',
  ).asked
  assert.is(same?.expected, same?.derived)
})

checks('a flow takes the place of the check that the objects promise', () => {
  const { trials, asked } = added(
    'from: pod, to: "default/web:80", family: IPv4, expect: { verdict: dropped }',
  )
  assert.is(trials.checks.length, TRIALS.checks.length)
  const of = (check: (typeof trials.checks)[number]) => trialText({ kind: 'packets', check })
  const name = asked[0] ? of(asked[0]).replace(/, flow .*/, '') : ''
  assert.is(TRIALS.checks.filter(check => of(check) === name).length, 1)
  assert.is(trials.checks.filter(check => of(check) === name).length, 0)
})

checks('via chooses among the destinations of the port', () => {
  assert.equal(
    askedOf(
      'from: outside, to: "default/web:http", via: node-port, family: IPv4, expect: {masquerade: true}',
    ).map(text => text.slice(0, 20)),
    ['192.168.0.1 30080 ->'],
  )
})

checks('an address may be anybody: the node, a known pod, or a host that the scene gets', () => {
  const clientOf = (ip: string) => {
    const { asked, trials, problems } = added(
      `from: ${ip}, to: "default/web:80", family: IPv4, expect: { verdict: backends }`,
    )
    assert.equal(problems, [])
    return { client: asked[0]?.client, beyond: trials.scene.beyond }
  }
  assert.is(clientOf('192.168.0.1').client?.kind, 'node')
  assert.is(clientOf('10.244.1.10').client?.kind, 'backend')
  const stranger = clientOf('203.0.113.77')
  assert.is(stranger.client?.kind, 'outside')
  assert.is(stranger.client?.inputInterface, 'eth0')
  assert.ok(stranger.beyond.includes('203.0.113.77' as Ip))
  assert.not.ok(TRIALS.scene.beyond.includes('203.0.113.77' as Ip))
  assert.is(clientOf('10.244.7.7').client?.kind, 'pod-elsewhere')
})

checks('a place gets a listener, and what the objects say of it', () => {
  const { trials, asked } = added(
    'from: pod, to: "198.51.100.9:7/udp", expect: { verdict: untouched }',
  )
  assert.is(asked[0]?.destination.kind, 'no-service')
  assert.is(asked[0]?.expected, asked[0]?.derived)
  const place = { ip: '198.51.100.9', port: 7, protocol: 'udp' }
  assert.ok(trials.scene.listeners.some(one => JSON.stringify(one) === JSON.stringify(place)))
  const [known] = added('from: pod, to: "10.96.0.1:80/tcp", expect: { verdict: backends }').asked
  assert.is(known?.destination.kind, 'cluster-ip')
  assert.is(known?.destination.servicePort, PORTS[0])
  const kindAt = (to: string) =>
    added(`from: pod, to: "${to}", expect: { verdict: dropped }`).asked[0]?.destination.kind
  assert.is(kindAt('192.168.0.1:30080/tcp'), 'node-port')
  assert.is(kindAt('10.96.0.1:81/tcp'), 'wrong-port')
  assert.is(kindAt('10.96.9.9:80/tcp'), 'unallocated-ip')
})

checks('backend means the endpoints of that Service', () => {
  const [check, ...others] = added(
    'from: backend, to: "default/web:80", family: IPv4, expect: {verdict: backends}',
  ).asked
  assert.is(check?.client.ip, '10.244.1.10')
  assert.equal(others, [])
  assert.match(
    expectationText(check?.expected as never),
    /10\.244\.1\.10:8080 \(75 %, sees the node\), 10\.244\.2\.10:8080 \(25 %, sees the client\)/,
  )
})

mistakes('unknown Services, ports and destinations come with near names', () => {
  const refused = 'expect: { verdict: refused }'
  assert.match(
    complaint(`from: pod, to: "default/wev:80", ${refused}`),
    /^KN132 .*did you mean default\/web/,
  )
  assert.match(
    complaint(`from: pod, to: "default/web:81", ${refused}`),
    /^KN132 .*http \(80\)\/tcp, admin \(8443\)\/tcp \(got "81"\)/,
  )
  assert.match(
    complaint(`from: pod, to: "default/web", ${refused}`),
    /^KN132 must name one of the ports/,
  )
  assert.match(complaint(`from: pod, to: "default/web:http/udp", ${refused}`), /^KN132/)
  assert.match(
    complaint(`from: pod, to: "default/web:http", via: external-ip, ${refused}`),
    /^KN132 the port has no external-ip on this node; it has cluster-ip, node-port/,
  )
  assert.match(complaint(`from: pod, to: "default/web:admin", family: IPv6, ${refused}`), /^KN132/)
})

mistakes('places where no host can be are told', () => {
  for (const ip of ['255.255.255.255', '224.0.0.1', '[ff02::1]'])
    assert.match(complaint(`from: pod, to: "${ip}:80/tcp", expect: {verdict: dropped}`), /^KN132/)
})

mistakes('clients that cannot send are told', () => {
  const to = 'to: "default/web:80", expect: { verdict: backends }'
  for (const ip of ['127.0.0.1', '255.255.255.255', '"fe80::1"'])
    assert.match(complaint(`from: ${ip}, ${to}`), /^KN131/, ip)
  assert.match(
    complaint(`from: "fd00::5", family: IPv4, ${to}`),
    /^KN131 .*family of the destination, IPv4/,
  )
  assert.match(
    complaint('from: backend, to: "default/web:admin", expect: { verdict: refused }'),
    /^KN131 .*no client of the kind backend/,
  )
})

mistakes('backends that are no endpoints come with near ones', () => {
  assert.match(
    complaint('from: pod, to: "default/web:80", expect: { backends: ["10.244.1.11:8080"] }'),
    /^KN133 10\.244\.1\.11:8080 is no endpoint of the destination; did you mean 10\.244\.1\.10:8080/,
  )
})

mistakes('where the objects promise no backend, a flow has to say which and how', () => {
  const to = 'from: pod, to: "default/web:admin"'
  assert.match(complaint(`${to}, expect: { verdict: backends }`), /^KN134 must say backends too/)
  assert.match(complaint(`${to}, expect: { masquerade: true }`), /^KN134 must say backends too/)
})

checks.run()
mistakes.run()
