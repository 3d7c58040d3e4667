import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { TraceReport } from '../../src/generated/reports.gen.js'
import { KUBENAT, kubenat, makeFolder, type Outcome, refused } from '../cli.js'

const trace = suite('kubenat trace')

const pathTo = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const OBJECTS = pathTo('../../golden/example-shop/objects.yaml')
const { folder } = makeFolder()

const traced = (args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}): Outcome =>
  kubenat(['trace', ...args], input, env)

const ON_WORKER_1 = ['--node', 'worker-1', '--cluster-cidr', '10.244.0.0/16,fd00:10:244::/56']
const shop = (...args: readonly string[]): Outcome =>
  traced(['-f', OBJECTS, ...ON_WORKER_1, ...args])

trace('prints the way of a packet, whatever becomes of it', () => {
  const { code, out, err } = shop('--from', '10.1.2.3', '--to', '10.96.0.10:53/udp')
  assert.equal([code, err], [0, ''])
  assert.match(out, /^10\.1\.2\.3 to 10\.96\.0\.10:53\/udp: accepted, 2 backends\n/)
  const dropped = shop('--from', '8.8.8.8', '--to', '203.0.113.10:443')
  assert.is(dropped.code, 0)
  assert.match(dropped.out, /: dropped\n/)
})

trace('has colours where they are asked for, and in the text alone', () => {
  const asked = ['-f', OBJECTS, ...ON_WORKER_1, '--from', '10.1.2.3', '--to', 'shop/cart']
  const env = { NO_COLOR: '', FORCE_COLOR: '1' }
  assert.ok(traced(asked, '', env).out.includes('\u001b['))
  for (const output of ['json', 'dot', 'mermaid'])
    assert.not.ok(traced([...asked, '-o', output], '', env).out.includes('\u001b['), output)
})

trace('takes the layout and the options of a compile', () => {
  const { out } = shop(
    '--from',
    '10.1.2.3',
    '--to',
    'shop/cart',
    '--layout',
    'maps',
    '--masquerade-all',
  )
  assert.match(out, /layout maps/)
  assert.match(out, /masqueraded: --masquerade-all/)
  assert.match(
    shop('--from', 'worker-1', '--to', 'shop/web:http', '--ip-family', 'ipv6').out,
    /^fd00:/,
  )
})

trace('takes objects by standard input', () => {
  const text = readFileSync(OBJECTS, 'utf8')
  const asked = [...ON_WORKER_1, '--from', '10.1.2.3', '--to', 'shop/cart', '-o', 'json']
  assert.is(traced(asked, text).code, 0)
  assert.is(traced(['-f', '-', ...asked], text).code, 0)
})

trace('refuses what it does not understand', () => {
  refused(shop('--from', '10.1.2.3'), /--to/)
  refused(shop('--to', 'shop/web'), /--from ADDRESS/)
  refused(shop('--to', 'shop/web:no', '--from', '10.1.2.3'), /no port is named "no"; it has http/)
  refused(shop('--to', 'shop/web', '--from', '10.1.2.3'), /needs a port: it has http = 80\/tcp/)
  refused(shop('--to', 'shop/wob', '--from', '10.1.2.3'), /did you mean shop\/web/)
  refused(shop('--to', 'data/postgres', '--from', '10.1.2.3'), /headless/)
  refused(shop('--to', 'shop/cart', '--from', 'shop/nobody'), /no pod is named "shop\/nobody"/)
  refused(shop('--to', 'shop/cart', '--from', 'worker-9'), /did you mean worker-1/)
  refused(shop('--to', 'shop/cart', '--from', 'fd00::1'), /no family in common/)
  refused(
    shop('--to', 'shop/cart', '--from', 'worker-1', '--in-interface', 'eth0'),
    /the node itself/,
  )
  refused(
    shop('--to', 'shop/cart', '--from', '10.1.2.3', '--in-interface', 'a b'),
    /--in-interface takes/,
  )
  refused(
    shop('--to', 'shop/cart', '--from', '10.1.2.3', '-o', 'yaml'),
    /Allowed choices are text, json/,
  )
  refused(shop('--to', '192.0.2.1:80', '-o', 'dot'), /destination of no Service/)
  refused(
    traced(['-f', OBJECTS, '--to', 'shop/cart', '--from', '10.1.2.3']),
    /--node NAME is required/,
  )
  refused(
    traced(['-f', '-', '--live', '-', '--to', 'x', '--from', 'y']),
    /standard input can be only one/,
  )
})

trace('goes on without the objects that have errors, and says which', () => {
  const bad = join(folder, 'bad.yaml')
  writeFileSync(
    bad,
    'apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 0}]}\n',
  )
  const asked = ['--from', '10.1.2.3', '--to', 'shop/cart']
  const { code, out, err } = shop('-f', bad, ...asked)
  assert.is(code, 0)
  assert.is(out, shop(...asked).out)
  assert.match(
    err,
    /^left out, as it has errors: Service default\/x \(spec\.ports\[0\]\.port: must be an integer between 1 and 65535 \(got 0\)\)$/m,
  )
  refused(
    shop('-f', bad, '--from', '10.1.2.3', '--to', 'default/x'),
    /--to default\/x: the Service has errors: spec\.ports/,
  )
})

const endpointsOf = (selector: string, metadata: string): string => `apiVersion: v1
kind: Service
metadata: {namespace: shop, name: leader}
spec: {clusterIP: 10.96.0.77, ports: [{name: http, port: 80}]${selector}}
---
apiVersion: v1
kind: Endpoints
metadata: {namespace: shop, name: leader${metadata}}
subsets: [{addresses: [{ip: 10.244.1.77}], ports: [{name: http, port: 8080}]}]
`

trace('names Endpoints that the cluster does not mirror as the reason', () => {
  const asked = ['--from', '10.244.1.9', '--to', 'shop/leader', ...ON_WORKER_1]
  const node = ['--node-addresses', '192.0.2.9']
  const run = (text: string) => traced(['-f', '-', ...asked, ...node], text)
  for (const [metadata, why] of [
    [', labels: {endpointslice.kubernetes.io/skip-mirror: "true"}', 'the label forbids it'],
    [
      ', annotations: {control-plane.alpha.kubernetes.io/leader: "{}"}',
      'they are held for leader election',
    ],
  ] as const) {
    const words = `no endpoint is known: Endpoints shop/leader are not mirrored into slices: ${why}`
    assert.match(run(endpointsOf('', metadata)).out, words)
  }
  const mirrored = run(endpointsOf('', ''))
  assert.match(mirrored.out, '10.244.1.77:8080')
  assert.not.match(mirrored.err, 'KN259')
  const selected = run(endpointsOf(', selector: {app: a}', ''))
  assert.match(selected.out, '10.244.1.77:8080')
  assert.match(selected.err, /KN259.*shop\/leader has a selector/)
})

const firewall = (...rules: readonly unknown[][]): string =>
  JSON.stringify({
    nftables: [
      { metainfo: {} },
      { table: { family: 'inet', name: 'filter' } },
      {
        chain: {
          family: 'inet',
          table: 'filter',
          name: 'in',
          type: 'filter',
          hook: 'input',
          prio: 0,
          policy: 'drop',
        },
      },
      ...rules.map(expr => ({ rule: { family: 'inet', table: 'filter', chain: 'in', expr } })),
    ],
  })
const LIVE = [
  '--live',
  '-',
  '--node-addresses',
  '192.0.2.11',
  '--from',
  '192.0.2.7',
  '--to',
  '192.0.2.11:22',
]

trace('walks a listing without objects', () => {
  const ssh = {
    match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 22 },
  }
  const { code, out, err } = traced(LIVE, firewall([ssh, { accept: null }]))
  assert.equal([code, err], [0, ''])
  assert.match(out, /: accepted, as it is\n/)
  assert.match(out, /rules {2}listed in <stdin>/)
  assert.match(traced(LIVE, firewall()).out, /the policy of chain in in table inet filter decides/)
})

trace('tells both answers of a test that is open', () => {
  const open = { match: { op: '==', left: { meta: { key: 'cpu' } }, right: 1 } }
  const { code, out, err } = traced(LIVE, firewall([open, { accept: null }]))
  assert.equal([code, err], [0, ''])
  assert.match(out, /: dropped\n/)
  assert.match(out, /what else it may come to\n {2}if meta cpu 1:\n {4}accepted/)
})

trace('names a statement that it does not know, with exit code 3', () => {
  const strange = { xt: { type: 'target', name: 'TPROXY' } }
  refused(
    traced(LIVE, firewall([strange])),
    /^error: table inet filter, chain in, rule 1: not known here: xt target TPROXY/m,
    3,
  )
})

trace('wants a listing, and the addresses of its node', () => {
  refused(traced(LIVE, 'table ip x {}'), /error\[KN120\]/)
  refused(
    traced(
      LIVE.filter(word => !/node-addresses|192\.0\.2\.11$/.test(word)),
      firewall(),
    ),
    /--node-addresses LIST/,
  )
  refused(
    traced([...LIVE.slice(0, -4), '--to', 'shop/web', '-o', 'dot'], firewall()),
    /needs objects/,
  )
})

/** A Service of many endpoints, with and without session affinity. */
function large(endpoints: number): string {
  const items = ['plain', 'affine'].flatMap((name, number) => [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: {
        clusterIP: `10.96.0.${number + 1}`,
        sessionAffinity: name === 'affine' ? 'ClientIP' : 'None',
        ports: [{ port: 80 }],
      },
    },
    ...Array.from({ length: endpoints / 100 }, (_, slice) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-${slice}`, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ port: 8080 }],
      endpoints: Array.from({ length: 100 }, (_, i) => ({
        addresses: [`10.244.${slice}.${i + 1}`],
      })),
    })),
  ])
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

const LIMIT = 1

/** Seconds of the processor that the whole command takes; other work on the machine does not count. */
function secondsOf(args: readonly string[], path: string): number {
  const script = `TIMEFORMAT='%U %S'; time "$@" > '${path}'`
  const argv = ['-c', script, 'bash', process.execPath, KUBENAT, 'trace', ...args]
  const { status, stderr } = spawnSync('bash', argv, { encoding: 'utf8' })
  assert.is(status, 0, stderr)
  const [, user, system] = /(\d+\.\d+) (\d+\.\d+)\n$/.exec(stderr) ?? []
  return Number(user) + Number(system)
}

for (const layout of ['kube-proxy', 'maps']) {
  for (const name of ['plain', 'affine']) {
    trace(`1,000 endpoints take less than a second: ${name}, ${layout}`, () => {
      const objects = join(folder, 'large.json')
      writeFileSync(objects, large(1000))
      const node = ['--node', 'edge', '--node-addresses', '192.0.2.9', '--layout', layout]
      const asked = ['-f', objects, ...node, '--from', '10.1.2.3', '--to', `default/${name}`]
      const path = join(folder, 'large-trace.json')
      // Other work, with which caches are shared, can only add to it: then it is tried again.
      let seconds = Number.POSITIVE_INFINITY
      for (let tries = 0; tries < 3 && seconds >= LIMIT; tries++)
        seconds = secondsOf([...asked, '-o', 'json'], path)
      const report = JSON.parse(readFileSync(path, 'utf8')) as TraceReport
      assert.is(report.backends.length, 1000)
      assert.is(report.backends[999]?.share.fraction, '1/1000')
      console.error('SECS', seconds)
      assert.ok(seconds < LIMIT, `${seconds} s`)
    })
  }
}

trace('--help has examples and exit codes', () => {
  const { out } = traced(['--help'])
  assert.match(out, /Examples:/)
  assert.match(out, /Exit codes: 0 traced/)
})

trace.run()
