import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { check } from '../check/check.js'
import {
  type CheckReport,
  isFailing,
  NO_SETTINGS,
  optionalCode,
  parseSettings,
  type Rules,
  type Settings,
} from '../check/findings.js'
import { checkGithub, checkJson, checkJunit, checkText } from '../check/report.js'
import { checkSarif } from '../check/sarif.js'
import { Diagnostics } from '../diagnostics/diagnostic.js'
import { readSource, readSources, SETTINGS_FILE } from '../input/read.js'
import type { RawOptions } from '../options/table.js'
import { formatDiagnostics } from '../report/diagnostics.js'
import { UsageError } from '../util/errors.js'
import { VERSION } from '../version.js'
import {
  addOptions,
  CONFIG,
  defaultInput,
  filenameOption,
  listOption,
  RECURSIVE,
  rawOptions,
  readOptions,
  stderrColor,
  stdoutColor,
  tellLeftOut,
  writeStdout,
} from './shared.js'

/** How a report is printed. */
const FORMATS = {
  text: report => checkText(report, stdoutColor()),
  json: checkJson,
  sarif: report => checkSarif(report, VERSION),
  junit: checkJunit,
  github: checkGithub,
} as const satisfies Record<string, (report: CheckReport) => string>

/** What the command takes beside the options of a compile. */
export interface CheckFlags {
  readonly filename: readonly string[]
  readonly recursive: boolean
  readonly config: string | undefined
  readonly output: keyof typeof FORMATS
  readonly settings: string | undefined
  readonly failOnWarn: boolean
  readonly disable: readonly string[]
}

const NOTES = `
Without --node every Node object is looked at. Findings are errors, which a compile refuses, warnings
and notes; \`kubenat explain ID\` tells more of one. What is known and meant so is silenced for all
objects by --disable, or for one by its annotation kubenat.dev/ignore: "KN210,KN262"; an error is
never silenced. ${SETTINGS_FILE} in the working directory (or --settings FILE) keeps settings:

  check: { disable: [KN204], failOnWarn: true, severity: { KN262: error } }
  options: { cluster-cidr: 10.244.0.0/16 }

Examples:
  kubectl get services,endpointslices,nodes -A -o json | kubenat check -f -
  kubenat check -f manifests/ -R --cluster-cidr 10.244.0.0/16 --fail-on-warn
  kubenat check -f manifests/ -R -o sarif > kubenat.sarif

Exit codes: 0 no errors, 1 errors (with --fail-on-warn: or warnings), 2 usage, or input that cannot be
read, 3 the environment failed.`

/**
 * `kubenat check`: objects in, findings out.
 *
 * @returns exit code: 0 fine, 1 findings that fail the check, 2 input that cannot be read
 * @throws UsageError, EnvironmentError
 */
async function checkCommand(flags: CheckFlags, given: RawOptions): Promise<number> {
  const problems = new Diagnostics()
  const disabled = disabledBy(flags.disable)
  const settings = await readSettings(flags.settings, problems)
  const options =
    settings && (await readOptions(flags.config, { ...settings.options, ...given }, problems))
  if (!options) {
    process.stderr.write(formatDiagnostics(problems.all(), { color: stderrColor() }))
    return 2
  }
  if (options.node === undefined && options.nodeAddresses.length > 0)
    throw new UsageError('--node-addresses belong to one --node')
  const { rules } = settings
  const all: Rules = {
    disabled: new Set([...rules.disabled, ...disabled]),
    severities: rules.severities,
    failOnWarn: rules.failOnWarn || flags.failOnWarn,
  }
  const sources = await readSources(flags.filename, flags, problems)
  const report = check(sources, options, all, problems)
  await writeStdout(FORMATS[flags.output](report))
  tellLeftOut(report.leftOut)
  if (problems.isFatal) return 2
  return report.findings.some(finding => isFailing(report, finding)) ? 1 : 0
}

function disabledBy(texts: readonly string[]) {
  const ids = texts.flatMap(text => text.split(',')).map(text => text.trim())
  return ids
    .filter(text => text !== '')
    .map(text => {
      const code = optionalCode(text)
      if (typeof code === 'string') return code
      throw new UsageError(`--disable: ${code.fault}`)
    })
}

async function readSettings(
  file: string | undefined,
  problems: Diagnostics,
): Promise<Settings | undefined> {
  if (file === undefined && !existsSync(SETTINGS_FILE)) return NO_SETTINGS
  const source = await readSource(file ?? SETTINGS_FILE, problems)
  return source && parseSettings(source, problems)
}

interface ParsedFlags extends Omit<CheckFlags, 'filename' | 'disable'> {
  readonly filename?: readonly string[]
  readonly disable?: readonly string[]
}

/** Adds `kubenat check` to the command line. */
export function addCheck(program: Command, exit: (code: number) => void): void {
  const command = program
    .command('check')
    .description('validate objects and find what is valid, but hardly meant')
    .addOption(filenameOption())
    .option(...RECURSIVE)
    .addOption(
      new Option('-o, --output <format>', 'how findings are printed')
        .choices(Object.keys(FORMATS))
        .default('text'),
    )
    .option('--fail-on-warn', 'exit with 1 for warnings, too', false)
    .addOption(listOption('--disable <ids>', 'ids of findings to leave out; repeatable'))
    .option(
      '--settings <file>',
      `settings of the check (default ${SETTINGS_FILE}, if there is one)`,
    )
    .option(...CONFIG)
    .addHelpText('after', NOTES)
  addOptions(command)
  command.action(async ({ filename, disable = [], ...flags }: ParsedFlags) => {
    const inputs = filename ?? defaultInput()
    exit(await checkCommand({ ...flags, filename: inputs, disable }, rawOptions(command.opts())))
  })
}
