import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../../src/compile.js'
import { formatDiagnostics } from '../../src/report/diagnostics.js'
import { cluster } from '../arbitrary/cluster.js'
import { inFreshNamespace, nftVersions } from './nft.js'

const laws = suite('laws in the kernel')

const RUNS = 25
const LOAD_TWICE =
  'rules=$(cat); for i in 1 2; do echo "$rules" | "$@" -f -; done; "$@" list tables'

for (const nft of nftVersions()) {
  laws(`nft ${nft.version} loads the rules of any valid cluster, twice`, async () => {
    const settings = fc.record({
      node: fc.constantFrom('worker-1', 'worker-3'),
      'cluster-cidr': fc.constantFrom([], ['10.244.0.0/16'], ['10.244.0.0/16', 'fd00:10:244::/56']),
      'detect-local-mode': fc.constantFrom('ClusterCIDR', 'NodeCIDR', 'InterfaceNamePrefix'),
      'pod-interface-name-prefix': fc.constant('veth'),
      'nodeport-addresses': fc.constantFrom('primary', 'all', '192.168.0.0/16'),
      'service-cidr': fc.constantFrom([], ['10.96.0.0/16', 'fd00:10:96::/108']),
      'masquerade-all': fc.boolean(),
      'masquerade-bit': fc.nat(31),
      comments: fc.boolean(),
      counters: fc.boolean(),
      layout: fc.constantFrom('kube-proxy', 'maps'),
    })
    await fc.assert(
      fc.asyncProperty(cluster(), settings, async (items, options) => {
        const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
        const { rules, diagnostics } = compile([{ name: 'list.json', text }], options)
        assert.ok(rules, formatDiagnostics(diagnostics, { color: false }))
        const tables = await inFreshNamespace(nft, LOAD_TWICE, rules)
        assert.is(tables, 'table ip kube-proxy\ntable ip6 kube-proxy\n')
      }),
      { numRuns: RUNS },
    )
  })
}

laws.run()
