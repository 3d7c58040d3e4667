import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { KubeProxyConfiguration } from '../../src/generated/types.gen.js'
import { parseKubeProxyConfig } from '../../src/input/kube-proxy-config.js'
import { reported, source } from './sources.js'

const config = suite('kube-proxy configuration')

function configOf(text: string): {
  value: KubeProxyConfiguration | undefined
  problems: Diagnostics
} {
  const problems = new Diagnostics()
  return { value: parseKubeProxyConfig(source(text, 'config.yaml'), problems), problems }
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
  assert.is(problems.all()[0]?.subject?.place.source.name, 'config.yaml data["config.conf"]')
  assert.match(
    reported(configOf(CONFIG_MAP.replace('mode: nftables', 'mode: [')).problems).join(),
    /KN003/,
  )
})

config('a mode that is not compiled is a warning', () => {
  for (const mode of ['ipvs', 'kernelspace', 'IPTables']) {
    const { value, problems } = configOf(`${HEAD}mode: ${mode}\n`)
    assert.equal(reported(problems), [
      `3:7 KN114 only "nftables" and "iptables" are compiled (got "${mode}"): the rules are those of --proxy-mode`,
    ])
    assert.is(value?.mode, mode)
  }
  for (const mode of ['""', 'nftables', 'iptables']) {
    assert.equal(reported(configOf(`${HEAD}mode: ${mode}\n`).problems), [])
  }
  assert.equal(reported(configOf(HEAD).problems), [])
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
  assert.equal(reported(problems), ['23:1 KN010 a second one, with other contents: keep one'])
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
