import { Diagnostics, type Source, type Subject } from '../diagnostics/diagnostic.js'
import type { KubeProxyConfiguration } from '../generated/types.gen.js'
import { kubeProxyConfig } from '../generated/validators.gen.js'
import { deepEqual } from '../util/collections.js'
import { quote, visible } from '../util/text.js'
import { type ParsedObject, parseSources } from './objects.js'
import { checkSchema } from './schema.js'

const KIND = 'KubeProxyConfiguration'
const GROUP = 'kubeproxy.config.k8s.io'
const VERSION = `${GROUP}/v1alpha1`

/**
 * The KubeProxyConfiguration of a file: alone, among the other documents of a kubeadm configuration,
 * or inside of any ConfigMap, under whatever key (`config.conf` with kubeadm, `config` with EKS), as
 * kubectl prints it or all ConfigMaps of a cluster. Undefined after reporting an error.
 *
 * @param isModeGiven whether something else says which mode is meant
 */
export function parseKubeProxyConfig(
  source: Source,
  problems: Diagnostics,
  isModeGiven = false,
): KubeProxyConfiguration | undefined {
  const before = problems.errorCount
  const objects = parseSources([source], problems)
  const inside = objects.flatMap(insideConfigMap)
  const configs = [...objects, ...inside.flatMap(text => text.objects)].filter(isConfig)
  for (const text of inside) {
    // Texts that only speak of one are told of where there is no other.
    if (configs.length === 0 || text.objects.some(isConfig)) problems.addAll(text.problems)
  }
  const [first, ...others] = configs
  if (!first) {
    if (problems.errorCount === before) reportNone(source, objects, problems)
    return undefined
  }
  for (const { value, place } of others) {
    if (deepEqual(value, first.value)) continue
    const message = `a second one, with other contents than that of ${first.place.source.name}: keep one`
    problems.report('KN010', { label: KIND, place }, [], message)
  }
  const config = validConfig(first, isModeGiven, problems)
  return problems.errorCount === before ? config : undefined
}

const isConfig = ({ value }: ParsedObject): boolean =>
  value.kind === KIND && groupOf(value) === GROUP

/** What a text inside of a ConfigMap holds. */
interface Inside {
  readonly objects: readonly ParsedObject[]
  readonly problems: Diagnostics
}

function insideConfigMap({ value, place }: ParsedObject): readonly Inside[] {
  const { kind, data, metadata } = value
  if (kind !== 'ConfigMap' || typeof data !== 'object' || data === null) return []
  return Object.entries(data).flatMap(([key, text]: [string, unknown]) => {
    if (typeof text !== 'string' || !text.includes(KIND)) return []
    // A text inside of a text has lines of its own, so it is a source of its own.
    const name = `${place.source.name} ${nameOf(metadata)}data[${quote(key)}]`
    const problems = new Diagnostics()
    return { objects: parseSources([{ name, text }], problems), problems }
  })
}

/** `kube-system/kube-proxy `, as far as there is a name. */
function nameOf(metadata: unknown): string {
  if (typeof metadata !== 'object' || metadata === null) return ''
  const { namespace, name } = metadata as Record<string, unknown>
  const names = [namespace, name].filter(one => typeof one === 'string' && one !== '')
  return names.length === 0 ? '' : `${visible(names.join('/'))} `
}

function validConfig(
  { value, place }: ParsedObject,
  isModeGiven: boolean,
  problems: Diagnostics,
): KubeProxyConfiguration | undefined {
  const subject: Subject = { label: KIND, place }
  if (value.apiVersion !== VERSION) {
    const message = `${KIND} is read as ${VERSION} only (got ${quote(value.apiVersion)})`
    problems.report('KN009', subject, ['apiVersion'], message)
    return undefined
  }
  const checked = checkSchema(kubeProxyConfig, value)
  if ('errors' in checked) {
    for (const { code, path, message } of checked.errors) {
      problems.report(code, subject, path, message)
    }
    return undefined
  }
  const { mode, featureGates = {} } = checked.value
  const isClear = mode === undefined || COMPILED.includes(mode) || (mode === '' && isModeGiven)
  if (!isClear) {
    const known = Object.hasOwn(MODES, mode) ? MODES[mode] : undefined
    problems.report('KN114', subject, ['mode'], known ?? otherMode(mode))
  }
  for (const { gate, when, does } of GATES) {
    if (featureGates[gate] !== when) continue
    problems.report('KN116', subject, ['featureGates', gate], does)
  }
  return checked.value
}

const COMPILED: readonly string[] = ['nftables', 'iptables']
const OURS = 'the rules here are those of --proxy-mode'
const otherMode = (mode: string): string =>
  `only "nftables" and "iptables" are compiled (got ${quote(mode)}): ${OURS}`

/** What the modes are whose rules are not compiled. */
const MODES: Readonly<Record<string, string>> = {
  '': `"" is iptables to kube-proxy on Linux, and ${OURS}, nftables unless it is given: say which is meant by --proxy-mode iptables or mode: nftables`,
  ipvs: `"ipvs" makes virtual servers (ipvsadm -Ln lists them) and few rules, none of which are compiled: ${OURS}`,
  kernelspace: `"kernelspace" is kube-proxy's mode on Windows, which has no rules of netfilter: ${OURS}`,
}

/** A feature gate with the value that makes rules of kube-proxy 1.37 or of an older one differ from ours. */
interface Gate {
  readonly gate: string
  readonly when: boolean
  readonly does: string
}

const OLD_ENDS = 'the rules here are as if it were on, as always from Kubernetes'
const GATES: readonly Gate[] = [
  {
    gate: 'KubeProxyNFTablesLocalhostNodePorts',
    when: true,
    does: 'NodePorts on localhost by a proxy in user space, and the map localhost-nodeport-reject-ports, are not among these rules',
  },
  {
    gate: 'PreferSameTrafficDistribution',
    when: false,
    does: `hints for nodes are not obeyed then; ${OLD_ENDS} 1.35 on`,
  },
  {
    gate: 'TopologyAwareHints',
    when: false,
    does: `hints for zones are not obeyed then; ${OLD_ENDS} 1.33 on`,
  },
  {
    gate: 'ProxyTerminatingEndpoints',
    when: false,
    does: `terminating endpoints get no traffic then; ${OLD_ENDS} 1.28 on`,
  },
  {
    gate: 'LoadBalancerIPMode',
    when: false,
    does: `load balancer IPs of ipMode Proxy get rules then; ${OLD_ENDS} 1.32 on`,
  },
  {
    gate: 'ServiceInternalTrafficPolicy',
    when: false,
    does: `internalTrafficPolicy Local does nothing then; ${OLD_ENDS} 1.26 on`,
  },
]

const groupOf = (value: Record<string, unknown>): string =>
  String(value.apiVersion).split('/')[0] ?? ''

function reportNone(source: Source, objects: readonly ParsedObject[], problems: Diagnostics): void {
  const kinds = [...new Set(objects.map(({ value }) => String(value.kind)))].slice(0, 5)
  const found = kinds.length > 0 ? ` (found ${kinds.map(quote).join(', ')})` : ''
  const message = `has no ${KIND} of ${VERSION}${found}`
  problems.reportAt('KN002', source, undefined, message)
}
