import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { type OnConflict, resolveConflicts } from '../../src/model/conflicts.js'
import type { ServicePort } from '../../src/model/service-port.js'
import { type PortFields, servicePort } from '../build.js'
import { found, service } from './objects.js'

const conflicts = suite('conflicts')

/** A port of the Service of a name, created at a time if one is given; without any destination. */
const portOf = (name: string, fields: PortFields, creationTimestamp?: string): ServicePort => {
  const metadata = creationTimestamp === undefined ? {} : { creationTimestamp }
  return servicePort({ service: service({}, { name, metadata }), clusterIP: undefined, ...fields })
}

function resolve(ports: readonly ServicePort[], onConflict: OnConflict = 'first') {
  const problems = new Diagnostics()
  return { ports: resolveConflicts(ports, onConflict, problems), problems, found: found(problems) }
}

const CLAIMS: readonly [kind: string, path: string, fields: PortFields, without: PortFields][] = [
  ['cluster IP', 'spec.clusterIP', { clusterIP: '10.96.0.1' }, { clusterIP: undefined }],
  ['external IP', 'spec.externalIPs', { externalIPs: ['198.51.100.1'] }, { externalIPs: [] }],
  [
    'load balancer IP',
    'status.loadBalancer.ingress',
    { loadBalancerIPs: ['203.0.113.1'] },
    { loadBalancerIPs: [] },
  ],
  ['node port', 'spec.ports.0.nodePort', { nodePort: 30080 }, { nodePort: undefined }],
]

for (const [kind, path, fields, without] of CLAIMS) {
  conflicts(`a ${kind} that two Services claim goes to one of them`, () => {
    const [a, b] = [portOf('a', fields), portOf('b', fields)]
    const strict = resolve([a, b], 'error')
    assert.equal(strict.found, [`KN100 ${path}`])
    assert.ok(strict.problems.isInvalid(b.service) && !strict.problems.isInvalid(a.service))
    const lax = resolve([a, b])
    assert.equal(lax.found, [`KN101 ${path}`])
    assert.equal(lax.ports, [a, { ...b, ...without }])
    assert.is(lax.problems.errorCount, 0)
  })
}

conflicts('a Service that is left out takes nothing from younger ones', () => {
  const [a, b, c] = [
    portOf('a', { nodePort: 30080 }),
    portOf('b', { nodePort: 30080, externalIPs: ['198.51.100.1'] }),
    portOf('c', { externalIPs: ['198.51.100.1'] }),
  ] as const
  const { problems } = resolve([a, b, c], 'error')
  assert.equal(
    [a, b, c].map(port => problems.isInvalid(port.service)),
    [false, true, false],
  )
  assert.equal(resolve([a, b, c]).found, ['KN101 spec.ports.0.nodePort', 'KN101 spec.externalIPs'])
})

conflicts('the older Service wins, one without a time comes last, then names decide', () => {
  const ports = [
    portOf('a', { nodePort: 30080 }),
    portOf('b', { nodePort: 30080 }, '2026-01-02T00:00:00Z'),
    portOf('c', { nodePort: 30080 }, '2026-01-01T00:00:00Z'),
  ]
  const winner = (list: readonly ServicePort[]) =>
    resolve(list).ports.find(({ nodePort }) => nodePort !== undefined)?.name
  assert.is(winner(ports), 'c')
  assert.is(winner(ports.slice(0, 2)), 'b')
  const [{ message = '' } = {}] = resolve([...ports].reverse(), 'error').problems.all()
  assert.match(message, 'node port 30080/TCP of port default/b is claimed by default/c (test.yaml)')
})

conflicts('an address of one kind conflicts with the same of another kind', () => {
  const older = portOf('a', { clusterIP: '10.96.0.1' })
  const younger = portOf('b', { externalIPs: ['10.96.0.1', '198.51.100.1'] })
  const { ports, found } = resolve([older, younger])
  assert.equal(found, ['KN101 spec.externalIPs'])
  assert.equal(ports[1]?.externalIPs, ['198.51.100.1'])
})

conflicts('another port, protocol, address or family is another destination', () => {
  const ip = { externalIPs: ['198.51.100.1'] }
  const ports = [
    portOf('a', { ...ip, nodePort: 30080 }),
    portOf('b', { ...ip, port: 81 }),
    portOf('c', { ...ip, protocol: 'UDP', nodePort: 30080 }),
    portOf('d', { externalIPs: ['198.51.100.2'] }),
    portOf('e', { family: 'IPv6', externalIPs: ['2001:db8::1'] }),
  ]
  const { ports: resolved, found } = resolve(ports, 'error')
  assert.equal(found, [])
  assert.is(resolved, ports)
})

conflicts(
  'a port does not conflict with itself: in two families, or as two kinds of external IP',
  () => {
    const object = service({}, { name: 'a' })
    const both = { externalIPs: ['198.51.100.1'], loadBalancerIPs: ['198.51.100.1'] }
    const ports = [
      servicePort({ service: object, nodePort: 30080, ...both }),
      servicePort({ service: object, nodePort: 30080, family: 'IPv6', clusterIP: 'fd00::1' }),
    ]
    assert.equal(resolve(ports, 'error').found, [])
  },
)

conflicts('an external IP that is the own cluster IP is a conflict: one key, two chains', () => {
  const { ports, found } = resolve([servicePort({ externalIPs: ['10.96.0.1'] })])
  assert.equal(found, ['KN101 spec.externalIPs'])
  assert.equal([ports[0]?.clusterIP, ports[0]?.externalIPs], ['10.96.0.1', []])
})

conflicts('two ports of one Service conflict like those of two', () => {
  const object = service({}, { name: 'a' })
  const ports = [0, 1].map(index => servicePort({ service: object, index }))
  assert.equal(resolve(ports, 'error').found, ['KN100 spec.clusterIP'])
})

conflicts('of three claims the oldest wins, and both others are told so', () => {
  const ports = ['a', 'b', 'c'].map(name => portOf(name, { nodePort: 30080 }))
  const { problems } = resolve(ports)
  assert.equal(
    problems.all().map(({ message }) => message.split('; ')[1]),
    ['default/b goes without it', 'default/c goes without it'],
  )
})

conflicts('a health check node port that is a TCP node port is an error', () => {
  const checked = portOf('b', {})
  const spec = { ...checked.service.value.spec, healthCheckNodePort: 30080 }
  const withCheck = {
    ...checked,
    service: { ...checked.service, value: { ...checked.service.value, spec } },
  }
  const clash = (fields: PortFields) => resolve([portOf('a', fields), withCheck]).found
  assert.equal(clash({ nodePort: 30080 }), ['KN045 spec.healthCheckNodePort'])
  assert.equal(clash({ nodePort: 30081 }), [])
  assert.equal(clash({ nodePort: 30080, protocol: 'UDP' }), [])
})

conflicts.run()
