import { type Command, Option } from 'commander'
import { type Diagnostic, Diagnostics } from '../diagnostics/diagnostic.js'
import type { KubeProxyConfiguration } from '../generated/types.gen.js'
import { parseKubeProxyConfig } from '../input/kube-proxy-config.js'
import { readSources } from '../input/read.js'
import { type Cluster, servicesWithoutEndpoints } from '../model/cluster.js'
import { type LeftOut, leftOutOf, leftOutText } from '../model/left-out.js'
import {
  defaultText,
  OPTIONS,
  type OptionName,
  type OptionRow,
  type Options,
  parseOptions,
  type RawOptions,
} from '../options/table.js'
import { formatDiagnostics } from '../report/diagnostics.js'
import { EnvironmentError, UsageError } from '../util/errors.js'
import { someOf, visible } from '../util/text.js'

/**
 * Runs a command that collects diagnostics, and prints them whatever becomes of it; then what the
 * command has to say `last`.
 */
export async function reporting(
  command: (problems: Diagnostics, last: (() => void)[]) => Promise<number>,
): Promise<number> {
  const problems = new Diagnostics()
  const last: (() => void)[] = []
  try {
    return await command(problems, last)
  } finally {
    writeDiagnostics(problems.all())
    for (const say of last) say()
  }
}

/**
 * The same of a command that goes on without the objects that have errors: one line tells of these,
 * unless the command gives up.
 *
 * @param command gives exit code 2 where errors forbid an answer
 */
export async function reportingRest(
  command: (problems: Diagnostics) => Promise<number>,
): Promise<number> {
  const problems = new Diagnostics()
  let code = 2
  try {
    code = await command(problems)
    return code
  } finally {
    const isAnswered = code !== 2
    const all = problems.all()
    writeDiagnostics(isAnswered ? all.filter(({ severity }) => severity !== 'error') : all)
    if (isAnswered) tellLeftOut(leftOutOf(problems))
  }
}

const writeDiagnostics = (diagnostics: readonly Diagnostic[]): void => {
  process.stderr.write(formatDiagnostics(diagnostics, { color: stderrColor() }))
}

/** Says what would go on without the objects that have errors, where they alone stop a compile. */
export function tellSkipInvalid(problems: Diagnostics): void {
  const leftOut = leftOutOf(problems)
  if (problems.isFatal || leftOut.length === 0) return
  const names = someOf(
    leftOut.map(({ subject }) => subject.label || 'an object without a name'),
    5,
  )
  process.stderr.write(
    `nothing is compiled; --skip-invalid compiles the rest, without ${visible(names)}\n`,
  )
}

/** Says in one line which objects an answer is without. */
export function tellLeftOut(leftOut: readonly LeftOut[], cluster?: Cluster): void {
  const bare = cluster && servicesWithoutEndpoints(cluster)
  if (leftOut.length > 0) process.stderr.write(`${visible(leftOutText(leftOut, bare))}\n`)
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
  const parsed = await readConfig(config, problems, given['proxy-mode'] !== undefined)
  return parsed && parseOptions(given, parsed)
}

/**
 * The configuration of `--config`, an empty one without it; nothing if that file has errors.
 *
 * @param isModeGiven whether the mode does not matter, or is said elsewhere
 */
export async function readConfig(
  config: string | undefined,
  problems: Diagnostics,
  isModeGiven: boolean,
): Promise<KubeProxyConfiguration | undefined> {
  const files = config === undefined ? [] : [config]
  const [source] = await readSources(files, { recursive: false }, problems)
  const parsed = source && parseKubeProxyConfig(source, problems, isModeGiven)
  return problems.errorCount > 0 ? undefined : (parsed ?? {})
}

/** Writes to standard output and waits until a slow reader has taken it all. */
export const writeStdout = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, error => {
      if (!error || (error as NodeJS.ErrnoException).code === 'EPIPE') resolve()
      else reject(new EnvironmentError(`cannot write to standard output: ${error.message}`))
    })
  })

/** Whether messages may be coloured: a terminal, unless NO_COLOR or TERM=dumb; FORCE_COLOR insists. */
export const stderrColor = (): boolean => isColored(process.stderr)

/** The same of what goes to standard output. */
export const stdoutColor = (): boolean => isColored(process.stdout)

function isColored(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== '0'
  return stream.isTTY === true && TERM !== 'dumb'
}

// What several commands take: each declares it in the same words.

export const RECURSIVE = ['-R, --recursive', 'descend into folders'] as const
export const CONFIG = [
  '--config <file>',
  'KubeProxyConfiguration to take options from; flags win',
] as const

/** The options of a compile, or those of them that mean something to a command. */
export function addOptions(
  command: Command,
  isMeant: (name: OptionName) => boolean = () => true,
): void {
  for (const [name, row] of Object.entries(OPTIONS)) {
    if (isMeant(name as OptionName)) command.addOption(optionOf(name, row))
  }
}

/** Standard input where something is piped into it; a terminal would wait for ever. */
export function defaultInput(): readonly string[] {
  if (process.stdin.isTTY) throw new UsageError('no objects: give -f FILE, or pipe objects in')
  return ['-']
}

function optionOf(name: string, row: OptionRow): Option {
  const words = row.default === undefined ? row.help : `${row.help} (default ${defaultText(row)})`
  if (row.value === undefined && row.default === 'true') return onSwitch(name, words)
  if (row.value === undefined) return new Option(`--${name}`, words)
  const flags = `--${name} <${row.value.toLowerCase()}>`
  if (row.list) return listOption(flags, words)
  return row.choices ? new Option(flags, words).choices(row.choices) : new Option(flags, words)
}

/** A switch that is on unless it gets `=false`, as kube-proxy's own are. */
const onSwitch = (name: string, words: string): Option =>
  new Option(`--${name} [boolean]`, words).argParser(text => {
    if (text === 'true' || text === 'false') return text === 'true'
    throw new UsageError(`--${name} is true or false (got ${text})`)
  })

/** An option that may be repeated; its values come in a list. */
export const listOption = (flags: string, help: string): Option =>
  new Option(flags, help).argParser((value, before: string[] = []) => [...before, value])

/** The files that hold the objects. */
export const filenameOption = (): Option =>
  listOption('-f, --filename <path>', 'file, folder or - for standard input; repeatable')

/** The flags that are options of a compile, under their own names; commander has camel-cased them. */
export function rawOptions(
  given: Readonly<Record<string, string | boolean | string[]>>,
): RawOptions {
  const names = Object.keys(OPTIONS) as OptionName[]
  const pairs = names.map(name => [name, given[camelCase(name)]] as const)
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined))
}

const camelCase = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
