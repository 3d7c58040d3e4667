import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { KubeProxyConfiguration } from '../../src/generated/types.gen.js'
import { parseKubeProxyConfig } from '../../src/input/kube-proxy-config.js'
import { reported, source } from './sources.js'

const config = suite('kube-proxy configuration')

function configOf(
  text: string,
  isModeGiven = false,
): {
  value: KubeProxyConfiguration | undefined
  problems: Diagnostics
} {
  const problems = new Diagnostics()
  const value = parseKubeProxyConfig(source(text, 'config.yaml'), problems, isModeGiven)
  return { value, problems }
}

const HEAD = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n'
// As kubeadm writes it, shortened.
const WRITTEN = `${HEAD}bindAddress: 0.0.0.0
bindAddressHardFail: false
clusterCIDR: 10.244.0.0/16
configSyncPeriod: 0s
conntrack:
  maxPerCore: null
  tcpBeLiberal: null
detectLocal:
  bridgeInterface: ""
  interfaceNamePrefix: ""
detectLocalMode: ""
iptables:
  localhostNodePorts: null
  masqueradeBit: null
mode: nftables
nftables:
  masqueradeAll: true
  masqueradeBit: null
nodePortAddresses: null
`

config('the file of kubeadm is read, null is absent', () => {
  const { value, problems } = configOf(WRITTEN)
  assert.equal(reported(problems), [])
  assert.is(value?.clusterCIDR, '10.244.0.0/16')
  assert.equal(value?.nftables, { masqueradeAll: true })
  assert.ok(value && !('nodePortAddresses' in value))
})

config('other documents of kubeadm may stand beside it', () => {
  const text = `apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n---\n${WRITTEN}`
  const { value, problems } = configOf(text)
  assert.equal(reported(problems), [])
  assert.is(value?.mode, 'nftables')
})

const indented = WRITTEN.replace(/^/gm, '    ')
const CONFIG_MAP = `apiVersion: v1
data:
  config.conf: |-
${indented}
  kubeconfig.conf: |-
    apiVersion: v1
    kind: Config
kind: ConfigMap
metadata: {name: kube-proxy, namespace: kube-system}
`

config('the ConfigMap of kube-proxy is read, as YAML, as JSON or in a List', () => {
  const json = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    data: { 'config.conf': WRITTEN },
  })
  const list = `{"apiVersion":"v1","kind":"List","items":[${json}]}`
  for (const text of [CONFIG_MAP, json, list]) {
    const { value, problems } = configOf(text)
    assert.equal(reported(problems), [])
    assert.is(value?.clusterCIDR, '10.244.0.0/16')
  }
})

config('errors inside of the ConfigMap are located inside of its text', () => {
  const { value, problems } = configOf(CONFIG_MAP.replace('mode: nftables', 'mode: 5'))
  assert.is(value, undefined)
  assert.equal(reported(problems), ['17:7 KN012 must be a string (got 5; put text in quotes)'])
  assert.is(
    problems.all()[0]?.subject?.place.source.name,
    'config.yaml kube-system/kube-proxy data["config.conf"]',
  )
  assert.match(
    reported(configOf(CONFIG_MAP.replace('mode: nftables', 'mode: [')).problems).join(),
    /KN003/,
  )
})

config('it is found in any ConfigMap, whatever its key, also among all those of a cluster', () => {
  const map = (name: string, data: object) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'kube-system', name },
    data,
  })
  const all = [
    map('coredns', { Corefile: '.:53 {\n  errors\n' }),
    // Speaks of one, and is no YAML.
    map('notes', { 'README.md': '# How we set the KubeProxyConfiguration\n\t- {' }),
    map('kube-proxy', { kubeconfig: 'kind: Config\napiVersion: v1\n' }),
    map('kube-proxy-config', { config: WRITTEN }),
    map('kubeadm-config', { ClusterConfiguration: 'apiVersion: kubeadm.k8s.io/v1beta4\n' }),
  ]
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: all })
  const { value, problems } = configOf(list)
  assert.equal(reported(problems), [])
  assert.is(value?.clusterCIDR, '10.244.0.0/16')
  const second = map('kube-proxy-windows', { 'other.yaml': `${HEAD}mode: kernelspace\n` })
  const two = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...all, second] })
  const { problems: twice } = configOf(two)
  assert.equal(reported(twice), [
    '1:1 KN010 a second one, with other contents than that of config.yaml kube-system/kube-proxy-config data["config"]: keep one',
  ])
  const place = twice.all()[0]?.subject?.place.source.name
  assert.is(place, 'config.yaml kube-system/kube-proxy-windows data["other.yaml"]')
})

config('a mode that is not compiled is a warning that explains it', () => {
  const ours = 'the rules here are those of --proxy-mode'
  const explained = {
    ipvs: `"ipvs" makes virtual servers (ipvsadm -Ln lists them) and few rules, none of which are compiled: ${ours}`,
    kernelspace: `"kernelspace" is kube-proxy's mode on Windows, which has no rules of netfilter: ${ours}`,
    IPTables: `only "nftables" and "iptables" are compiled (got "IPTables"): ${ours}`,
    constructor: `only "nftables" and "iptables" are compiled (got "constructor"): ${ours}`,
    '""': `"" is iptables to kube-proxy on Linux, and ${ours}, nftables unless it is given: say which is meant by --proxy-mode iptables or mode: nftables`,
  }
  for (const [mode, words] of Object.entries(explained)) {
    const { problems } = configOf(`${HEAD}mode: ${mode}\n`)
    assert.equal(reported(problems), [`3:7 KN114 ${words}`])
  }
  for (const mode of ['nftables', 'iptables'])
    assert.equal(reported(configOf(`${HEAD}mode: ${mode}\n`).problems), [])
  assert.equal(reported(configOf(HEAD).problems), [])
  assert.equal(reported(configOf(`${HEAD}mode: ""\n`, true).problems), [])
})

config('a feature gate that changes rules is obeyed or warned of by its name', () => {
  const gates = (text: string) => configOf(`${HEAD}featureGates: {${text}}\n`)
  const { value, problems } = gates('AllowServiceExternalIPs: false, SomethingElse: true')
  assert.equal(reported(problems), [])
  assert.equal(value?.featureGates, { AllowServiceExternalIPs: false, SomethingElse: true })
  for (const text of [
    'KubeProxyNFTablesLocalhostNodePorts: true',
    'PreferSameTrafficDistribution: false',
    'TopologyAwareHints: false',
    'ProxyTerminatingEndpoints: false',
    'LoadBalancerIPMode: false',
    'ServiceInternalTrafficPolicy: false',
  ]) {
    const [warning = '', ...more] = reported(gates(text).problems)
    assert.match(warning, /^3:\d+ KN116 \w/)
    assert.equal(more, [])
    const [name, isOn] = text.split(': ')
    assert.equal(reported(gates(`${name}: ${isOn !== 'true'}`).problems), [])
    assert.equal(gates(text).problems.all()[0]?.path, ['featureGates', name])
  }
  assert.match(reported(gates('PreferSameTrafficDistribution: "no"').problems).join(), /KN012/)
})

config('a file without one is an error that tells what it has', () => {
  const { value, problems } = configOf(
    'apiVersion: v1\nkind: ConfigMap\n---\napiVersion: a/v1\nkind: KubeProxyConfiguration\n',
  )
  assert.is(value, undefined)
  assert.equal(reported(problems), [
    'KN002 has no KubeProxyConfiguration of kubeproxy.config.k8s.io/v1alpha1 (found "ConfigMap", "KubeProxyConfiguration")',
  ])
})

config('an empty or broken file has its own error only', () => {
  assert.match(reported(configOf('# nothing\n').problems).join('\n'), /^KN002 is empty[^\n]*$/)
  assert.match(reported(configOf('a: [\n').problems).join('\n'), /^\S+ KN003 [^\n]*$/)
  assert.equal(reported(configOf('apiVersion: v1\nkind: List\nitems: []\n').problems), [
    'KN002 has no KubeProxyConfiguration of kubeproxy.config.k8s.io/v1alpha1',
  ])
})

config('another version is an error', () => {
  const { value, problems } = configOf(HEAD.replace('v1alpha1', 'v1'))
  assert.is(value, undefined)
  assert.equal(reported(problems), [
    '1:13 KN009 KubeProxyConfiguration is read as kubeproxy.config.k8s.io/v1alpha1 only (got "kubeproxy.config.k8s.io/v1")',
  ])
})

config('a second one with other contents is an error, the same one again is not', () => {
  assert.is(configOf(`${WRITTEN}---\n${WRITTEN}`).problems.errorCount, 0)
  const { value, problems } = configOf(`${WRITTEN}---\n${HEAD}mode: ""\n`)
  assert.is(value, undefined)
  assert.equal(reported(problems), [
    '23:1 KN010 a second one, with other contents than that of config.yaml: keep one',
  ])
})

config('wrong values are errors at their field', () => {
  const { problems } = configOf(
    `${HEAD}nftables:\n  masqueradeBit: 32\ndetectLocalMode: clusterCIDR\n`,
  )
  assert.equal(reported(problems), [
    '5:18 KN012 must be ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix (got "clusterCIDR")',
    '4:18 KN012 must be an integer between 0 and 31 (got 32)',
  ])
})

config.run()
