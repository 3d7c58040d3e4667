import { Diagnostics } from '../diagnostics/diagnostic.js'
import type { KubeProxyConfiguration } from '../generated/types.gen.js'
import { parseKubeProxyConfig } from '../input/kube-proxy-config.js'
import { readSources } from '../input/read.js'
import { type Options, parseOptions, type RawOptions } from '../options/table.js'
import { formatDiagnostics } from '../report/diagnostics.js'
import { stderrColor } from './output.js'

/** Runs a command that collects diagnostics, and prints them whatever becomes of it. */
export async function reporting(
  command: (problems: Diagnostics) => Promise<number>,
): Promise<number> {
  const problems = new Diagnostics()
  try {
    return await command(problems)
  } finally {
    process.stderr.write(formatDiagnostics(problems.all(), { color: stderrColor() }))
  }
}

/**
 * The options, those of `--config` included; nothing if that file has errors.
 *
 * @throws UsageError
 */
export async function readOptions(
  config: string | undefined,
  given: RawOptions,
  problems: Diagnostics,
): Promise<Options | undefined> {
  const parsed = await readConfig(config, problems)
  return parsed && parseOptions(given, parsed)
}

/** The configuration of `--config`, an empty one without it; nothing if that file has errors. */
export async function readConfig(
  config: string | undefined,
  problems: Diagnostics,
): Promise<KubeProxyConfiguration | undefined> {
  const files = config === undefined ? [] : [config]
  const [source] = await readSources(files, { recursive: false }, problems)
  const parsed = source && parseKubeProxyConfig(source, problems)
  return problems.errorCount > 0 ? undefined : (parsed ?? {})
}
