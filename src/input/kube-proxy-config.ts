import type { Diagnostics, Source, Subject } from '../diagnostics/diagnostic.js'
import type { KubeProxyConfiguration } from '../generated/types.gen.js'
import { kubeProxyConfig } from '../generated/validators.gen.js'
import { deepEqual } from '../util/collections.js'
import { quote } from '../util/text.js'
import { type ParsedObject, parseSources } from './objects.js'
import { checkSchema } from './schema.js'

const KIND = 'KubeProxyConfiguration'
const GROUP = 'kubeproxy.config.k8s.io'
const VERSION = `${GROUP}/v1alpha1`

/**
 * The KubeProxyConfiguration of a file: alone, among the other documents of a kubeadm configuration,
 * or inside of the kube-proxy ConfigMap as kubectl prints it. Undefined after reporting an error.
 */
export function parseKubeProxyConfig(
  source: Source,
  problems: Diagnostics,
): KubeProxyConfiguration | undefined {
  const before = problems.errorCount
  const objects = parseSources([source], problems)
  const configs = [
    ...objects,
    ...objects.flatMap(object => insideConfigMap(object, problems)),
  ].filter(({ value }) => value.kind === KIND && groupOf(value) === GROUP)
  const [first, ...others] = configs
  if (!first) {
    if (problems.errorCount === before) reportNone(source, objects, problems)
    return undefined
  }
  for (const { value, place } of others) {
    if (deepEqual(value, first.value)) continue
    problems.report(
      'KN010',
      { label: KIND, place },
      [],
      'a second one, with other contents: keep one',
    )
  }
  const config = validConfig(first, problems)
  return problems.errorCount === before ? config : undefined
}

/** What the kube-proxy ConfigMap of kubeadm holds in `data["config.conf"]`. */
function insideConfigMap({ value, place }: ParsedObject, problems: Diagnostics): ParsedObject[] {
  const data = value.data
  if (value.kind !== 'ConfigMap' || typeof data !== 'object' || data === null) return []
  const text = (data as Record<string, unknown>)['config.conf']
  if (typeof text !== 'string') return []
  // A text inside of a text has lines of its own, so it is a source of its own.
  const name = `${place.source.name} data["config.conf"]`
  return parseSources([{ name, text }], problems)
}

function validConfig(
  { value, place }: ParsedObject,
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
  const { mode = '' } = checked.value
  if (!['', 'nftables', 'iptables'].includes(mode)) {
    const message = `only "nftables" and "iptables" are compiled (got ${quote(mode)}): the rules are those of --proxy-mode`
    problems.report('KN114', subject, ['mode'], message)
  }
  return checked.value
}

const groupOf = (value: Record<string, unknown>): string =>
  String(value.apiVersion).split('/')[0] ?? ''

function reportNone(source: Source, objects: readonly ParsedObject[], problems: Diagnostics): void {
  const kinds = [...new Set(objects.map(({ value }) => String(value.kind)))].slice(0, 5)
  const found = kinds.length > 0 ? ` (found ${kinds.map(quote).join(', ')})` : ''
  const message = `has no ${KIND} of ${VERSION}${found}`
  problems.reportAt('KN002', source, undefined, message)
}
