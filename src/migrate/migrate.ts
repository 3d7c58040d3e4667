import type { Family } from '../address/address.js'
import type { FindingCode } from '../diagnostics/catalog/index.js'
import { MIGRATE } from '../diagnostics/catalog/migrate.js'
import type { KubeProxyConfiguration } from '../generated/types.gen.js'
import type { Cluster } from '../model/cluster.js'
import type { Node } from '../model/node.js'
import type { ProxyMode } from '../options/modes.js'
import type { OptionRow } from '../options/read.js'
import { OPTIONS, type Options, parseOptions, type RawOptions } from '../options/table.js'
import { type PlanSettings, planNode } from '../plan/plan.js'
import type { Change, Finding, Migration, MigrationRule, Sides } from './finding.js'
import {
  accepted,
  addresses,
  affinity,
  endpointsInside,
  hairpin,
  hashes,
  healthChecks,
  invalid,
  localhost,
  masqueradeAll,
  masqueradeBit,
  names,
  otherProxys,
  ownTraffic,
  rangesOfExternalIPs,
  rangesWithoutEndpoints,
  remoteHairpin,
  routeLocalnet,
  unallocated,
  unguarded,
  wrongPorts,
} from './rules.js'

const RULES: Readonly<Record<FindingCode, MigrationRule>> = {
  KN300: localhost,
  KN301: addresses,
  KN302: unguarded,
  KN303: wrongPorts,
  KN304: unallocated,
  KN305: endpointsInside,
  KN306: otherProxys,
  KN307: accepted,
  KN308: healthChecks,
  KN309: invalid,
  KN310: hairpin,
  KN311: ownTraffic,
  KN312: rangesWithoutEndpoints,
  KN313: rangesOfExternalIPs,
  KN314: affinity,
  KN315: routeLocalnet,
  KN316: masqueradeAll,
  KN317: masqueradeBit,
  KN318: names,
  KN319: remoteHairpin,
  KN320: hashes,
}

/** What decides in each of the modes, beside the objects. */
export interface MigrationSettings {
  readonly families: readonly Family[]
  readonly iptables: PlanSettings
  readonly nftables: PlanSettings
}

/**
 * Lays the two modes' decisions for one node side by side: everything that changes for the traffic of
 * Services, and what cannot be told. The differences are those of KEP-3866 and of the rules themselves.
 */
export function migrate(cluster: Cluster, node: Node, settings: MigrationSettings): Migration {
  const { families, iptables, nftables } = settings
  const sides = families.map(
    (family): Sides => ({
      family,
      iptables: planNode(cluster, node, family, iptables),
      nftables: planNode(cluster, node, family, nftables),
      leftToOthers: cluster.leftToOthers,
    }),
  )
  const codes = Object.keys(MIGRATE) as FindingCode[]
  return { findings: codes.flatMap(code => findingOf(code, sides)), notes: sides.flatMap(noteOf) }
}

function findingOf(code: FindingCode, sides: readonly Sides[]): readonly Finding[] {
  const found = sides.flatMap(side => {
    const change = RULES[code](side)
    return change === undefined ? [] : { ...change, family: side.family }
  })
  if (found.length === 0) return []
  const details = found.map(({ family, detail }) => `${family}: ${detail}`)
  return [{ code, details, touches: found.flatMap(({ touches }: Change) => touches) }]
}

/** Without the ranges of ClusterIPs it is open what nftables mode drops; kube-proxy reads them itself. */
function noteOf({ family, nftables: { serviceCIDRs, ports } }: Sides): readonly string[] {
  if (serviceCIDRs.length > 0 || ports.length === 0) return []
  return [
    `${family}: no service CIDR is known, from ServiceCIDR objects or --service-cidr; what nftables mode drops as unallocated cannot be told`,
  ]
}

/** The options of both sides: those of a compile in nftables mode, and what iptables mode makes of them. */
export interface MigrationOptions {
  readonly options: Options
  readonly settings: MigrationSettings
}

/**
 * Reads one set of options as each of the modes does: what is given counts for both, defaults and the
 * sections of the configuration are the mode's own.
 *
 * @throws UsageError
 */
export function migrationOptions(
  given: RawOptions,
  config?: KubeProxyConfiguration,
): MigrationOptions {
  const options = parseOptions({ ...ofMode(given, 'nftables'), 'proxy-mode': 'nftables' }, config)
  const before = parseOptions({ ...ofMode(given, 'iptables'), 'proxy-mode': 'iptables' }, config)
  const { families, plan } = options
  return { options, settings: { families, iptables: before.plan, nftables: plan } }
}

/** Without the options that mean nothing in a mode. */
function ofMode(given: RawOptions, proxyMode: ProxyMode): RawOptions {
  const rows: Readonly<Record<string, OptionRow>> = OPTIONS
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => (rows[name]?.mode ?? proxyMode) === proxyMode),
  )
}
