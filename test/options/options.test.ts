import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { KubeProxyConfiguration } from '../../src/generated/types.gen.js'
import {
  checkOneFile,
  OPTIONS,
  type OptionName,
  type OptionRow,
  parseOptions,
  type RawOptions,
} from '../../src/options/table.js'
import { UsageError } from '../../src/util/errors.js'

const options = suite('options')

const DEFAULTS = parseOptions({})
const planOf = (given: RawOptions, config?: KubeProxyConfiguration) =>
  parseOptions(given, config).plan
const detectorOf = (given: RawOptions, config?: KubeProxyConfiguration) =>
  planOf(given, config).localTraffic

options("without options the defaults are those of kube-proxy's nftables mode", () => {
  assert.equal(DEFAULTS, {
    node: undefined,
    nodeAddresses: [],
    bindAddress: undefined,
    proxyMode: 'nftables',
    families: ['IPv4', 'IPv6'],
    layout: 'kube-proxy',
    form: 'body',
    previousChains: [],
    plan: {
      localTraffic: {
        mode: 'ClusterCIDR',
        clusterCIDRs: [],
        bridgeInterface: '',
        interfaceNamePrefix: '',
      },
      nodePortAddresses: ['primary'],
      localhostNodePorts: false,
      masqueradeAll: false,
      masqueradeBit: 14,
      tcpBeLiberal: false,
      hashing: true,
    },
    serviceCIDRs: [],
    nodePortRange: { from: 30000, to: 32767 },
    onConflict: 'error',
    allowExternalIPs: true,
    skipInvalid: false,
    comments: false,
    counters: false,
  })
})

const { localTraffic, ...PLAN } = DEFAULTS.plan
const detector = (change: object) => ({
  plan: { ...PLAN, localTraffic: { ...localTraffic, ...change } },
})
const plan = (change: object) => ({ plan: { ...DEFAULTS.plan, ...change } })

const IPTABLES: RawOptions = { 'proxy-mode': 'iptables', 'ip-family': 'ipv4' }
const IPTABLES_DEFAULTS = parseOptions(IPTABLES)
const iptablesPlan = (change: object) => ({ plan: { ...IPTABLES_DEFAULTS.plan, ...change } })

/** The options without which one means nothing. */
function besides(name: string): RawOptions {
  const { mode }: OptionRow = OPTIONS[name as OptionName]
  return name === 'proxy-mode' || mode === 'iptables' ? IPTABLES : {}
}

/** For each option: values, and what they change of the defaults. */
const VALUES: { readonly [name in OptionName]: readonly [RawOptions[name], object][] } = {
  'proxy-mode': [
    ['nftables', parseOptions({ 'ip-family': 'ipv4' })],
    ['iptables', {}],
  ],
  form: [
    ['body', {}],
    ['jumps', { form: 'jumps' }],
    ['full', { form: 'full' }],
  ],
  'iptables-localhost-nodeports': [
    [true, {}],
    [false, iptablesPlan({ localhostNodePorts: false })],
  ],
  'conntrack-tcp-be-liberal': [
    [true, iptablesPlan({ tcpBeLiberal: true })],
    [false, {}],
  ],
  node: [
    ['worker-1', { node: 'worker-1' }],
    [' Worker-1 ', { node: 'worker-1' }],
    ['', {}],
  ],
  'node-addresses': [
    ['10.0.0.01,FD00::0:1', { nodeAddresses: ['10.0.0.1', 'fd00::1'] }],
    [['10.0.0.1', ' 10.0.0.2 ,'], { nodeAddresses: ['10.0.0.1', '10.0.0.2'] }],
  ],
  'ip-family': [
    ['ipv4', { families: ['IPv4'] }],
    ['ipv6', { families: ['IPv6'] }],
    ['dual', {}],
  ],
  layout: [
    ['kube-proxy', {}],
    ['maps', { layout: 'maps' }],
  ],
  'cluster-cidr': [
    ['10.1.2.3/8, fd00::/56', detector({ clusterCIDRs: ['10.0.0.0/8', 'fd00::/56'] })],
    ['', {}],
  ],
  'detect-local-mode': [
    ['NodeCIDR', detector({ mode: 'NodeCIDR' })],
    ['BridgeInterface', detector({ mode: 'BridgeInterface' })],
    ['InterfaceNamePrefix', detector({ mode: 'InterfaceNamePrefix' })],
  ],
  'pod-bridge-interface': [['cni0', detector({ bridgeInterface: 'cni0' })]],
  'pod-interface-name-prefix': [['veth', detector({ interfaceNamePrefix: 'veth' })]],
  'nodeport-addresses': [
    ['10.0.0.1/8,fd00::/8', plan({ nodePortAddresses: ['10.0.0.0/8', 'fd00::/8'] })],
    ['', {}],
    [[' , '], {}],
    [['primary', 'all,localhost'], plan({ nodePortAddresses: ['primary', 'all', 'localhost'] })],
  ],
  'masquerade-all': [
    [true, plan({ masqueradeAll: true })],
    [false, {}],
  ],
  'masquerade-bit': [
    [0, plan({ masqueradeBit: 0 })],
    ['31', plan({ masqueradeBit: 31 })],
  ],
  'service-cidr': [
    ['10.96.0.0/16,10.97.0.0/16', { serviceCIDRs: ['10.96.0.0/16', '10.97.0.0/16'] }],
  ],
  'service-node-port-range': [
    ['1-65535', { nodePortRange: { from: 1, to: 65535 } }],
    ['30000+100', { nodePortRange: { from: 30000, to: 30100 } }],
    ['80-80', { nodePortRange: { from: 80, to: 80 } }],
  ],
  'on-conflict': [['first', { onConflict: 'first' }]],
  'skip-invalid': [[true, { skipInvalid: true }]],
  comments: [[true, { comments: true }]],
  counters: [[true, { counters: true }]],
}

for (const [name, values] of Object.entries(VALUES)) {
  options(`${name} changes what it names and nothing else`, () => {
    for (const [value, change] of values) {
      const given = besides(name)
      const expected = { ...parseOptions(given), ...change }
      assert.equal(parseOptions({ ...given, [name]: value }), expected, String(value))
    }
  })
}

/** For each option: values that cannot be meant. */
const INVALID: { readonly [name in OptionName]: readonly unknown[] } = {
  'proxy-mode': ['ipvs', '', 'Iptables', '__proto__', true],
  form: ['script', '', '__proto__'],
  'iptables-localhost-nodeports': ['true', 'yes', 1],
  'conntrack-tcp-be-liberal': ['true', 1],
  node: [true, ['a', 'b'], 'a b', 'a"', 'a\nb', '-a', 'x'.repeat(254)],
  'node-addresses': ['10.0.0', '10.0.0.0/8', 'fe80::1%eth0', true],
  'ip-family': ['IPv4', 'both', '', 4],
  layout: ['iptables', '__proto__'],
  'cluster-cidr': ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/8,10.1.0.0/16'],
  'detect-local-mode': ['clusterCIDR', 'LocalModeNodeCIDR', ''],
  'pod-bridge-interface': ['x'.repeat(16), 'a b', 'a"', 'cni*', 'a/b'],
  'pod-interface-name-prefix': ['x'.repeat(15), 'veth*', 'a\n'],
  'nodeport-addresses': ['Primary', '10.0.0.1', '10.0.0.0/-1'],
  'masquerade-all': ['true', 1, ['true']],
  'masquerade-bit': ['32', '-1', '1.5', '0x1', '', 'a', true],
  'service-cidr': ['10.96.0.0', '10.96.0.0/16;'],
  'service-node-port-range': ['30000', '0-10', '10-5', '1-65536', '65535+1', '1-2-3', ' 1-2', ''],
  'on-conflict': ['last', 'First'],
  'skip-invalid': ['yes'],
  comments: ['no', 0],
  counters: ['on'],
}

for (const [name, values] of Object.entries(INVALID)) {
  options(`${name} refuses what cannot be meant, by its name`, () => {
    for (const value of values) {
      assert.throws(
        () => parseOptions({ ...besides(name), [name]: value } as RawOptions),
        (error: unknown) => error instanceof UsageError && error.message.startsWith(`--${name} `),
        JSON.stringify(value),
      )
    }
  })
}

options('iptables mode serves NodePorts at all addresses and on localhost by default', () => {
  const { nodePortAddresses, localhostNodePorts } = IPTABLES_DEFAULTS.plan
  assert.equal([nodePortAddresses, localhostNodePorts], [['all'], true])
  const listed = planOf({ ...IPTABLES, 'nodeport-addresses': 'primary' })
  assert.equal(listed.nodePortAddresses, ['primary'])
})

options('a file of iptables mode is of one family', () => {
  for (const family of [{}, { 'ip-family': 'dual' }]) {
    const both = parseOptions({ 'proxy-mode': 'iptables', ...family })
    assert.throws(() => checkOneFile(both), /--ip-family ipv4 or ipv6/)
  }
  checkOneFile(IPTABLES_DEFAULTS)
  checkOneFile(DEFAULTS)
})

options('what means nothing in a mode is refused there', () => {
  const refused = (given: RawOptions, name: string, mode: string): void =>
    assert.throws(() => parseOptions(given), `--${name} goes with --proxy-mode ${mode} only`)
  refused({ ...IPTABLES, layout: 'kube-proxy' }, 'layout', 'nftables')
  refused({ ...IPTABLES, counters: true }, 'counters', 'nftables')
  refused({ form: 'body' }, 'form', 'iptables')
  refused({ 'iptables-localhost-nodeports': false }, 'iptables-localhost-nodeports', 'iptables')
  refused({ 'conntrack-tcp-be-liberal': true }, 'conntrack-tcp-be-liberal', 'iptables')
})

options('an unknown option is refused, also one that every object has', () => {
  for (const name of ['nodes', 'constructor', '__proto__', 'Node']) {
    const given = JSON.parse(`{"${name}": "x"}`) as RawOptions
    assert.throws(() => parseOptions(given), `unknown option ${JSON.stringify(name)}`)
  }
})

const CONFIG: KubeProxyConfiguration = {
  bindAddress: '10.0.0.9',
  hostnameOverride: 'worker-9',
  clusterCIDR: '10.9.0.0/16,fd00:9::/64',
  detectLocalMode: 'BridgeInterface',
  detectLocal: { bridgeInterface: 'br9', interfaceNamePrefix: 'if9' },
  nodePortAddresses: ['10.9.0.0/16', 'primary'],
  nftables: { masqueradeAll: true, masqueradeBit: 9 },
}

options('a KubeProxyConfiguration wins over the defaults', () => {
  assert.equal(parseOptions({}, CONFIG), {
    ...DEFAULTS,
    node: 'worker-9',
    bindAddress: '10.0.0.9',
    plan: {
      localTraffic: {
        mode: 'BridgeInterface',
        clusterCIDRs: ['10.9.0.0/16', 'fd00:9::/64'],
        bridgeInterface: 'br9',
        interfaceNamePrefix: 'if9',
      },
      nodePortAddresses: ['10.9.0.0/16', 'primary'],
      localhostNodePorts: false,
      masqueradeAll: true,
      masqueradeBit: 9,
      tcpBeLiberal: false,
      hashing: true,
    },
  })
})

options('a KubeProxyConfiguration of mode iptables is read by its own section', () => {
  const config: KubeProxyConfiguration = {
    ...CONFIG,
    mode: 'iptables',
    nodePortAddresses: [],
    iptables: { masqueradeBit: 3, localhostNodePorts: false },
    conntrack: { tcpBeLiberal: true },
  }
  const given: RawOptions = { 'ip-family': 'ipv6' }
  const { proxyMode, plan } = parseOptions(given, config)
  assert.is(proxyMode, 'iptables')
  assert.equal(
    { ...plan, localTraffic },
    {
      localTraffic,
      nodePortAddresses: ['all'],
      localhostNodePorts: false,
      masqueradeAll: false,
      masqueradeBit: 3,
      tcpBeLiberal: true,
      hashing: false,
    },
  )
  assert.equal(planOf({ ...given, 'iptables-localhost-nodeports': true }, config), {
    ...plan,
    localhostNodePorts: true,
  })
  const flags = parseOptions({ 'proxy-mode': 'nftables' }, config)
  assert.is(flags.proxyMode, 'nftables')
  assert.equal([flags.plan.masqueradeBit, flags.plan.localhostNodePorts], [9, false])
  assert.is(parseOptions({}, { mode: 'ipvs' }).proxyMode, 'nftables')
})

options('flags win over a KubeProxyConfiguration, also a false and a 0', () => {
  const given: RawOptions = {
    node: 'worker-1',
    'cluster-cidr': '10.1.0.0/16',
    'detect-local-mode': 'NodeCIDR',
    'pod-bridge-interface': 'br1',
    'pod-interface-name-prefix': 'if1',
    'nodeport-addresses': 'all',
    'masquerade-all': false,
    'masquerade-bit': 0,
  }
  assert.equal(parseOptions(given, CONFIG), { ...parseOptions(given), bindAddress: '10.0.0.9' })
})

options('what no flag says stays as the KubeProxyConfiguration has it', () => {
  const { localTraffic, ...rest } = planOf({ 'cluster-cidr': '10.1.0.0/16' }, CONFIG)
  const whole = planOf({}, CONFIG)
  assert.equal(localTraffic, { ...whole.localTraffic, clusterCIDRs: ['10.1.0.0/16'] })
  assert.equal({ ...rest, localTraffic: whole.localTraffic }, whole)
})

options('empty values of a KubeProxyConfiguration are the defaults, as kubeadm writes them', () => {
  const empty: KubeProxyConfiguration = {
    bindAddress: '0.0.0.0',
    hostnameOverride: '',
    clusterCIDR: '',
    detectLocalMode: '',
    detectLocal: { bridgeInterface: '', interfaceNamePrefix: '' },
    nodePortAddresses: [],
    nftables: { masqueradeAll: false },
  }
  assert.equal(parseOptions({}, empty), DEFAULTS)
  assert.is(parseOptions({}, { bindAddress: '::' }).bindAddress, undefined)
  assert.is(planOf({}, { nftables: { masqueradeBit: 0 } }).masqueradeBit, 0)
  assert.is(detectorOf({}, { detectLocalMode: 'NodeCIDR' }).mode, 'NodeCIDR')
})

options('values of a KubeProxyConfiguration are checked like flags', () => {
  assert.throws(() => parseOptions({}, { clusterCIDR: '10.0.0.0' }), /--cluster-cidr/)
  assert.throws(() => parseOptions({}, { nodePortAddresses: ['x'] }), /--nodeport-addresses/)
})

options.run()
