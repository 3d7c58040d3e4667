import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { joinSlices, modelSlice, portKey, type Slice } from '../../src/model/endpoint.js'
import type { Weights } from '../../src/model/weights.js'
import { ips, slice } from '../build.js'
import { found } from './objects.js'

const endpoints = suite('endpoints')

type Made = ReturnType<typeof slice>

const read = (object: Made): Slice | undefined => modelSlice(object, new Diagnostics())

const join = (
  objects: readonly Made[],
  weightsOf: (slice: Slice) => readonly Weights[] = () => [],
) =>
  joinSlices(
    objects.flatMap(object => read(object) ?? []),
    weightsOf,
  )

const unnamed = (objects: readonly Made[]) => join(objects).get(portKey('', 'TCP')) ?? []

endpoints('absent conditions mean ready, serving and not terminating', () => {
  const { addresses } = read(slice([{ addresses: ['10.1.0.1'] }])) ?? {}
  assert.equal(addresses, [
    {
      ip: '10.1.0.1',
      ready: true,
      serving: true,
      terminating: false,
      nodeName: undefined,
      zoneHints: [],
      nodeHints: [],
      pod: undefined,
    },
  ])
})

endpoints('an endpoint that is not ready serves all the same, unless it says otherwise', () => {
  const conditions = { ready: false }
  const [one] = read(slice([{ addresses: ['10.1.0.1'], conditions }]))?.addresses ?? []
  assert.equal([one?.ready, one?.serving, one?.terminating], [false, true, false])
})

endpoints('conditions, node, hints and the name of a pod are read', () => {
  const conditions = { ready: false, serving: false, terminating: true }
  const hints = { forZones: [{ name: 'a' }, { name: 'b' }], forNodes: [{ name: 'n' }] }
  const shared = { conditions, hints, zone: 'z' }
  const [pod, other] =
    read(
      slice([
        {
          addresses: ['10.1.0.1'],
          nodeName: 'n',
          targetRef: { kind: 'Pod', name: 'p' },
          ...shared,
        },
        { addresses: ['10.1.0.2'], nodeName: '', targetRef: { kind: 'Node', name: 'p' } },
      ]),
    )?.addresses ?? []
  const expected = { ip: '10.1.0.1', ...conditions, nodeName: 'n', pod: 'p' }
  assert.equal(pod, { ...expected, zoneHints: ['a', 'b'], nodeHints: ['n'] })
  assert.equal([other?.nodeName, other?.pod], [undefined, undefined])
})

endpoints('only the first address of an endpoint is used; one without any is passed over', () => {
  const { addresses } = read(slice([{ addresses: ['10.1.0.9', '10.1.0.1'] }, {}])) ?? {}
  assert.equal(ips(addresses ?? []), ['10.1.0.9'])
})

endpoints('slices without a Service, of names, or of a headless Service are ignored', () => {
  const list = [{ addresses: ['10.1.0.1'] }]
  const named = { 'kubernetes.io/service-name': 'web' }
  const ignored = [
    slice(list, { metadata: { labels: {} } }),
    slice(list, { metadata: { labels: { 'kubernetes.io/service-name': '' } } }),
    slice([{ addresses: ['example.com'] }], { addressType: 'FQDN' }),
    slice(list, { metadata: { labels: { ...named, 'service.kubernetes.io/headless': '' } } }),
  ]
  for (const object of ignored) assert.is(read(object), undefined)
})

endpoints(
  'a slice counts whatever proxy its labels name: Services alone are chosen by that',
  () => {
    const labels = {
      'kubernetes.io/service-name': 'web',
      'service.kubernetes.io/service-proxy-name': 'mesh',
    }
    const { addresses } = read(slice([{ addresses: ['10.1.0.1'] }], { metadata: { labels } })) ?? {}
    assert.equal(ips(addresses ?? []), ['10.1.0.1'])
  },
)

endpoints('addresses that cannot be used are reported, also those that are never read', () => {
  const problems = new Diagnostics()
  const bad = ['10.1.0.1', 'x', 'fd00::1', '127.0.0.1', '10.1.0.02']
  modelSlice(slice([{ addresses: bad }]), problems)
  assert.equal(found(problems), [
    'KN021 endpoints.0.addresses.1',
    'KN052 endpoints.0.addresses.2',
    'KN025 endpoints.0.addresses.3',
    'KN023 endpoints.0.addresses.4',
  ])
})

endpoints('addresses become canonical, and identities with them', () => {
  const ports = [{ port: 80 }]
  assert.equal(
    unnamed([slice([{ addresses: ['FD00::0:1'] }], { addressType: 'IPv6', ports })])[0]?.id,
    '[fd00::1]:80',
  )
  assert.is(unnamed([slice([{ addresses: ['010.1.0.1'] }])])[0]?.id, '10.1.0.1:8080')
})

endpoints('endpoints sort as text, the colon before the port included', () => {
  const texts = ['10.2.2.2', '10.0.0.9', '10.2.2.22', '10.0.0.10']
  const list = texts.map(text => ({ addresses: [text] }))
  assert.equal(ips(unnamed([slice(list)])), ['10.0.0.10', '10.0.0.9', '10.2.2.22', '10.2.2.2'])
})

endpoints('slice ports go by name and protocol, absent ones being empty and TCP', () => {
  const list = [{ addresses: ['10.1.0.1'] }]
  const ports = [
    { port: 1 },
    { name: '', protocol: 'UDP' as const, port: 2 },
    { name: 'a', port: 3 },
    { name: 'none' },
    { name: 'zero', port: 0 },
  ]
  const joined = join([slice(list, { ports }), slice(list, { ports: [{ name: 'a', port: 4 }] })])
  const found = [...joined].map(([key, all]) => `${key} ${all.map(({ port }) => port)}`)
  assert.equal(found, ['TCP/ 1', 'UDP/ 2', 'TCP/a 3,4'])
})

endpoints('a live copy of an endpoint beats a terminating one, whichever comes first', () => {
  const live = { addresses: ['10.1.0.1'], conditions: { ready: false }, nodeName: 'live' }
  const dying = { addresses: ['10.1.0.1'], conditions: { terminating: true }, nodeName: 'dying' }
  const nodesOf = (...objects: Made[]) => unnamed(objects).map(({ nodeName }) => nodeName)
  assert.equal(nodesOf(slice([dying]), slice([live])), ['live'])
  assert.equal(nodesOf(slice([live]), slice([dying])), ['live'])
  assert.equal(nodesOf(slice([live]), slice([{ ...live, nodeName: 'later' }])), ['live'])
})

endpoints('weights go to endpoints by address, then by pod; others weigh 1', () => {
  const pod = (name: string) => ({ targetRef: { kind: 'Pod', name } })
  const object = slice([
    { addresses: ['10.1.0.1'], ...pod('a') },
    { addresses: ['10.1.0.2'], ...pod('a') },
    { addresses: ['10.1.0.3'] },
  ])
  const weights = new Map([
    ['10.1.0.1', 5],
    ['a', 0],
  ])
  const weighed = join([object], () => [weights]).get(portKey('', 'TCP'))
  assert.equal(
    weighed?.map(({ weight }) => weight),
    [5, 0, 1],
  )
})

endpoints.run()
