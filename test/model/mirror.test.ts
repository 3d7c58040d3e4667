import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { EndpointSubset } from '../../src/generated/types.gen.js'
import { mirrorEndpoints } from '../../src/model/mirror.js'
import { found, inputObject } from './objects.js'

const mirror = suite('mirror')

const endpoints = (subsets: EndpointSubset[], metadata: object = {}) =>
  inputObject('Endpoints', { metadata: { name: 'web', namespace: 'shop', ...metadata }, subsets })

const mirrored = (subsets: EndpointSubset[], metadata: object = {}) =>
  mirrorEndpoints(endpoints(subsets, metadata), new Diagnostics())

const ONE = [{ addresses: [{ ip: '10.1.0.1' }], ports: [{ port: 80 }] }]

mirror('a subset becomes a slice of its Service, ready addresses before the others', () => {
  const [made, ...more] = mirrored([
    {
      addresses: [{ ip: '10.1.0.2', nodeName: 'n', targetRef: { kind: 'Pod', name: 'p' } }],
      notReadyAddresses: [{ ip: '10.1.0.1' }],
      ports: [{ port: 80 }, { name: 'dns', port: 53, protocol: 'UDP' }],
    },
  ])
  assert.equal(more, [])
  assert.equal([made?.kind, made?.namespace, made?.name], ['Endpoints', 'shop', 'web'])
  assert.equal(made?.value, {
    metadata: { name: 'web', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [
      {
        addresses: ['10.1.0.2'],
        conditions: { ready: true },
        nodeName: 'n',
        targetRef: { kind: 'Pod', name: 'p' },
      },
      { addresses: ['10.1.0.1'], conditions: { ready: false } },
    ],
    ports: [
      { port: 80, name: '' },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
  })
})

mirror('subsets and families stay apart', () => {
  const made = mirrored([
    { addresses: [{ ip: 'fd00::1' }, { ip: '10.1.0.1' }], ports: [{ port: 80 }] },
    { addresses: [{ ip: '10.1.0.2' }], ports: [{ port: 81 }] },
  ])
  const texts = made.map(({ value: { addressType, endpoints = [], ports = [] } }) =>
    [addressType, endpoints.flatMap(({ addresses = [] }) => addresses), ports[0]?.port].join(' '),
  )
  assert.equal(texts, ['IPv4 10.1.0.1 80', 'IPv6 fd00::1 80', 'IPv4 10.1.0.2 81'])
})

mirror('labels and annotations are kept, and the name of the Service is its own', () => {
  const labels = { a: 'b', 'kubernetes.io/service-name': 'other' }
  const annotations = { 'kubenat.dev/weights': '{}' }
  const metadata = mirrored(ONE, { labels, annotations })[0]?.value.metadata
  assert.equal(metadata?.labels, { a: 'b', 'kubernetes.io/service-name': 'web' })
  assert.equal(metadata?.annotations, annotations)
})

mirror('Endpoints marked skip-mirror or held for leader election give no slice', () => {
  const label = (value: string) => ({ 'endpointslice.kubernetes.io/skip-mirror': value })
  assert.is(mirrored(ONE, { labels: label('true') }).length, 0)
  assert.is(mirrored(ONE, { labels: label('false') }).length, 1)
  const annotations = { 'control-plane.alpha.kubernetes.io/leader': '{}' }
  assert.is(mirrored(ONE, { annotations }).length, 0)
})

mirror('a subset of more than 1000 addresses is cut, not-ready ones first', () => {
  const problems = new Diagnostics()
  const list = (third: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({ ip: `10.${third}.${i >> 8}.${i & 255}` }))
  const subset = { addresses: list(1, 999), notReadyAddresses: list(2, 2), ports: [{ port: 80 }] }
  const [made] = mirrorEndpoints(endpoints([subset]), problems)
  assert.is(made?.value.endpoints?.length, 1000)
  assert.equal(made?.value.endpoints?.at(-1)?.addresses, ['10.2.0.0'])
  assert.equal(found(problems), ['KN056 subsets.0'])
})

mirror('addresses that cannot be used are reported where they stand', () => {
  const problems = new Diagnostics()
  const addresses = [{ ip: 'x' }, { ip: 'fe80::1' }, { ip: '10.1.0.01' }]
  const made = mirrorEndpoints(
    endpoints([{}, { addresses, notReadyAddresses: [{ ip: '' }], ports: [{ port: 80 }] }]),
    problems,
  )
  assert.equal(
    made.map(({ value }) => value.endpoints?.[0]?.addresses),
    [['10.1.0.1']],
  )
  assert.equal(found(problems), [
    'KN021 subsets.1.addresses.0.ip',
    'KN025 subsets.1.addresses.1.ip',
    'KN023 subsets.1.addresses.2.ip',
    'KN021 subsets.1.notReadyAddresses.0.ip',
  ])
})

mirror('Endpoints without addresses or subsets give no slice', () => {
  assert.equal(mirrored([{ ports: [{ port: 80 }] }]), [])
  assert.equal(mirrored([]), [])
})

mirror.run()
