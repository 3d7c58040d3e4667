import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kubenat, makeFolder, type Outcome } from '../cli.js'

// An object of somebody else that an older API server has stored keeps nobody from their answer.

const one = suite('one bad object')
const { fileIn } = makeFolder()

const service = (namespace: string, name: string, clusterIP: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name },
  spec: { clusterIP, ports: [{ name: 'http', port: 80 }], selector: { app: name } },
})

const slice = (namespace: string, of: string, ...addresses: readonly string[]) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace, name: `${of}-1`, labels: { 'kubernetes.io/service-name': of } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  endpoints: [{ addresses, nodeName: 'n1' }],
})

const NODE = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1' },
  status: { addresses: [{ type: 'InternalIP', address: '192.168.10.11' }] },
}
const GOOD = [
  NODE,
  service('shop', 'web', '10.96.0.20'),
  slice('shop', 'web', '10.244.1.5'),
  service('default', 'a', '10.96.0.30'),
]
/** Objects of default/a with an error each, found by the schema, by validation and by the model. */
const BAD = {
  'an address that no traffic can use': slice('default', 'a', '10.244.1.6', '169.254.0.2'),
  'a field of the wrong type': { ...slice('default', 'a', '10.244.1.6'), ports: 'http' },
  'too many addresses': slice('default', 'a', ...Array<string>(101).fill('10.244.1.6')),
  'an invalid port name': {
    ...slice('default', 'a', '10.244.1.6'),
    ports: [{ name: 'UPPER', port: 1 }],
  },
}

const list = (name: string, items: readonly object[]): string =>
  fileIn(name, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
const ON_N1 = ['--node', 'n1', '--cluster-cidr', '10.244.0.0/16']
const trace = (file: string, to: string): Outcome =>
  kubenat(['trace', '-f', file, ...ON_N1, '--from', '10.244.1.9', '--to', to])

const LINE =
  /^left out, as it has errors: EndpointSlice default\/a-1 of Service default\/a \(.+\)$/m

for (const [what, bad] of Object.entries(BAD)) {
  const good = list('good.json', GOOD)
  const mixed = list(`${what}.json`, [...GOOD, bad])

  one(`trace and migrate go on: ${what}`, () => {
    const { code, out, err } = trace(mixed, 'shop/web')
    assert.is(code, 0, err)
    assert.is(out, trace(good, 'shop/web').out.replaceAll('good.json', `${what}.json`))
    assert.match(err, LINE)
    assert.match(trace(mixed, 'default/a').out, /why .*none is known; left out, .* default\/a-1 /)
    const migrated = kubenat(['migrate', '-f', mixed, ...ON_N1])
    assert.is(migrated.code, kubenat(['migrate', '-f', good, ...ON_N1]).code, migrated.err)
    assert.match(migrated.err, LINE)
  })

  one(`compile refuses, and names what would go on: ${what}`, () => {
    const refusal = kubenat(['compile', '-f', mixed, ...ON_N1])
    assert.equal([refusal.code, refusal.out], [2, ''])
    assert.match(
      refusal.err,
      /\nnothing is compiled; --skip-invalid compiles the rest, without EndpointSlice default\/a-1\n$/,
    )
    const rest = kubenat(['compile', '-f', mixed, ...ON_N1, '--skip-invalid'])
    assert.is(rest.code, 0)
    assert.is(rest.out, kubenat(['compile', '-f', good, ...ON_N1]).out)
    assert.match(
      rest.err,
      /\nleft out, .* of Service default\/a, which has no endpoints then and is refused \(/,
    )
  })

  one(`diff compares the rest: ${what}`, () => {
    const other = list(`other ${what}.json`, [
      ...GOOD.slice(0, 2),
      slice('shop', 'web', '10.244.1.7'),
      bad,
    ])
    const { code, out, err } = kubenat(['diff', mixed, other, ...ON_N1])
    assert.is(code, 1)
    assert.match(out, /shop\/web/)
    assert.not.match(out, /default\/a/)
    assert.match(err, LINE)
  })

  one(`check compares the rest, and says nothing of what is incomplete: ${what}`, () => {
    const rival = service('shop', 'rival', '10.96.0.20')
    const twice = list(`twice ${what}.json`, [...GOOD, bad, { ...rival, spec: { ...rival.spec } }])
    const { code, out, err } = kubenat(['check', '-f', twice])
    assert.is(code, 1)
    assert.match(out, /error\[KN100\]/)
    assert.not.match(out, /default\/a: .*endpoint/)
    assert.match(err, /^left out, as they have errors: .*EndpointSlice default\/a-1/m)
  })
}

one('a Node with errors is named where it is asked for', () => {
  const bad = { ...NODE, status: { addresses: [{ type: 'InternalIP', address: 'x' }] } }
  const file = list('node.json', [bad, ...GOOD.slice(1)])
  const { code, err } = trace(file, 'shop/web')
  assert.is(code, 2)
  assert.match(err, /error\[KN060\]/)
  assert.match(err, /no Node object is named "n1"; its Node object has errors/)
})

one('with --skip-invalid diff tells what compiling the rest changes', () => {
  const whole = list('whole.json', [...GOOD, slice('default', 'a', '10.244.1.6')])
  const mixed = list('mixed.json', [...GOOD, BAD['an invalid port name']])
  assert.is(kubenat(['diff', whole, mixed, ...ON_N1]).out, '')
  assert.match(kubenat(['diff', whole, mixed, ...ON_N1, '--skip-invalid']).out, /default\/a/)
})

one.run()
