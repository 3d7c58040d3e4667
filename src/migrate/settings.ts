import type { KubeProxyConfiguration } from '../generated/types.gen.js'
import type { ProxyMode } from '../layouts/registry.js'
import type { OptionRow } from '../options/read.js'
import { OPTIONS, type Options, parseOptions, type RawOptions } from '../options/table.js'
import type { MigrationSettings } from './migrate.js'

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
