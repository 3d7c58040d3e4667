import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js'
import type { WatchEvent } from '../../src/incremental/objects.js'
import { follow } from '../../src/library.js'
import type { RawOptions } from '../../src/options/table.js'
import { UsageError } from '../../src/util/errors.js'
import { type Witness, witness } from './witness.js'

const following = suite('following')

const LAYOUTS = ['kube-proxy', 'maps'] as const
const OPTIONS: RawOptions = { node: 'worker-1', 'cluster-cidr': '10.244.0.0/16' }

const added = (...objects: readonly object[]): readonly WatchEvent[] =>
  objects.map(object => ({ type: 'ADDED', object }))
const deleted = (...objects: readonly object[]): readonly WatchEvent[] =>
  objects.map(object => ({ type: 'DELETED', object }))

const node = (more: { zone?: string; address?: string; podCIDR?: string } = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'worker-1', labels: { 'topology.kubernetes.io/zone': more.zone ?? 'a' } },
  spec: { podCIDRs: [more.podCIDR ?? '10.244.1.0/24'] },
  status: { addresses: [{ type: 'InternalIP', address: more.address ?? '192.168.0.1' }] },
})

interface Fields {
  readonly spec?: object
  readonly status?: object
  readonly annotations?: object
  readonly created?: string
}

const service = (name: string, { spec, status, annotations, created }: Fields = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop', annotations, creationTimestamp: created },
  spec: { clusterIP: `10.96.0.${name.charCodeAt(0)}`, ports: [{ port: 80 }], ...spec },
  status,
})

const slice = (
  service: string,
  addresses: readonly (string | object)[],
  more: { name?: string; annotations?: object } = {},
) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: more.name ?? `${service}-1`,
    namespace: 'shop',
    labels: { 'kubernetes.io/service-name': service },
    annotations: more.annotations,
  },
  addressType: 'IPv4',
  ports: [{ port: 8080 }],
  endpoints: addresses.map(one => (typeof one === 'string' ? { addresses: [one] } : one)),
})

const hinted = (address: string, zone: string) => ({
  addresses: [address],
  hints: { forZones: [{ name: zone }] },
})

/** Names without their hash, and without the table: what is read is short. */
const plain = (transaction: string): string =>
  transaction
    .replace(/(?<=\w-)[A-Z2-7]{8}-/g, '')
    .replaceAll(' ip kube-proxy', '')
    .trim()

const start = (layout: string, more: RawOptions = {}): Witness => {
  const scene = witness({ ...OPTIONS, ...more, layout })
  scene.update(added(node()))
  return scene
}

/** Each scene is held against a compile after each step; what it gives back is the last transaction. */
const SCENES: Readonly<Record<string, (layout: string) => string>> = {
  'an endpoint is replaced': layout => {
    const { update } = start(layout)
    update(
      added(service('a'), service('b'), slice('a', ['10.244.1.1']), slice('b', ['10.244.1.2'])),
    )
    return update(added(slice('a', ['10.244.1.3']))).transaction
  },
  'nothing that counts changes': layout => {
    const { update } = start(layout)
    update(added(service('a'), slice('a', ['10.244.1.1'])))
    return update(
      added(service('a', { annotations: { note: 'x' } }), slice('a', ['10.244.1.1']), node()),
    ).transaction
  },
  'what two Services share goes with the last': layout => {
    const { update } = start(layout)
    const pod = [{ addresses: ['10.244.1.1'], nodeName: 'worker-1' }]
    const [a, b] = [service('a'), service('b')]
    update(added(a, b, slice('a', pod), slice('b', pod)))
    const { transaction } = update(deleted(a, slice('a', pod)))
    assert.not.match(transaction, /hairpin|delete chain \S+ \S+ dispatch/)
    const last = update(deleted(b, slice('b', pod))).transaction
    assert.match(last, /delete element .* hairpin-connections/)
    assert.is(/delete chain .* dispatch-tcp-1/.test(last), layout === 'maps')
    return ''
  },
  'the zone of the node decides': layout => {
    const { update } = start(layout)
    update(added(service('a'), slice('a', [hinted('10.244.1.1', 'a'), hinted('10.244.1.2', 'b')])))
    return update(added(node({ zone: 'b' }))).transaction
  },
  'the node gets an address within source ranges': layout => {
    const { update } = start(layout)
    update(
      added(
        service('a', {
          spec: { type: 'LoadBalancer', loadBalancerSourceRanges: ['198.51.100.0/24'] },
          status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } },
        }),
        slice('a', ['10.244.1.1']),
      ),
    )
    return update(added(node({ address: '198.51.100.7' }))).transaction
  },
  'the node gets another pod CIDR': layout => {
    const { update } = start(layout, { 'detect-local-mode': 'NodeCIDR' })
    const spec = {
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      ports: [{ port: 80, nodePort: 30080 }],
    }
    update(added(service('a', { spec }), slice('a', ['10.244.1.1'])))
    return update(added(node({ podCIDR: '10.244.9.0/24' }))).transaction
  },
  'a range of another family comes': layout => {
    const { update } = start(layout)
    const spec = { clusterIP: undefined, externalIPs: ['2001:db8::1', '203.0.113.1'] }
    update(added(service('a', { spec }), slice('a', ['10.244.1.1'])))
    const cidr = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'ServiceCIDR',
      metadata: { name: 'v6' },
      spec: { cidrs: ['fd00:10:96::/108'] },
    }
    update(added(cidr))
    return update(deleted(cidr)).transaction
  },
  'an older Service takes an address, and gives it back': layout => {
    const { update } = start(layout)
    const at = (name: string, created: string, port = 80) =>
      service(name, { created, spec: { clusterIP: '10.96.0.1', ports: [{ port }] } })
    // The middle one loses to the oldest, and as long as it is out the youngest keeps what both claim.
    const middle = {
      ...at('b', '2026-01-02T00:00:00Z'),
      spec: { clusterIP: '10.96.0.1', externalIPs: ['203.0.113.1'], ports: [{ port: 80 }] },
    }
    const youngest = service('c', {
      created: '2026-01-03T00:00:00Z',
      spec: { clusterIP: '10.96.0.3', externalIPs: ['203.0.113.1'] },
    })
    update(added(middle, youngest, slice('b', ['10.244.1.1']), slice('c', ['10.244.1.2'])))
    update(added(at('a', '2026-01-01T00:00:00Z')))
    update(added(at('a', '2026-01-01T00:00:00Z', 81)))
    return update(deleted(at('a', ''))).transaction
  },
  'health checks need a node port that another Service gets': layout => {
    const { update } = start(layout)
    const spec = {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 30080,
    }
    update(added(service('a', { spec }), slice('a', ['10.244.1.1'])))
    const ported = service('b', {
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] },
    })
    const { diagnostics } = update(added(ported))
    assert.equal(diagnostics.map(({ code }) => code).sort(), ['KN043', 'KN045'])
    return update(deleted(ported)).transaction
  },
  'weights that cannot be read take their Service out': layout => {
    const { update } = start(layout)
    const weights = (text: string) => ({ annotations: { 'kubenat.dev/weights': text } })
    const ends = slice('a', ['10.244.1.1', '10.244.1.2'])
    update(added(service('a', weights('{"10.244.1.1": 2}')), service('b'), ends))
    const { diagnostics } = update(added(service('a', weights('{'))))
    assert.equal(
      diagnostics.map(({ code }) => code),
      ['KN070'],
    )
    return update(added(service('a', weights('{"10.244.1.1": 0}')))).transaction
  },
  'a hash that cannot be read takes its Service out, and leaves it what it claims': layout => {
    const { update } = start(layout)
    const hash = (value: string) => ({ annotations: { 'kubenat.dev/hash': value } })
    const ends = slice('a', ['10.244.1.1', '10.244.1.2'])
    update(added(service('a', hash('source-ip')), ends))
    const { diagnostics } = update(added(service('a', hash('x'))))
    assert.equal(
      diagnostics.map(({ code }) => code),
      ['KN073'],
    )
    return update(added(service('a', hash('source-ip-port')))).transaction
  },
  'Endpoints count while no slice does': layout => {
    const { update } = start(layout)
    const endpoints = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name: 'a', namespace: 'shop' },
      subsets: [{ addresses: [{ ip: '10.244.1.9' }], ports: [{ port: 8080 }] }],
    }
    const spoilt = { ...slice('a', ['10.244.1.1']), addressType: 'IPv5' }
    update(added(service('a'), endpoints))
    update(added(slice('a', ['10.244.1.1'])))
    update(added(spoilt))
    return update(deleted(spoilt)).transaction
  },
}

for (const layout of LAYOUTS) {
  for (const [name, scene] of Object.entries(SCENES)) {
    following(`${name}, ${layout}`, () => {
      scene(layout)
    })
  }
}

following('a change of one endpoint is a change of what holds it', () => {
  const scene = SCENES['an endpoint is replaced'] ?? (() => '')
  assert.is(
    plain(scene('kube-proxy')),
    'flush chain service-shop/a/tcp/\n' +
      'add rule service-shop/a/tcp/ meta l4proto tcp dnat to 10.244.1.3:8080',
  )
  assert.is(
    plain(scene('maps')),
    'delete element endpoints-tcp { 10.96.0.97 . 80 . 0 }\n' +
      'add element endpoints-tcp { 10.96.0.97 . 80 . 0 : 10.244.1.3 . 8080 }',
  )
})

following('what changes nothing has no transaction', () => {
  for (const layout of LAYOUTS) {
    assert.is(SCENES['nothing that counts changes']?.(layout), '')
  }
})

following('an error names the object, and shows its line', () => {
  const { update } = start('maps')
  const { diagnostics } = update(added(service('a', { spec: { clusterIP: '10.96.0.300' } })))
  const [{ code, subject } = {}] = diagnostics as readonly Partial<Diagnostic>[]
  assert.equal([code, subject?.place.source.name], ['KN021', 'Service shop/a'])
  assert.match(subject?.place.source.text ?? '', '"clusterIP": "10.96.0.300"')
})

following('of one object in one update the last counts', () => {
  const { update } = start('maps')
  const [a, ends] = [service('a'), slice('a', ['10.244.1.1'])]
  update([...added(a, slice('a', ['10.244.1.9']), ends), ...deleted(a), ...added(a)])
  assert.is(update([...deleted(ends), ...added(ends)]).transaction, '')
  assert.match(update([...added(a), ...deleted(a)]).transaction, 'delete element')
})

following('without its node there are no rules, and then they stay', () => {
  const { update } = witness(OPTIONS)
  const objects = [service('a'), slice('a', ['10.244.1.1'])]
  const first = update(added(...objects))
  assert.equal([first.transaction, first.diagnostics.map(({ code }) => code)], ['', ['KN061']])
  assert.match(update(added(node())).transaction, /^add table ip kube-proxy/)
  assert.is(update(deleted(node())).transaction, '')
})

following('options that name a node nobody knows change nothing', () => {
  const { configure, update } = start('maps')
  update(added(service('a'), slice('a', ['10.244.1.1'])))
  assert.throws(
    () => configure({ ...OPTIONS, node: 'worker-9' }),
    (error: unknown) => error instanceof UsageError,
  )
  assert.match(configure({ ...OPTIONS, 'ip-family': 'ipv4' }).transaction, 'delete table ip6')
})

following('events of what is not read, or is nothing, are no trouble', () => {
  const { update } = start('kube-proxy')
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'shop' } }
  assert.equal(update(added(pod)), { transaction: '', diagnostics: [] })
  assert.equal(update(deleted(service('never'))), { transaction: '', diagnostics: [] })
  for (const object of [null, 'x', [], {}, { kind: 'Service', apiVersion: 'v1', metadata: {} }]) {
    const { transaction, diagnostics } = follow(OPTIONS).update([{ type: 'ADDED', object }])
    assert.is(transaction, '')
    assert.is(diagnostics[0]?.code, 'KN007')
  }
})

following('it is for nftables and one node', () => {
  const isUsageError = (error: unknown) => error instanceof UsageError
  assert.throws(() => follow({}), isUsageError)
  assert.throws(() => follow({ ...OPTIONS, 'proxy-mode': 'iptables' }), isUsageError)
})

following.run()
