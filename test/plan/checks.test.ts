import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { checkNode, checkNodeName } from '../../src/plan/checks.js'
import { planNode } from '../../src/plan/plan.js'
import {
  cluster,
  endpoint,
  HERE,
  type LocalTrafficFields,
  node,
  type PortFields,
  type SettingsFields,
  servicePort,
  settings,
  THERE,
} from '../build.js'
import { inputObject } from '../model/objects.js'

const checks = suite('checks of a node')

function warnings(ports: readonly PortFields[], given: SettingsFields = {}, at = node()): string[] {
  const problems = new Diagnostics()
  checkNodeName(at, ports.map(servicePort), problems)
  for (const family of ['IPv4', 'IPv6'] as const) {
    const plan = planNode(cluster(ports.map(servicePort)), at, family, settings(given))
    checkNode(plan, settings(given), problems)
  }
  assert.is(problems.errorCount, 0)
  return problems.all().map(({ code, message }) => `${code} ${message}`)
}

function warnsOnce(code: string, part: string, ...input: Parameters<typeof warnings>): void {
  const found = warnings(...input)
  assert.is(found.length, 1, found.join('\n'))
  assert.ok(found[0]?.startsWith(code) && found[0].includes(part), found[0])
}

const IPV6: PortFields = { family: 'IPv6', clusterIP: 'fd00::1' }
const NODE_PORT: PortFields = { nodePort: 30080 }

checks('a node whose settings fit its objects gives no warning', () => {
  const endpoints = [endpoint('10.1.0.1', { nodeName: HERE })]
  assert.equal(warnings([{ ...NODE_PORT, endpoints }]), [])
})

checks('a hash does nothing where the rules cannot hash', () => {
  const hashed: PortFields = {
    hash: { by: 'source-ip' },
    endpoints: [endpoint('10.1.0.1', { nodeName: HERE })],
  }
  assert.equal(warnings([hashed]), [])
  warnsOnce('KN076', 'for default/web in iptables mode', [hashed], { hashing: false })
})

checks('fewer buckets than weights leave some without a client', () => {
  const endpoints = ['10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.0.4'].map((ip, i) =>
    endpoint(ip, { nodeName: HERE, weight: i < 3 ? 2 : 4 }),
  )
  assert.equal(warnings([{ hash: { by: 'source-ip', buckets: 5 }, endpoints }]), [])
  warnsOnce('KN077', '3 buckets are too few', [
    { hash: { by: 'source-ip', buckets: 3 }, endpoints },
  ])
})

checks('a family without ports is not looked at', () => {
  assert.equal(warnings([], { localTraffic: { clusterCIDRs: [] } }), [])
})

checks('traffic of pods that cannot be told, with what would tell it', () => {
  const missing: readonly [LocalTrafficFields, string][] = [
    [{ clusterCIDRs: ['fd00::/56'] }, 'no --cluster-cidr of family IPv4'],
    [{ mode: 'NodeCIDR' }, 'no pod CIDR of family IPv4'],
    [{ mode: 'BridgeInterface' }, 'no --pod-bridge-interface'],
    [{ mode: 'InterfaceNamePrefix' }, 'no --pod-interface-name-prefix'],
  ]
  for (const [localTraffic, part] of missing) {
    warnsOnce('KN111', part, [{}], { localTraffic })
  }
})

checks('node ports that are open on all addresses of a family', () => {
  warnsOnce('KN113', 'no IPv6 address', [{ ...IPV6, ...NODE_PORT }])
  const nodePortAddresses = ['192.168.0.0/24']
  warnsOnce('KN113', 'IPv6', [{ ...IPV6, ...NODE_PORT }], { nodePortAddresses })
  assert.equal(warnings([IPV6]), [])
  assert.equal(warnings([{ ...IPV6, ...NODE_PORT }], { nodePortAddresses: ['all'] }), [])
})

checks('node ports on loopback', () => {
  for (const entry of ['127.0.0.0/8', '127.0.0.1/32', 'localhost']) {
    warnsOnce('KN112', '127.0.0', [NODE_PORT], { nodePortAddresses: [entry, 'primary'] })
  }
  assert.equal(warnings([{}], { nodePortAddresses: ['127.0.0.0/8', 'primary'] }), [])
})

checks('node ports on loopback are no matter where they work', () => {
  const nodePortAddresses = ['127.0.0.0/8', '192.168.0.0/24', '::1/128', 'fd00::/8']
  const given = { nodePortAddresses, localhostNodePorts: true }
  assert.equal(warnings([NODE_PORT], given), [])
  warnsOnce('KN112', '::1/128', [{ ...IPV6, ...NODE_PORT }], given)
})

checks('a node that no endpoint is on, if endpoints name nodes at all', () => {
  const on = (...names: (string | undefined)[]): PortFields => ({
    endpoints: names.map((nodeName, i) => endpoint(`10.1.0.${i}`, { nodeName })),
  })
  warnsOnce('KN109', HERE, [on(THERE, undefined)])
  assert.equal(warnings([on(THERE), on(HERE)]), [])
  assert.equal(warnings([on(HERE), { ...IPV6, ...on(THERE) }]), [])
  assert.equal(warnings([on(undefined)]), [])
})

checks('zone hints without the Node object that would tell the zone', () => {
  const hinted: PortFields = { endpoints: [endpoint('10.1.0.1', { zoneHints: ['a'] })] }
  warnsOnce('KN110', HERE, [hinted])
  const object = inputObject('Node', { metadata: { name: HERE } })
  assert.equal(warnings([hinted], {}, node({ object })), [])
})

checks('a list whose endpoints all weigh 0', () => {
  const drained = endpoint('10.1.0.1', { nodeName: HERE, weight: 0 })
  const other = endpoint('10.1.0.2', { nodeName: THERE })
  warnsOnce('KN071', 'Cluster policy', [{ endpoints: [drained] }])
  const local: PortFields = {
    nodePort: 30080,
    externalPolicy: 'Local',
    endpoints: [drained, other],
  }
  warnsOnce('KN071', 'Local policy', [local])
  assert.equal(warnings([{ endpoints: [drained, other] }]), [])
})

checks.run()
