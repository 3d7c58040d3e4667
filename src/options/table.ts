import type { Cidr, Family, Ip } from '../address/address.js'
import type { KubeProxyConfiguration } from '../generated/types.gen.js'
import type { OnConflict } from '../model/conflicts.js'
import type { NodePortRange } from '../model/labels.js'
import type { DetectLocalMode } from '../plan/local-traffic.js'
import type { PlanSettings } from '../plan/plan.js'
import type { PreviousChain } from '../rules/iptables.js'
import { UsageError } from '../util/errors.js'
import { quote } from '../util/text.js'
import {
  FORM_NAMES,
  type FormName,
  LAYOUT_NAMES,
  type LayoutName,
  PROXY_MODES,
  type ProxyMode,
  phrasesOf,
} from './modes.js'
import {
  bindAddressOf,
  bitOf,
  cidrOf,
  interfaceOf,
  ipOf,
  nodeNameOf,
  nodePortEntry,
  type OptionRow,
  onePerFamily,
  optionReader,
  portRange,
} from './read.js'

export { defaultText, type OptionRow } from './read.js'

/** Every option of a compile, by its flag without dashes. */
export const OPTIONS = {
  node: { value: 'NAME', help: 'node to compile for' },
  'node-addresses': {
    value: 'LIST',
    list: true,
    help: "every address of the node's interfaces, loopback left out: added to those of its Node object, or instead of it where there is none",
  },
  'proxy-mode': {
    value: 'MODE',
    choices: PROXY_MODES,
    default: 'nftables',
    help: "kube-proxy's mode: nftables, for nft -f; iptables, for iptables-restore, one --ip-family at a time",
  },
  'ip-family': {
    value: 'FAMILY',
    choices: ['ipv4', 'ipv6', 'dual'],
    default: 'dual',
    help: 'tables to print: ipv4, ipv6, or dual for both',
  },
  layout: {
    value: 'NAME',
    choices: Object.keys(LAYOUT_NAMES),
    default: 'kube-proxy',
    mode: 'nftables',
    help: `shape of the rules: ${phrasesOf(LAYOUT_NAMES)}`,
  },
  form: {
    value: 'NAME',
    choices: Object.keys(FORM_NAMES),
    default: 'body',
    mode: 'iptables',
    help: `what to print: ${phrasesOf(FORM_NAMES)}`,
  },
  'cluster-cidr': {
    value: 'CIDRS',
    list: true,
    help: 'ranges of pod addresses, at most one a family; traffic from elsewhere to ClusterIPs is masqueraded',
  },
  'detect-local-mode': {
    value: 'MODE',
    choices: ['ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix'],
    default: 'ClusterCIDR',
    help: 'how traffic of pods is known',
  },
  'pod-bridge-interface': { value: 'NAME', help: 'bridge of the pods, for BridgeInterface' },
  'pod-interface-name-prefix': {
    value: 'PREFIX',
    help: "prefix of the pods' interfaces, for InterfaceNamePrefix",
  },
  'nodeport-addresses': {
    value: 'LIST',
    list: true,
    default: 'primary',
    defaults: { iptables: 'all' },
    help: "where NodePorts are served: CIDRs, matched against the addresses of the Node object and --node-addresses; primary, the node's first InternalIP (else ExternalIP) of each family; all",
  },
  'iptables-localhost-nodeports': {
    default: 'true',
    mode: 'iptables',
    help: 'serve NodePorts on 127.0.0.0/8 too, if --nodeport-addresses hold it; needs sysctl net.ipv4.conf.all.route_localnet=1',
  },
  'masquerade-all': { help: 'masquerade all traffic to ClusterIPs' },
  'masquerade-bit': {
    value: 'BIT',
    default: '14',
    help: 'bit of the packet mark that asks for masquerade, 0 to 31',
  },
  'conntrack-tcp-be-liberal': {
    mode: 'iptables',
    help: 'the node has sysctl net.netfilter.nf_conntrack_tcp_be_liberal=1: packets that conntrack calls invalid are not dropped',
  },
  'service-cidr': {
    value: 'CIDRS',
    list: true,
    help: 'ranges of ClusterIPs, added to those of ServiceCIDR objects',
  },
  'service-node-port-range': {
    value: 'RANGE',
    default: '30000-32767',
    help: 'node ports that Services may have',
  },
  'on-conflict': {
    value: 'HOW',
    choices: ['error', 'first'],
    default: 'error',
    help: 'what two claims of one destination are: an error, or first: given to the older Service',
  },
  'skip-invalid': { help: 'leave out objects with errors and compile the rest' },
  comments: {
    help: 'name the service port above each of its chains, and on the elements of --layout maps; with iptables, name endpoints also where there are more than 1000',
  },
  counters: {
    mode: 'nftables',
    help: 'count packets and bytes for each destination; NAT sees the first packet of a flow, so these are new flows',
  },
} as const satisfies Record<string, OptionRow>

export type OptionName = keyof typeof OPTIONS

/** Option values as users give them: by flag name, lists as arrays or with commas. */
export type RawOptions = {
  readonly [name in OptionName]?: string | number | boolean | readonly string[]
}

/** The options of a compile, checked. */
export interface Options {
  readonly node: string | undefined
  readonly nodeAddresses: readonly Ip[]
  /** kube-proxy's bindAddress, if it is a specific one. */
  readonly bindAddress: Ip | undefined
  readonly proxyMode: ProxyMode
  readonly families: readonly Family[]
  readonly layout: LayoutName
  readonly form: FormName
  /** Chains of an earlier file for iptables, whose rest is to be removed. */
  readonly previousChains: readonly PreviousChain[]
  readonly plan: PlanSettings
  readonly serviceCIDRs: readonly Cidr[]
  readonly nodePortRange: NodePortRange
  readonly onConflict: OnConflict
  /** kube-proxy's feature gate AllowServiceExternalIPs: without it external IPs get no rules. */
  readonly allowExternalIPs: boolean
  readonly skipInvalid: boolean
  readonly comments: boolean
  readonly counters: boolean
}

/**
 * Checks option values; those given win over the kube-proxy configuration, which wins over the
 * defaults.
 *
 * @throws UsageError naming the first option that is unknown or has no valid value
 */
export function parseOptions(given: RawOptions, config: KubeProxyConfiguration = {}): Options {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(OPTIONS, name)) throw new UsageError(`unknown option ${quote(name)}`)
  }
  const proxyMode = proxyModeOf(given, config)
  for (const name of Object.keys(given) as OptionName[]) {
    const { mode = proxyMode }: OptionRow = OPTIONS[name]
    if (mode !== proxyMode)
      throw new UsageError(`--${name} goes with --proxy-mode ${mode} only (this is ${proxyMode})`)
  }
  const read = optionReader(OPTIONS, { ...optionsOfConfig(config, proxyMode), ...given }, proxyMode)
  return {
    node: nodeNameOf(read.text('node')),
    nodeAddresses: read.list('node-addresses').map(ipOf('node-addresses')),
    bindAddress: bindAddressOf(config.bindAddress ?? ''),
    proxyMode,
    families: FAMILIES_OF[read.choice('ip-family') as keyof typeof FAMILIES_OF],
    layout: read.choice('layout') as LayoutName,
    form: read.choice('form') as FormName,
    previousChains: [],
    plan: {
      localTraffic: {
        mode: read.choice('detect-local-mode') as DetectLocalMode,
        clusterCIDRs: onePerFamily(read.list('cluster-cidr').map(cidrOf('cluster-cidr'))),
        bridgeInterface: interfaceOf('pod-bridge-interface', read.text('pod-bridge-interface'), 15),
        interfaceNamePrefix: interfaceOf(
          'pod-interface-name-prefix',
          read.text('pod-interface-name-prefix'),
          14,
        ),
      },
      nodePortAddresses: read.list('nodeport-addresses').map(nodePortEntry),
      // Nothing but iptables mode makes localhost work.
      localhostNodePorts: proxyMode === 'iptables' && read.flag('iptables-localhost-nodeports'),
      masqueradeAll: read.flag('masquerade-all'),
      masqueradeBit: bitOf(read.text('masquerade-bit')),
      tcpBeLiberal: read.flag('conntrack-tcp-be-liberal'),
      hashing: proxyMode === 'nftables',
    },
    serviceCIDRs: read.list('service-cidr').map(cidrOf('service-cidr')),
    nodePortRange: portRange(read.text('service-node-port-range')),
    onConflict: read.choice('on-conflict') as OnConflict,
    allowExternalIPs: config.featureGates?.AllowServiceExternalIPs ?? true,
    skipInvalid: read.flag('skip-invalid'),
    comments: read.flag('comments'),
    counters: read.flag('counters'),
  }
}

const FAMILIES_OF = { ipv4: ['IPv4'], ipv6: ['IPv6'], dual: ['IPv4', 'IPv6'] } as const

/** The mode that the flag asks for, else the configuration, if it is one that is compiled. */
function proxyModeOf(given: RawOptions, { mode = '' }: KubeProxyConfiguration): ProxyMode {
  const configured = PROXY_MODES.some(one => one === mode) ? { 'proxy-mode': mode } : {}
  const read = optionReader(OPTIONS, { ...configured, ...given }, 'nftables')
  return read.choice('proxy-mode') as ProxyMode
}

/** The fields of a KubeProxyConfiguration that have a flag here. Empty values are defaults. */
function optionsOfConfig(config: KubeProxyConfiguration, mode: ProxyMode): RawOptions {
  const { detectLocal = {}, conntrack = {}, iptables = {}, nodePortAddresses } = config
  const { masqueradeAll = false, masqueradeBit = '' } = config[mode] ?? {}
  const fields: RawOptions = {
    node: config.hostnameOverride ?? '',
    'cluster-cidr': config.clusterCIDR ?? '',
    'detect-local-mode': config.detectLocalMode ?? '',
    'pod-bridge-interface': detectLocal.bridgeInterface ?? '',
    'pod-interface-name-prefix': detectLocal.interfaceNamePrefix ?? '',
    'nodeport-addresses': nodePortAddresses?.length ? nodePortAddresses : '',
    'iptables-localhost-nodeports': iptables.localhostNodePorts ?? true,
    'conntrack-tcp-be-liberal': conntrack.tcpBeLiberal ?? false,
    'masquerade-all': masqueradeAll,
    'masquerade-bit': masqueradeBit,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

/**
 * Makes sure that one file can hold the rules.
 *
 * @throws UsageError in iptables mode, where each family has files of its own, if both are asked for
 */
export function checkOneFile({
  proxyMode,
  families,
}: Pick<Options, 'proxyMode' | 'families'>): void {
  if (proxyMode === 'iptables' && families.length > 1)
    throw new UsageError(
      '--proxy-mode iptables needs --ip-family ipv4 or ipv6 here: iptables-restore and ip6tables-restore take files of their own',
    )
}

/**
 * Refuses what can be done with tables of nftables alone.
 *
 * @throws UsageError in another mode
 */
export function requireNftables({ proxyMode }: Options): void {
  if (proxyMode !== 'nftables')
    throw new UsageError(
      `this command works on tables of nftables: --proxy-mode ${proxyMode} is for compile, trace, golden, check and verify`,
    )
}
