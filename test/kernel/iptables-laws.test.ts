import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../../src/compile.js'
import { formatDiagnostics } from '../../src/report/diagnostics.js'
import { cluster } from '../arbitrary/cluster.js'
import { inFreshTables, iptablesVersions, SEPARATOR } from './iptables.js'
import { kubeChains, readRestore, readSave } from './iptables-canonical.js'

const laws = suite('laws of rules for iptables')

const RUNS = 25
const LOAD_TWICE = `load --noflush; save; printf '${SEPARATOR}'; load --noflush; save`

const settings = fc.record({
  'ip-family': fc.constantFrom('ipv4', 'ipv6'),
  node: fc.constantFrom('worker-1', 'worker-3'),
  'cluster-cidr': fc.constantFrom([], ['0.0.0.0/0', '::/0'], ['10.244.0.0/16', 'fd00:10:244::/56']),
  'detect-local-mode': fc.constantFrom('ClusterCIDR', 'NodeCIDR', 'InterfaceNamePrefix'),
  'pod-interface-name-prefix': fc.constant('veth'),
  'nodeport-addresses': fc.constantFrom('primary', 'all', '192.168.0.0/16,127.0.0.0/8'),
  'iptables-localhost-nodeports': fc.boolean(),
  'conntrack-tcp-be-liberal': fc.boolean(),
  'masquerade-all': fc.boolean(),
  'masquerade-bit': fc.nat(31),
  comments: fc.boolean(),
})

const working = iptablesVersions()

for (const iptables of working) {
  laws(`iptables-${iptables.name} holds the rules of any valid cluster, loaded twice`, async () => {
    await fc.assert(
      fc.asyncProperty(cluster(), settings, async (items, given) => {
        const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
        const options = { ...given, 'proxy-mode': 'iptables' }
        const { rules, diagnostics } = compile([{ name: 'list.json', text }], options)
        if (rules === undefined) throw new Error(formatDiagnostics(diagnostics, { color: false }))
        const family = given['ip-family'] === 'ipv4' ? 'IPv4' : 'IPv6'
        const saves = await inFreshTables(iptables, family, LOAD_TWICE, rules)
        for (const save of saves.split(SEPARATOR)) {
          assert.equal(kubeChains(readSave(save)), kubeChains(readRestore(rules, family)))
        }
      }),
      { numRuns: RUNS },
    )
  })
}

laws.run()
