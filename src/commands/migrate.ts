import { type Command, Option } from 'commander'
import { findNode, loadCluster } from '../compile.js'
import { readSources } from '../input/read.js'
import { migrate, migrationOptions } from '../migrate/migrate.js'
import { MIGRATION_FORMATS, type MigrationFormat } from '../migrate/report.js'
import type { OptionName, RawOptions } from '../options/table.js'
import { checkNodeName } from '../plan/checks.js'
import { UsageError } from '../util/errors.js'
import {
  addOptions,
  CONFIG,
  defaultInput,
  filenameOption,
  RECURSIVE,
  rawOptions,
  readConfig,
  reportingRest,
  stdoutColor,
  writeStdout,
} from './shared.js'

/** What the command takes beside options. */
export interface MigrateFlags {
  readonly filename: readonly string[]
  readonly recursive: boolean
  readonly config: string | undefined
  readonly output: MigrationFormat
}

/**
 * `kubenat migrate`: what changes for the traffic of Services on a node when its kube-proxy moves from
 * iptables to nftables mode.
 *
 * @returns exit code: 0 nothing changes, 1 findings, 2 invalid input
 * @throws UsageError, EnvironmentError
 */
async function migrateCommand(flags: MigrateFlags, given: RawOptions): Promise<number> {
  if (flags.config === '-' && flags.filename.includes('-'))
    throw new UsageError('standard input can be only one of the inputs')
  return reportingRest(async problems => {
    const config = await readConfig(flags.config, problems, true)
    if (config === undefined) return 2
    const { options, settings } = migrationOptions(given, config)
    if (options.node === undefined) throw new UsageError('--node NAME is required')
    const sources = await readSources(flags.filename, flags, problems)
    const { cluster } = loadCluster(sources, options, undefined, problems)
    const node = findNode(cluster, options, problems)
    if (node === undefined || problems.isFatal) return 2
    const ports = options.families.flatMap(family => cluster.ports[family])
    checkNodeName(node, ports, problems)
    const migration = migrate(cluster, node, settings)
    const setting = { node: node.name, color: stdoutColor() }
    await writeStdout(MIGRATION_FORMATS[flags.output](migration, setting))
    return migration.findings.length > 0 ? 1 : 0
  })
}

const NOTES = `
Tells what changes for the traffic of Services on one node when its kube-proxy moves from iptables to
nftables mode, each finding with its reason, a remedy, and the Services it touches. Only what applies
to these objects and options is told. Options that are given count for both modes; defaults, and the
sections iptables and nftables of --config, are each mode's own. The host itself is not looked at:
what its firewall lets through, and who uses what changes, is yours to know.

Examples:
  kubectl get services,endpointslices,nodes,servicecidrs -A -o json | kubenat migrate -f - --node worker-1
  kubenat migrate -f objects/ -R --node worker-1 --config kube-proxy.yaml
  kubenat migrate -f objects/ -R --node worker-1 --cluster-cidr 10.244.0.0/16 --service-cidr 10.96.0.0/16 -o json

Exit codes: 0 nothing changes, 1 findings, 2 usage or input errors, 3 the environment failed.`

/** They shape rules, and rules are not printed here. */
const NOT_MEANT: readonly OptionName[] = ['proxy-mode', 'layout', 'form', 'comments', 'counters']

interface ParsedFlags extends Omit<MigrateFlags, 'filename'> {
  readonly filename?: readonly string[]
}

/** Declares `kubenat migrate`. */
export function addMigrate(program: Command, exit: (code: number) => void): void {
  const command = program
    .command('migrate')
    .description('tell what changes on a node that moves from iptables to nftables mode')
    .addOption(filenameOption())
    .option(...RECURSIVE)
    .addOption(
      new Option('-o, --output <format>', 'how to report')
        .choices(Object.keys(MIGRATION_FORMATS))
        .default('text'),
    )
    .option(...CONFIG)
    .addHelpText('after', NOTES)
  addOptions(command, name => !NOT_MEANT.includes(name))
  command.action(async ({ filename, ...flags }: ParsedFlags) => {
    const files = filename ?? defaultInput()
    exit(await migrateCommand({ ...flags, filename: files }, rawOptions(command.opts())))
  })
}
