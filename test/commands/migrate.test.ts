import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kubenat, makeFolder, type Outcome } from '../cli.js'

const command = suite('kubenat migrate')

const OBJECTS = fileURLToPath(new URL('../../golden/example-shop/objects.yaml', import.meta.url))
const REPORT = readFileSync(new URL('../migrate/example-shop.json.txt', import.meta.url), 'utf8')
const ON_WORKER_1 = ['--node', 'worker-1', '--cluster-cidr', '10.244.0.0/16,fd00:10:244::/56']
const { fileIn } = makeFolder()

const migrate = (args: readonly string[], input = ''): Outcome =>
  kubenat(['migrate', ...args], input)

const NODE = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'worker-1' },
  status: { addresses: [{ type: 'InternalIP', address: '192.168.0.1' }] },
})

command('findings are exit code 1, from files and standard input alike', () => {
  const named = migrate(['-f', OBJECTS, ...ON_WORKER_1, '-o', 'json'])
  const piped = migrate([...ON_WORKER_1, '-o', 'json'], readFileSync(OBJECTS, 'utf8'))
  assert.is(named.code, 1)
  assert.is(named.err, '')
  assert.is(named.out.replaceAll(OBJECTS, 'objects.yaml'), REPORT)
  assert.is(piped.code, 1)
  assert.is(piped.out.replaceAll('<stdin>', 'objects.yaml'), REPORT)
})

command('text is the default', () => {
  const { code, out } = migrate(['-f', OBJECTS, ...ON_WORKER_1])
  assert.is(code, 1)
  assert.match(out, /^warning\[KN300\]: NodePorts on localhost no longer answer\n/)
  assert.match(out, /\n\d+ findings on worker-1: \d+ warnings, \d+ notes\n$/)
})

command('nothing that changes is exit code 0', () => {
  const { code, out } = migrate(['--node', 'worker-1'], NODE)
  assert.is(code, 0)
  assert.is(out, 'nothing changes for the traffic of Services on worker-1\n')
})

command('options decide what is found', () => {
  const has = (args: readonly string[], id: string): boolean => {
    const { out } = migrate(['-f', OBJECTS, ...ON_WORKER_1, '-o', 'json', ...args])
    return out.includes(`"${id}"`)
  }
  for (const id of ['KN300', 'KN301', 'KN309', 'KN315']) assert.ok(has([], id), id)
  const off = ['--iptables-localhost-nodeports=false', '--conntrack-tcp-be-liberal']
  for (const id of ['KN300', 'KN309', 'KN315']) assert.not.ok(has(off, id), id)
  assert.not.ok(has(['--nodeport-addresses', 'primary'], 'KN301'))
  assert.not.ok(has(['--ip-family', 'ipv6'], 'KN300'))
})

command('the configuration of either mode is taken, and its sections compared', () => {
  const config = fileIn(
    'config.yaml',
    'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: iptables\nhostnameOverride: worker-1\niptables: { masqueradeAll: true, localhostNodePorts: false }\n',
  )
  const { code, out, err } = migrate(['-f', OBJECTS, '--config', config])
  assert.is(code, 1, err)
  assert.match(out, /warning\[KN316\]: masqueradeAll differs between the modes/)
  assert.not.match(out, /KN300/)
})

command('invalid input, an unknown node and wrong usage are exit code 2 without a report', () => {
  const refused = (outcome: ReturnType<typeof migrate>, message: RegExp): void => {
    assert.is(outcome.code, 2, outcome.err)
    assert.is(outcome.out, '')
    assert.match(outcome.err, message)
  }
  refused(migrate(['-f', OBJECTS]), /--node NAME is required/)
  refused(migrate(['-f', OBJECTS, '--node', 'worker-9']), /KN061/)
  refused(migrate(['--node', 'worker-1'], 'kind: Service\n'), /KN007/)
  refused(migrate(['-f', OBJECTS, '--proxy-mode', 'iptables']), /unknown option '--proxy-mode'/)
  refused(migrate(['-f', '-', '--config', '-', '--node', 'worker-1']), /only one of the inputs/)
  refused(migrate(['-f', OBJECTS, '--node', 'worker-1', '--config', OBJECTS]), /KN002/)
})

command('--help shows examples and exit codes', () => {
  const { code, out } = migrate(['--help'])
  assert.is(code, 0)
  assert.match(out, /Examples:\n.*kubenat migrate/)
  assert.match(out, /Exit codes: 0 nothing changes, 1 findings/)
  assert.not.match(out, /--layout|--form|--counters|--comments|--proxy-mode/)
})

command.run()
