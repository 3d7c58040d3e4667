import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rulesetOf } from '../../src/commands/verify.js'
import { findNode, loadCluster } from '../../src/compile.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { parseOptions, type RawOptions } from '../../src/options/table.js'
import { UsageError } from '../../src/util/errors.js'
import type { Ruleset } from '../../src/verify/run/run.js'

const rulesets = suite('the rules to be verified')

const OBJECTS = `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  type: NodePort
  clusterIP: 10.96.0.1
  clusterIPs: [10.96.0.1, "fd00::1"]
  ipFamilies: [IPv4, IPv6]
  ipFamilyPolicy: RequireDualStack
  ports: [{ port: 80, nodePort: 30080 }]
`
const NODE = { node: 'worker-1', 'node-addresses': ['192.168.0.1', 'fd00:50::1'] }
const IPTABLES = { ...NODE, 'proxy-mode': 'iptables' }

function rulesetFor(given: RawOptions, file?: string): Ruleset {
  const problems = new Diagnostics()
  const options = parseOptions(given)
  const source = { name: 'web.yaml', text: OBJECTS }
  const { cluster } = loadCluster([source], options, undefined, problems)
  const node = findNode(cluster, options, problems)
  if (node === undefined) throw new Error('no node')
  const rules = file === undefined ? undefined : { name: 'rules.txt', text: file }
  return rulesetOf(rules, cluster, node, options, problems)
}

rulesets('are those of the mode, of all families, with their jumps whatever the form', () => {
  const nft = rulesetFor(NODE)
  assert.is(nft.kind, 'nft')
  assert.match(nft.kind === 'nft' ? nft.text : '', /table ip kube-proxy[\s\S]*table ip6 kube-proxy/)
  for (const form of ['body', 'jumps', 'full']) {
    const both = rulesetFor({ ...IPTABLES, form })
    const { IPv4 = '', IPv6 = '' } = both.kind === 'iptables' ? both.texts : {}
    for (const text of [IPv4, IPv6]) assert.match(text, /^-A PREROUTING .*-j KUBE-SERVICES$/m)
    assert.match(IPv4, ' -d 10.96.0.1 ')
    assert.match(IPv6, ' -d fd00::1 ')
    assert.not.match(IPv4, 'fd00')
  }
  const six = rulesetFor({ ...IPTABLES, 'ip-family': 'ipv6' })
  assert.equal(Object.keys(six.kind === 'iptables' ? six.texts : {}), ['IPv6'])
})

rulesets('open localhost where node ports are to work there', () => {
  const isOpen = (given: RawOptions): boolean => {
    const ruleset = rulesetFor({ ...IPTABLES, ...given })
    return ruleset.kind === 'iptables' && ruleset.localhost
  }
  assert.is(isOpen({}), true)
  assert.is(isOpen({ 'iptables-localhost-nodeports': false }), false)
  assert.is(isOpen({ 'nodeport-addresses': '192.168.0.0/16' }), false)
  assert.is(isOpen({ 'ip-family': 'ipv6' }), false)
})

rulesets('of a file are taken as they are, for the family asked for', () => {
  const ipv6 = { ...IPTABLES, 'ip-family': 'ipv6' }
  for (const text of ['', '*nat\nCOMMIT\n', '*nat\n[0:0] -A PREROUTING -j KUBE\nCOMMIT\n']) {
    const ruleset = rulesetFor(ipv6, text)
    assert.equal(ruleset, { kind: 'iptables', texts: { IPv6: text }, localhost: false })
  }
  assert.equal(rulesetFor(NODE, 'text'), { kind: 'nft', text: 'text' })
})

rulesets('of a file that no packet reaches are refused', () => {
  const body = '*nat\n:KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -j RETURN\nCOMMIT\n'
  const refused = (): unknown => rulesetFor({ ...IPTABLES, 'ip-family': 'ipv4' }, body)
  assert.throws(refused, (error: unknown) => error instanceof UsageError)
  assert.throws(refused, /--ruleset "rules\.txt" has no jumps from built-in chains.*--form full/)
})

rulesets.run()
