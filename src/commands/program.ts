import { Argument, Command } from 'commander'
import { CATALOG, type DiagnosticCode } from '../diagnostics/catalog/index.js'
import { PAGES } from '../generated/pages.gen.js'
import { type GoldenMode, type GoldenReport, runGoldens, updateRefusal } from '../golden/golden.js'
import { UsageError } from '../util/errors.js'
import { didYouMean } from '../util/text.js'
import { VERSION } from '../version.js'
import { addCheck } from './check.js'
import { type CompileFlags, compileCommand } from './compile.js'
import { addDiff } from './diff.js'
import { addMigrate } from './migrate.js'
import {
  addOptions,
  CONFIG,
  defaultInput,
  filenameOption,
  RECURSIVE,
  rawOptions,
  writeStdout,
} from './shared.js'
import { addTrace } from './trace.js'
import { type CommandLine, commandLineOf } from './usage/command-line.js'
import { bashCompletion, fishCompletion, zshCompletion } from './usage/completion.js'
import { addVerify } from './verify.js'

const EXAMPLES = `
Examples:
  kubectl get services,endpointslices,nodes -A -o json | kubenat compile -f - --node worker-1 | nft -f -
  kubenat compile -f objects/ -R --node worker-1 --cluster-cidr 10.244.0.0/16 -o worker-1.nft
  kubenat compile -f cluster.yaml --all-nodes --out-dir rules/
  kubenat diff old.yaml new.yaml --all-nodes --fail-on lost,exposed
  kubenat diff old.yaml new.yaml --node worker-1 -o nft | nft -f -
  kubenat check -f manifests/ -R
  kubenat verify -f objects/ -R --node worker-1 --cluster-cidr 10.244.0.0/16
  kubenat migrate -f objects/ -R --node worker-1 --config kube-proxy.yaml
  kubenat explain KN012
  kubenat golden rules-in-ci/`

const COMPILE_NOTES = `
The interfaces of a node are not known offline. Its primary address of each family is the first
InternalIP (then ExternalIP) of its Node object; CIDRs of --nodeport-addresses are matched against all
addresses of the Node object and those of --node-addresses. Where there is no Node object, --node NAME
--node-addresses LIST stand for it.

Examples:
  kubectl get services,endpointslices,nodes -A -o json | kubenat compile -f - --node worker-1 | nft -f -
  kubenat compile -f objects/ -R --node worker-1 --cluster-cidr 10.244.0.0/16,fd00:10:244::/56
  kubenat compile -f svc.yaml --node edge --node-addresses 192.0.2.10 --service-cidr 10.96.0.0/16 --allocate given.json
  kubenat compile -f objects/ -R --node worker-1 --proxy-mode iptables --ip-family ipv4 | iptables-restore -w 5 --noflush
  kubenat compile -f objects/ -R --node worker-1 --proxy-mode iptables --ip-family ipv4 --form jumps | sh

Exit codes: 0 rules written, 2 usage or input errors, 3 the environment failed.`

/** `-f *.yaml` reaches us as `-f a.yaml b.yaml`. */
const withHint = (text: string): string =>
  text.startsWith('error: too many arguments')
    ? `${text.trimEnd()} Each file needs its own -f; quotes keep a pattern from the shell: -f '*.yaml'\n`
    : text

/** The command line: parses, calls, and hands over the exit code. */
export function buildProgram(exit: (code: number) => void): Command {
  const program = new Command('kubenat')
    .description(
      "Compile Kubernetes Services, EndpointSlices and Nodes into kube-proxy's rules, offline.",
    )
    .version(VERSION, '-V, --version')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(--help shows the usage)')
    .configureOutput({ outputError: (text, write) => write(withHint(text)) })
    .exitOverride()
  addCompile(program, exit)
  addDiff(program, exit)
  addTrace(program, exit)
  addCheck(program, exit)
  addVerify(program, exit)
  addMigrate(program, exit)
  program
    .command('explain')
    .argument('[id...]', 'ids such as KN012; all in a line each without')
    .description('say what a diagnostic means and what to do about it')
    .action(async (ids: string[]) => exit(await explainCommand(ids)))
  program
    .command('golden')
    .argument('<dir...>', 'a case (objects, kubenat.yaml, expected.nft) or a folder of cases')
    .option('--update', 'write what the compiler gives into expected.nft and expected.err')
    .description('compare the rules of golden cases with what they shall be')
    .addHelpText('after', '\nExit codes: 0 as expected, 1 differences, 2 invalid cases.')
    .action(async (dirs: string[], { update = false }: { update?: boolean }) =>
      exit(await runGoldenCommand(dirs, { update }, process)),
    )
  addCompletion(program, exit)
  addHelp(program, exit)
  return program
}

interface ParsedFlags extends Omit<CompileFlags, 'filename'> {
  readonly filename?: readonly string[]
}

function addCompile(program: Command, exit: (code: number) => void): void {
  const compile = program
    .command('compile')
    .description('print the rules of a node as a complete file for nft -f or iptables-restore')
    .addOption(filenameOption())
    .option(...RECURSIVE)
    .option('--all-nodes', 'compile for every Node object')
    .option('--out-dir <dir>', 'folder for --all-nodes: a file such as NODE.nft for each node')
    .option('-o, --out <file>', 'write to a file instead of standard output, whole or not at all')
    .option(...CONFIG)
    .option(
      '--allocate <file>',
      'give cluster IPs and node ports to Services that lack them, and keep them in this file',
    )
    .option(
      '--previous <file>',
      'earlier output or iptables-save, whose chains of Services that are gone the file removes (iptables, --form body)',
    )
    .option('-v, --verbose', 'count the objects of kinds that are passed over')
    .addHelpText('after', COMPILE_NOTES)
  addOptions(compile)
  compile.action(async (parsed: ParsedFlags) => {
    const { filename, ...flags } = parsed
    const given = compile.opts<Record<string, string | boolean | string[]>>()
    exit(
      await compileCommand({ ...flags, filename: filename ?? defaultInput() }, rawOptions(given)),
    )
  })
}

/**
 * `kubenat explain KN012`: what a diagnostic means and what to do; without an id, all of them in a
 * line each.
 *
 * @throws UsageError for an id that is none
 */
async function explainCommand(ids: readonly string[]): Promise<number> {
  const codes = Object.keys(CATALOG) as DiagnosticCode[]
  if (ids.length === 0) {
    const lines = codes.map(
      code => `${code}  ${CATALOG[code].severity.padEnd(7)}  ${CATALOG[code].title}\n`,
    )
    await writeStdout(lines.join(''))
    return 0
  }
  const chosen = ids.map(id => {
    const code = codes.find(one => one === id.toUpperCase())
    if (code) return code
    const hint = didYouMean(id.toUpperCase(), codes)
    throw new UsageError(`no diagnostic has the id ${id}${hint}`)
  })
  await writeStdout(chosen.map(explanation).join('\n'))
  return 0
}

function explanation(code: DiagnosticCode): string {
  const { severity, title, reason, remedy } = CATALOG[code]
  return `${severity} ${code}: ${title}\n\n${reason}\n\nWhat to do: ${remedy}\n`
}

/** The shells that commands can be completed in. */
export const SHELLS = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
} as const satisfies Record<string, (line: CommandLine) => string>

const NOTES = `
  bash  source <(kubenat completion bash)                                  in ~/.bashrc
  zsh   source <(kubenat completion zsh)                                   in ~/.zshrc, after compinit
  fish  kubenat completion fish > ~/.config/fish/completions/kubenat.fish  once for each version`

/** Declares `kubenat completion`: the script makes what all commands of the program take known. */
function addCompletion(program: Command, exit: (code: number) => void): void {
  program
    .command('completion')
    .description('print a script that makes the shell complete commands, flags and their values')
    .addArgument(new Argument('<shell>', 'shell that runs the script').choices(Object.keys(SHELLS)))
    .addHelpText('after', NOTES)
    .action(async (shell: keyof typeof SHELLS) => {
      await writeStdout(SHELLS[shell](commandLineOf(program)))
      exit(0)
    })
}

/** Declares `kubenat help NAME`: the page of a command, where --help gives its flags. */
function addHelp(program: Command, exit: (code: number) => void): void {
  const help = program
    .helpCommand(false)
    .command('help')
    .description('print the page of a command: what it does in detail, with examples')
  const names = program.commands.map(command => command.name())
  help
    .addArgument(new Argument('[command]', 'command').choices(names))
    .action(async (name = '') => {
      const page = PAGES[name]
      const command = program.commands.find(one => one.name() === name) ?? program
      if (page === undefined) command.outputHelp()
      else await writeStdout(page)
      exit(0)
    })
}

/** The part of `process` that the command needs. */
export interface GoldenIo {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Compares the golden cases of directories, diffs to stdout and the rest to stderr. Returns the exit
 * code: 0 all as expected (or updated), 1 differences, 2 bad usage or a directory that is in disorder.
 */
export function runGoldenCommand(dirs: readonly string[], mode: GoldenMode, io: GoldenIo): number {
  const say = (text: string) => io.stderr.write(`${text}\n`)
  if (dirs.length === 0) {
    say('error: name at least one directory of golden cases')
    return 2
  }
  const refusal = mode.update ? updateRefusal(io.env) : undefined
  if (refusal !== undefined) {
    say(`error: ${refusal}`)
    return 2
  }
  const reports = dirs.map(dir => runGoldens(dir, mode))
  for (const report of reports) printReport(report, io)
  const cases = reports.flatMap(report => report.cases)
  const different = cases.filter(one => one.status === 'different').length
  const updated = cases.filter(one => one.status === 'updated').length
  const outcome = mode.update ? `${updated} updated` : `${different} different`
  say(`${cases.length} ${cases.length === 1 ? 'case' : 'cases'}, ${outcome}`)
  if (reports.some(report => report.problems.length > 0)) return 2
  return different > 0 ? 1 : 0
}

function printReport(report: GoldenReport, io: GoldenIo): void {
  for (const problem of report.problems) io.stderr.write(`error: ${problem}\n`)
  for (const { name, status, differences } of report.cases) {
    if (status === 'same') continue
    io.stderr.write(`${name}: ${differences.map(({ file }) => file).join(', ')} ${status}\n`)
    if (status === 'different') io.stdout.write(differences.map(({ diff }) => diff).join(''))
  }
}
