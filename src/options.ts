import { LAYOUT_SUMMARIES, LAYOUTS, type LayoutName } from './layouts.js'
import type { Cidr, Family, Ip } from './model/address.js'
import type { OnConflict } from './model/conflicts.js'
import type { NodePortRange } from './model/node-port-range.js'
import {
  bindAddressOf,
  bitOf,
  cidrOf,
  interfaceOf,
  ipOf,
  nodeNameOf,
  nodePortEntry,
  onePerFamily,
  portRange,
  UsageError,
} from './option-values.js'
import type { DetectLocalMode } from './plan/local-traffic.js'
import type { PlanSettings } from './plan/plan.js'
import type { KubeProxyConfiguration } from './schema/types.gen.js'
import { quote } from './util/quote.js'

/** One option: the command line, kubenat.yaml of a golden case and the README are made from it. */
export interface OptionRow {
  /** Words for the value in the help; absent for switches. */
  readonly value?: string
  /** A list takes commas and may be repeated. */
  readonly list?: true
  readonly choices?: readonly string[]
  /** As text; absent where nothing is the default. */
  readonly default?: string
  readonly help: string
}

/** Every option of a compile, by its flag without dashes. */
export const OPTIONS = {
  node: { value: 'NAME', help: 'node to compile for' },
  'node-addresses': {
    value: 'LIST',
    list: true,
    help: "every address of the node's interfaces, loopback left out: added to those of its Node object, or instead of it where there is none",
  },
  'ip-family': {
    value: 'FAMILY',
    choices: ['ipv4', 'ipv6', 'dual'],
    default: 'dual',
    help: 'tables to print: ipv4, ipv6, or dual for both',
  },
  layout: {
    value: 'NAME',
    choices: Object.keys(LAYOUTS),
    default: 'kube-proxy',
    help: `shape of the rules: ${LAYOUT_SUMMARIES}`,
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
    help: "where NodePorts are served: CIDRs, matched against the addresses of the Node object and --node-addresses; primary, the node's first InternalIP (else ExternalIP) of each family; all",
  },
  'masquerade-all': { help: 'masquerade all traffic to ClusterIPs' },
  'masquerade-bit': {
    value: 'BIT',
    default: '14',
    help: 'bit of the packet mark that asks for masquerade, 0 to 31',
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
    help: 'name the service port above each of its chains, and on the elements of --layout maps',
  },
  counters: {
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
  readonly families: readonly Family[]
  readonly layout: LayoutName
  readonly plan: PlanSettings
  readonly serviceCIDRs: readonly Cidr[]
  readonly nodePortRange: NodePortRange
  readonly onConflict: OnConflict
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
  const read = reader({ ...optionsOfConfig(config), ...given })
  return {
    node: nodeNameOf(read.text('node')),
    nodeAddresses: read.list('node-addresses').map(ipOf('node-addresses')),
    bindAddress: bindAddressOf(config.bindAddress ?? ''),
    families: FAMILIES_OF[read.choice('ip-family') as keyof typeof FAMILIES_OF],
    layout: read.choice('layout') as LayoutName,
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
      masqueradeAll: read.flag('masquerade-all'),
      masqueradeBit: bitOf(read.text('masquerade-bit')),
    },
    serviceCIDRs: read.list('service-cidr').map(cidrOf('service-cidr')),
    nodePortRange: portRange(read.text('service-node-port-range')),
    onConflict: read.choice('on-conflict') as OnConflict,
    skipInvalid: read.flag('skip-invalid'),
    comments: read.flag('comments'),
    counters: read.flag('counters'),
  }
}

const FAMILIES_OF = { ipv4: ['IPv4'], ipv6: ['IPv6'], dual: ['IPv4', 'IPv6'] } as const

/** The fields of a KubeProxyConfiguration that have a flag here. Empty values are defaults. */
function optionsOfConfig(config: KubeProxyConfiguration): RawOptions {
  const { detectLocal = {}, nftables = {}, nodePortAddresses } = config
  const fields: RawOptions = {
    node: config.hostnameOverride ?? '',
    'cluster-cidr': config.clusterCIDR ?? '',
    'detect-local-mode': config.detectLocalMode ?? '',
    'pod-bridge-interface': detectLocal.bridgeInterface ?? '',
    'pod-interface-name-prefix': detectLocal.interfaceNamePrefix ?? '',
    'nodeport-addresses': nodePortAddresses?.length ? nodePortAddresses : '',
    'masquerade-all': nftables.masqueradeAll ?? false,
    'masquerade-bit': nftables.masqueradeBit ?? '',
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

/** The items of a list; an empty one stands for its default, as in kube-proxy's configuration. */
function itemsOf(value: NonNullable<RawOptions[OptionName]>): readonly string[] {
  const items = Array.isArray(value) ? value : [String(value)]
  return items
    .flatMap(item => String(item).split(','))
    .map(item => item.trim())
    .filter(item => item !== '')
}

/** Reads raw values by their rows, with the row's default. */
function reader(raw: RawOptions) {
  const rawOf = (name: OptionName) => raw[name] ?? (OPTIONS[name] as OptionRow).default ?? ''
  const text = (name: OptionName): string => {
    const value = rawOf(name)
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    throw new UsageError(`--${name} takes one value (got ${quote(value)})`)
  }
  return {
    text,
    flag: (name: OptionName): boolean => {
      const value = rawOf(name)
      if (value === '' || typeof value === 'boolean') return value === true
      throw new UsageError(`--${name} is true or false (got ${quote(value)})`)
    },
    list: (name: OptionName): readonly string[] => {
      const items = itemsOf(rawOf(name))
      return items.length > 0 ? items : itemsOf((OPTIONS[name] as OptionRow).default ?? '')
    },
    choice: (name: OptionName): string => {
      const value = text(name)
      const { choices = [] }: OptionRow = OPTIONS[name]
      if (choices.includes(value)) return value
      throw new UsageError(`--${name} is one of ${choices.join(', ')} (got ${quote(value)})`)
    },
  }
}
