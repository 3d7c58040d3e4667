import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Cidr, containedIn, type Ip } from '../../src/address/address.js'
import { numberOf } from '../../src/address/ranges.js'
import { type Allocated, allocate, NO_ALLOCATIONS } from '../../src/allocate/allocate.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { Allocations, Service } from '../../src/generated/types.gen.js'
import type { InputObject } from '../../src/input/objects.js'
import { found, service } from '../model/objects.js'
import { processorSeconds } from '../processor-time.js'

type Spec = Partial<Service['spec']>

const allocation = suite('allocation')

const RANGE = { from: 30000, to: 32767 }
const DUAL = ['10.96.0.0/16', 'fd00:10:96::/112']

interface Run extends Allocated {
  readonly problems: string[]
  readonly messages: string[]
}

interface Setting {
  readonly cidrs?: readonly string[]
  readonly nodePorts?: typeof RANGE
  readonly previous?: Allocations
}

function run(services: InputObject<Service>[], setting: Setting = {}): Run {
  const { cidrs = DUAL, nodePorts = RANGE, previous = NO_ALLOCATIONS } = setting
  const problems = new Diagnostics()
  const ranges = { serviceCIDRs: cidrs as readonly Cidr[], nodePorts }
  const allocated = allocate(services, previous, ranges, problems)
  const messages = problems.all().map(({ message }) => message)
  return { ...allocated, problems: found(problems), messages }
}

const named = (name: string, spec: Spec = {}) => service(spec, { name })
const previously = (change: Partial<Allocations>): Allocations => ({ ...NO_ALLOCATIONS, ...change })
const specOf = ({ services }: Run, index = 0) => services[index]?.value.spec

allocation('a Service without a cluster IP gets one, as an API server fills it in', () => {
  const one = run([named('web')])
  const ip = one.allocations.clusterIPs['default/web']?.IPv4
  assert.ok(containedIn(['10.96.0.0/16' as Cidr])(ip as Ip))
  assert.equal(one.allocations.clusterIPs, { 'default/web': { IPv4: ip } })
  assert.equal(specOf(one), {
    ports: [{ port: 80 }],
    clusterIP: ip,
    clusterIPs: [ip],
    ipFamilies: ['IPv4'],
  })
  assert.equal(one.problems, [])
})

allocation('each wanted family gets an address, the primary one first', () => {
  const spec: Spec = { ipFamilies: ['IPv6'], ipFamilyPolicy: 'PreferDualStack', clusterIP: '' }
  const one = run([named('web', spec)])
  const given = one.allocations.clusterIPs['default/web']
  assert.equal(Object.keys(given ?? {}), ['IPv6', 'IPv4'])
  assert.equal(specOf(one)?.clusterIPs, [given?.IPv6, given?.IPv4])
  assert.equal(specOf(one)?.ipFamilies, ['IPv6', 'IPv4'])
  assert.is(specOf(one)?.clusterIP, given?.IPv6)
})

allocation('a cluster IP that is named is completed by the other family', () => {
  const spec: Spec = { clusterIP: 'fd00:10:96::5', ipFamilyPolicy: 'RequireDualStack' }
  const one = run([named('web', spec)])
  const ip = one.allocations.clusterIPs['default/web']?.IPv4
  assert.equal(specOf(one)?.clusterIPs, ['fd00:10:96::5', ip])
  assert.equal(one.allocations.clusterIPs, { 'default/web': { IPv4: ip } })
})

allocation('a named cluster IP tells the family of a SingleStack Service', () => {
  const web = named('web', { clusterIP: 'fd00:10:96::5' })
  assert.is(run([web]).services[0], web)
})

allocation('a PreferDualStack Service that an API server has filled in is left alone', () => {
  const spec: Spec = {
    clusterIP: '10.96.0.5',
    clusterIPs: ['10.96.0.5'],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'PreferDualStack',
  }
  const web = named('web', spec)
  const one = run([web])
  assert.is(one.services[0], web)
  assert.equal(one.allocations.clusterIPs, {})
})

allocation('headless and ExternalName Services get nothing', () => {
  const services = [
    named('headless', { clusterIP: 'None' }),
    named('alias', { type: 'ExternalName', externalName: 'db' }),
  ]
  const none = run(services, { cidrs: [] })
  assert.equal(none.services, services)
  assert.equal(none.allocations, NO_ALLOCATIONS)
  assert.equal(none.problems, [])
})

const nodePortsOf = (spec: Spec): unknown =>
  run([named('web', { clusterIP: '10.96.0.5', ...spec })]).allocations.nodePorts['default/web']

allocation('ports of NodePort and LoadBalancer Services get node ports', () => {
  const ports = [
    { port: 80, name: 'a' },
    { port: 53, name: 'b', protocol: 'UDP' as const },
  ]
  const one = run([named('web', { type: 'NodePort', ports })])
  const given = one.allocations.nodePorts['default/web'] ?? {}
  assert.equal(Object.keys(given), ['TCP/80', 'UDP/53'])
  assert.equal(specOf(one)?.ports, [
    { ...ports[0], nodePort: given['TCP/80'] },
    { ...ports[1], nodePort: given['UDP/53'] },
  ])
  assert.ok(nodePortsOf({ type: 'LoadBalancer' }))
  assert.is(nodePortsOf({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }), undefined)
  assert.is(nodePortsOf({ type: 'ClusterIP' }), undefined)
})

allocation('a node port that is named stays, and 0 stands for none', () => {
  const ports = [
    { port: 80, name: 'a', nodePort: 30080 },
    { port: 81, name: 'b', nodePort: 0 },
  ]
  const one = run([named('web', { type: 'NodePort', ports })])
  assert.equal(Object.keys(one.allocations.nodePorts['default/web'] ?? {}), ['TCP/81'])
  assert.is(specOf(one)?.ports?.[0]?.nodePort, 30080)
  assert.ok(specOf(one)?.ports?.[1]?.nodePort)
})

allocation(
  'ports of one number and two protocols get one node port, as the API server gives it',
  () => {
    const ports = [
      { port: 53, name: 'a' },
      { port: 53, name: 'b', protocol: 'UDP' as const },
      { port: 54, name: 'c' },
    ]
    const given = nodePortsOf({ type: 'NodePort', ports }) as Record<string, number>
    assert.is(given['TCP/53'], given['UDP/53'])
    assert.is.not(given['TCP/54'], given['TCP/53'])
  },
)

allocation('what one protocol of a port number names is given to the other too', () => {
  const ports = [
    { port: 53, name: 'a' },
    { port: 53, name: 'b', protocol: 'UDP' as const, nodePort: 30053 },
  ]
  assert.equal(nodePortsOf({ type: 'NodePort', ports }), { 'TCP/53': 30053 })
})

allocation('two numbers that were given before to one port number stay', () => {
  const ports = [
    { port: 53, name: 'a' },
    { port: 53, name: 'b', protocol: 'UDP' as const },
  ]
  const nodePorts = { 'default/web': { 'TCP/53': 31053, 'UDP/53': 32053 } }
  const previous = previously({ clusterIPs: {}, nodePorts })
  const one = run([named('web', { clusterIP: '10.96.0.5', type: 'NodePort', ports })], { previous })
  assert.equal(one.allocations.nodePorts, nodePorts)
})

allocation('a node port does not depend on the other ports of its Service', () => {
  const alone = nodePortsOf({ type: 'NodePort', ports: [{ port: 81 }] }) as Record<string, number>
  const ports = [
    { port: 80, name: 'a' },
    { port: 81, name: 'b' },
  ]
  const both = nodePortsOf({ type: 'NodePort', ports }) as Record<string, number>
  assert.is(both['TCP/81'], alone['TCP/81'])
})

allocation('what was given before stays, even in the lower band', () => {
  const previous = previously({
    clusterIPs: { 'default/web': { IPv4: '10.96.0.7' } },
    nodePorts: { 'default/web': { 'TCP/80': 30003 } },
  })
  const one = run([named('web', { type: 'NodePort' })], { previous })
  assert.equal(one.allocations, previous)
  assert.equal(one.problems, [])
})

allocation('what nobody needs any more is freed', () => {
  const previous = previously({
    clusterIPs: { 'default/gone': { IPv4: '10.96.1.1' }, 'default/web': { IPv4: '10.96.1.2' } },
    nodePorts: { 'default/web': { 'TCP/80': 30200, 'TCP/81': 30201 }, 'default/gone': {} },
  })
  const one = run([named('web', { clusterIP: '10.96.0.5' })], { previous })
  assert.equal(one.allocations, NO_ALLOCATIONS)
  assert.equal(one.problems, [])
  const other = run([named('web', { type: 'NodePort' })], { previous })
  assert.equal(other.allocations.nodePorts, { 'default/web': { 'TCP/80': 30200 } })
  assert.equal(other.allocations.clusterIPs, { 'default/web': { IPv4: '10.96.1.2' } })
})

allocation('an explicit value wins, and what was given to another moves with a warning', () => {
  const previous = previously({
    clusterIPs: { 'default/web': { IPv4: '10.96.1.1' } },
    nodePorts: { 'default/web': { 'TCP/80': 30200 } },
  })
  const ports = [{ port: 443, nodePort: 30200 }]
  const owner = named('zz', { type: 'NodePort', clusterIP: '10.96.1.1', ports })
  const one = run([named('web', { type: 'NodePort' }), owner], { previous })
  assert.equal(one.problems, ['KN083 spec.clusterIP', 'KN083 spec.ports.0.nodePort'])
  assert.is.not(one.allocations.clusterIPs['default/web']?.IPv4, '10.96.1.1')
  assert.is.not(one.allocations.nodePorts['default/web']?.['TCP/80'], 30200)
  assert.match(one.messages[0] ?? '', /^10\.96\.1\.1, .* named by default\/zz now: moved to 10\.96/)
})

allocation('a healthCheckNodePort blocks its number', () => {
  const previous = previously({ nodePorts: { 'default/web': { 'TCP/80': 30200 } } })
  const spec: Spec = {
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
    healthCheckNodePort: 30200,
  }
  assert.equal(run([named('web', spec)], { previous }).problems, ['KN083 spec.ports.0.nodePort'])
})

allocation('what the ranges no longer hold moves with a warning', () => {
  const previous = previously({
    clusterIPs: { 'default/web': { IPv4: '10.97.0.9' } },
    nodePorts: { 'default/web': { 'TCP/80': 20000 } },
  })
  const one = run([named('web', { type: 'NodePort' })], { previous })
  assert.equal(one.problems, ['KN083 spec.clusterIP', 'KN083 spec.ports.0.nodePort'])
})

allocation('an explicit cluster IP lies in the service CIDRs, where any are known', () => {
  const wrong = ['KN082 spec.clusterIP']
  const check = (clusterIP: string, cidrs = DUAL) =>
    run([named('web', { clusterIP })], { cidrs }).problems
  assert.equal(check('10.96.0.1'), [])
  assert.equal(check('fd00:10:96::ffff'), [])
  assert.equal(check('10.97.0.1'), wrong)
  assert.equal(check('10.96.0.0'), wrong, 'network address')
  assert.equal(check('10.96.255.255'), wrong, 'broadcast address')
  assert.equal(check('fd00::1', ['10.96.0.0/16']), wrong)
  assert.equal(check('10.97.0.1', []), [])
})

allocation('a cluster IP named by two Services is an error of the younger', () => {
  const clusterIP = '10.96.0.5'
  const at = (name: string, creationTimestamp: string) =>
    service({ clusterIP }, { name, metadata: { creationTimestamp } })
  const old = at('z', '2024-01-01T00:00:00Z')
  const young = at('a', '2024-06-01T00:00:00Z')
  for (const services of [
    [old, young],
    [young, old],
  ]) {
    const problems = new Diagnostics()
    const ranges = { serviceCIDRs: DUAL as Cidr[], nodePorts: RANGE }
    allocate(services, NO_ALLOCATIONS, ranges, problems)
    assert.equal(found(problems), ['KN100 spec.clusterIP'])
    assert.ok(problems.isInvalid(young))
    assert.not(problems.isInvalid(old))
    assert.match(problems.all()[0]?.message ?? '', /default\/z and default\/a/)
  }
  // Leading zeros do not make another address.
  assert.equal(
    run([named('a', { clusterIP }), named('b', { clusterIP: '10.96.0.005' })]).problems,
    ['KN100 spec.clusterIP'],
  )
})

allocation('without a service CIDR of the family nothing can be given', () => {
  assert.equal(run([named('web')], { cidrs: [] }).problems, ['KN084 spec.clusterIP'])
  const dual: Spec = { ipFamilyPolicy: 'RequireDualStack' }
  const one = run([named('web', dual)], { cidrs: ['10.96.0.0/16'] })
  assert.equal(one.problems, ['KN084 spec.clusterIP'])
  assert.equal(run([named('web', { clusterIP: '10.96.0.5' })], { cidrs: [] }).problems, [])
})

const crowd = (count: number, spec: Spec = {}) =>
  Array.from({ length: count }, (_, i) => named(`web-${i}`, spec))

allocation('a full range is an error of those that come too late', () => {
  // Of eight addresses six are hosts.
  const eight = run(crowd(8), { cidrs: ['10.96.0.0/29'] })
  assert.equal(eight.problems, ['KN081 spec.clusterIP', 'KN081 spec.clusterIP'])
  const given = Object.values(eight.allocations.clusterIPs).map(({ IPv4 }) => IPv4)
  assert.equal(given.sort(), [
    '10.96.0.1',
    '10.96.0.2',
    '10.96.0.3',
    '10.96.0.4',
    '10.96.0.5',
    '10.96.0.6',
  ])
  for (const cidr of ['10.96.0.0/32', '10.96.0.0/31']) {
    assert.equal(run(crowd(1), { cidrs: [cidr] }).problems, ['KN081 spec.clusterIP'])
  }
  const ports = run(crowd(3, { type: 'NodePort' }), { nodePorts: { from: 31000, to: 31001 } })
  assert.equal(ports.problems, ['KN081 spec.ports.0.nodePort'])
})

allocation('IPv6 has no broadcast address', () => {
  const one = run(crowd(1, { ipFamilies: ['IPv6'] }), { cidrs: ['fd00::/127'] })
  assert.equal(one.allocations.clusterIPs, { 'default/web-0': { IPv6: 'fd00::1' } })
})

allocation('the lower band of a service CIDR is given out last', () => {
  // A sixteenth of 1024 addresses, network address aside, is for explicit values (KEP-3070).
  const hosts = (count: number) =>
    Object.values(run(crowd(count), { cidrs: ['10.96.0.0/22'] }).allocations.clusterIPs)
      .map(({ IPv4 }) => Number(numberOf(IPv4 as Ip) - numberOf('10.96.0.0' as Ip)))
      .sort((a, b) => a - b)
  assert.equal(
    hosts(958),
    Array.from({ length: 958 }, (_, i) => i + 65),
  )
  assert.equal(
    hosts(1022),
    Array.from({ length: 1022 }, (_, i) => i + 1),
  )
})

allocation('a second service CIDR is used when the first is full', () => {
  const cidrs = ['10.96.0.0/30', '10.97.0.0/30']
  const { allocations, problems } = run(crowd(4), { cidrs })
  assert.equal(problems, [])
  assert.is(new Set(Object.values(allocations.clusterIPs).map(({ IPv4 }) => IPv4)).size, 4)
})

allocation('IPv6 ranges of any size serve', () => {
  const spec: Spec = { ipFamilies: ['IPv6'] }
  for (const cidr of ['fd00:10:96::/64', 'fd00::/8', '2001:db8::/48']) {
    const { allocations, problems } = run(crowd(500, spec), { cidrs: [cidr] })
    const ips = Object.values(allocations.clusterIPs).map(({ IPv6 }) => IPv6 as Ip)
    assert.equal(problems, [])
    assert.is(new Set(ips).size, 500)
    assert.ok(ips.every(containedIn([cidr as Cidr])), cidr)
  }
})

allocation('10,000 Services are served in no time, and in a range that is too small too', () => {
  const services = crowd(10_000, { type: 'NodePort' })
  const seconds = processorSeconds(() => {
    const { allocations } = run(services, { cidrs: ['10.96.0.0/19'] })
    assert.is(Object.keys(allocations.clusterIPs).length, 8190)
    assert.is(Object.keys(allocations.nodePorts).length, 2768)
  })
  assert.ok(seconds < 3, `${seconds} s`)
})

// Small ranges and few names, so that Services meet in them.
const anyService = fc
  .record({
    name: fc.constantFrom(...'abcdefghijklmno'),
    namespace: fc.constantFrom('x', 'y'),
    type: fc.constantFrom('ClusterIP' as const, 'NodePort' as const, 'LoadBalancer' as const),
    ipFamilyPolicy: fc.constantFrom('SingleStack' as const, 'PreferDualStack' as const),
    host: fc.option(fc.integer({ min: 1, max: 62 }), { freq: 5 }),
    nodePort: fc.option(fc.integer({ min: 31000, max: 31099 }), { freq: 5 }),
  })
  .map(({ name, namespace, type, ipFamilyPolicy, host, nodePort }) => {
    const spec: Spec = { type, ipFamilyPolicy }
    if (host !== null) spec.clusterIP = `10.96.0.${host}`
    if (nodePort !== null && type !== 'ClusterIP') spec.ports = [{ port: 80, nodePort }]
    return service(spec, { name, namespace })
  })
const anyServices = fc.uniqueArray(anyService, {
  maxLength: 30,
  selector: ({ namespace, name }) => `${namespace}/${name}`,
})
const SMALL: Setting = {
  cidrs: ['10.96.0.0/26', 'fd00::/122'],
  nodePorts: { from: 31000, to: 31099 },
}

allocation('the order of the Services does not matter', () =>
  fc.assert(
    fc.property(anyServices, anyServices, fc.infiniteStream(fc.nat()), (before, services, keys) => {
      const previous = run(before, SMALL).allocations
      const key = new Map(services.map(one => [one, keys.next().value ?? 0]))
      const shuffled = [...services].sort((a, b) => (key.get(a) ?? 0) - (key.get(b) ?? 0))
      const setting = { ...SMALL, previous }
      const text = (all: InputObject<Service>[]) => JSON.stringify(run(all, setting).allocations)
      assert.is(text(shuffled), text(services))
    }),
  ),
)

allocation('a further Service moves nothing but what it names itself', () =>
  fc.assert(
    fc.property(anyServices, anyService, (services, more) => {
      const others = services.filter(one => one.label !== more.label)
      const previous = run(others, SMALL).allocations
      const { allocations } = run([...others, more], { ...SMALL, previous })
      const { clusterIP, ports = [] } = more.value.spec
      for (const [key, ips] of Object.entries(previous.clusterIPs)) {
        for (const [family, ip] of Object.entries(ips)) {
          if (ip !== clusterIP) assert.is(allocations.clusterIPs[key]?.[family], ip)
        }
      }
      for (const [key, numbers] of Object.entries(previous.nodePorts)) {
        if (numbers['TCP/80'] === ports[0]?.nodePort) continue
        assert.equal(allocations.nodePorts[key], numbers)
      }
    }),
  ),
)

allocation('nothing is given twice, nothing that is named, and nothing outside the ranges', () =>
  fc.assert(
    fc.property(anyServices, anyServices, (before, services) => {
      const previous = run(before, SMALL).allocations
      const { allocations } = run(services, { ...SMALL, previous })
      const explicit = services.flatMap(({ value: { spec } }) => [
        ...(spec.clusterIP ? [spec.clusterIP] : []),
        ...(spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : [])),
      ])
      const ips = Object.values(allocations.clusterIPs).flatMap(Object.values) as Ip[]
      const ports = Object.values(allocations.nodePorts).flatMap(Object.values) as number[]
      const given = [...ips, ...ports]
      assert.is(new Set(given).size, given.length)
      assert.not(given.some(value => explicit.includes(value)))
      assert.ok(ips.every(containedIn((SMALL.cidrs ?? []) as Cidr[])))
      assert.not(ips.some(ip => ['10.96.0.0', '10.96.0.63', 'fd00::'].includes(ip)))
      assert.ok(ports.every(port => port >= 31000 && port <= 31099))
    }),
  ),
)

allocation('allocating again changes nothing', () =>
  fc.assert(
    fc.property(anyServices, services => {
      const first = run(services, SMALL)
      const again = run(services, { ...SMALL, previous: first.allocations })
      assert.equal(again.allocations, first.allocations)
      assert.equal(again.services, first.services)
    }),
  ),
)

allocation('the result is sorted by Service', () => {
  const { allocations } = run(['c', 'a', 'b-1', 'b'].map(name => named(name)))
  assert.equal(Object.keys(allocations.clusterIPs), [
    'default/a',
    'default/b',
    'default/b-1',
    'default/c',
  ])
})

allocation.run()
