import { Command, Option } from 'commander'
import { UsageError } from '../option-values.js'
import { OPTIONS, type OptionName, type OptionRow, type RawOptions } from '../options.js'
import { REPORT_FORMATS } from '../verify/reports/formats.js'
import { VERSION } from '../version.js'
import { type CompileFlags, compileCommand } from './compile.js'
import { type DiffFlags, diffCommand } from './diff.js'
import { explainCommand } from './explain.js'
import { runGoldenCommand } from './golden.js'
import { type VerifyFlags, verifyCommand } from './verify.js'

const EXAMPLES = `
Examples:
  kubectl get services,endpointslices,nodes -A -o json | kubenat compile -f - --node worker-1 | nft -f -
  kubenat compile -f objects/ -R --node worker-1 --cluster-cidr 10.244.0.0/16 -o worker-1.nft
  kubenat compile -f cluster.yaml --all-nodes --out-dir rules/
  kubenat diff old.yaml new.yaml --node worker-1 | nft -f -
  kubenat verify -f objects/ -R --node worker-1 --cluster-cidr 10.244.0.0/16
  kubenat explain KN012
  kubenat golden golden/`

const COMPILE_NOTES = `
The interfaces of a node are not known offline. Its primary address of each family is the first
InternalIP (then ExternalIP) of its Node object; CIDRs of --nodeport-addresses are matched against all
addresses of the Node object and those of --node-addresses. Where there is no Node object, --node NAME
--node-addresses LIST stand for it.

Examples:
  kubectl get services,endpointslices,nodes -A -o json | kubenat compile -f - --node worker-1 | nft -f -
  kubenat compile -f objects/ -R --node worker-1 --cluster-cidr 10.244.0.0/16,fd00:10:244::/56
  kubenat compile -f svc.yaml --node edge --node-addresses 192.0.2.10 --service-cidr 10.96.0.0/16 --allocate given.json

Exit codes: 0 rules written, 2 usage or input errors, 3 the environment failed.`

const DIFF_NOTES = `
OLD and NEW are files, folders or - for standard input. With --live, OLD is what is loaded on the node;
tables of the families asked for that are not there are added whole. Give the options that the rules
were compiled with: another value of one is a difference like any other.

Examples:
  kubenat diff old/ new/ -R --node worker-1 | nft -f -
  nft -j list ruleset | kubenat diff --live - new/ -R --node worker-1 --layout maps | nft -f -

Exit codes: 0 no difference, 1 differences, 2 usage or input errors, 3 the environment failed.`

const VERIFY_NOTES = `
Builds the node, its pods and everybody else as network namespaces without names, loads the rules there,
and sends real packets from every kind of client to every destination that the objects promise. The
rules of this machine are not touched, and nothing stays behind. Needs nft, ip, and root or user
namespaces. --flows takes assertions of your own; README.md describes the file.

Examples:
  kubenat verify -f objects/ -R --node worker-1 --cluster-cidr 10.244.0.0/16
  nft list ruleset | kubenat verify -f objects/ -R --node worker-1 --ruleset -
  kubenat verify -f objects.yaml --node worker-1 --flows flows.yaml -o junit > verify.xml

Exit codes: 0 everything as promised, 1 failures, 2 usage or input errors, 3 the environment lacks
something or the rules do not load.`

/** The command line: parses, calls, and hands over the exit code. */
export function buildProgram(exit: (code: number) => void): Command {
  const program = new Command('kubenat')
    .description(
      "Compile Kubernetes Services, EndpointSlices and Nodes into kube-proxy's rules, offline.",
    )
    .version(VERSION, '-V, --version')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(--help shows the usage)')
    .exitOverride()
  addCompile(program, exit)
  addDiff(program, exit)
  addVerify(program, exit)
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
  return program
}

interface ParsedFlags extends Omit<CompileFlags, 'filename'> {
  readonly filename?: readonly string[]
}

function addCompile(program: Command, exit: (code: number) => void): void {
  const compile = program
    .command('compile')
    .description('print the rules of a node as a complete nft -f file')
    .addOption(filenameOption())
    .option(...RECURSIVE)
    .option('--all-nodes', 'compile for every Node object')
    .option('--out-dir <dir>', 'folder for --all-nodes: a file NODE.nft for each node')
    .option('-o, --out <file>', 'write to a file instead of standard output, whole or not at all')
    .option(...CONFIG)
    .option(
      '--allocate <file>',
      'give cluster IPs and node ports to Services that lack them, and keep them in this file',
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

function addDiff(program: Command, exit: (code: number) => void): void {
  const diff = program
    .command('diff')
    .usage('[options] OLD NEW')
    .argument('<path...>', 'objects as they are (not with --live), and as they are to be')
    .description('print the smallest transaction that turns the rules of OLD into those of NEW')
    .option('--live <file>', 'output of `nft -j list ruleset` or of one table, instead of OLD')
    .addOption(
      new Option('-o, --output <format>', 'nft: a file for nft -f').choices(['nft']).default('nft'),
    )
    .option(...RECURSIVE)
    .option(...CONFIG)
    .addHelpText('after', DIFF_NOTES)
  addOptions(diff)
  diff.action(async (paths: string[], flags: Omit<DiffFlags, 'paths'>) => {
    exit(await diffCommand({ ...flags, paths }, rawOptions(diff.opts())))
  })
}

type ParsedVerifyFlags = Omit<VerifyFlags, 'filename'> & Pick<ParsedFlags, 'filename'>

function addVerify(program: Command, exit: (code: number) => void): void {
  const verify = program
    .command('verify')
    .description('prove with real packets that rules do what the objects say')
    .addOption(filenameOption())
    .option(...RECURSIVE)
    .option('--ruleset <file>', 'rules to try, - for standard input, instead of the compiled ones')
    .option('--flows <file>', 'assertions of your own: who reaches what, and how')
    .addOption(
      new Option('-o, --output <format>', 'how to report')
        .choices(Object.keys(REPORT_FORMATS))
        .default('text'),
    )
    .option('--samples <n>', 'connections for each test of shares, instead of what it needs')
    .option('--max-destinations <n>', 'try some of the service ports beyond so many', '500')
    .option(...CONFIG)
    .addHelpText('after', VERIFY_NOTES)
  addOptions(verify)
  verify.action(async ({ filename, ...flags }: ParsedVerifyFlags) => {
    const files = filename ?? defaultInput()
    exit(await verifyCommand({ ...flags, filename: files }, rawOptions(verify.opts())))
  })
}

const RECURSIVE = ['-R, --recursive', 'descend into folders'] as const
const CONFIG = [
  '--config <file>',
  'KubeProxyConfiguration to take options from; flags win',
] as const

const filenameOption = (): Option =>
  listOption('-f, --filename <path>', 'file, folder or - for standard input; repeatable')

/** The options of a compile. */
function addOptions(command: Command): void {
  for (const [name, row] of Object.entries(OPTIONS)) command.addOption(optionOf(name, row))
}

/** Standard input where something is piped into it; a terminal would wait for ever. */
function defaultInput(): readonly string[] {
  if (process.stdin.isTTY) throw new UsageError('no objects: give -f FILE, or pipe objects in')
  return ['-']
}

function optionOf(name: string, row: OptionRow): Option {
  const words = row.default === undefined ? row.help : `${row.help} (default ${row.default})`
  if (row.value === undefined) return new Option(`--${name}`, words)
  const flags = `--${name} <${row.value.toLowerCase()}>`
  if (row.list) return listOption(flags, words)
  return row.choices ? new Option(flags, words).choices(row.choices) : new Option(flags, words)
}

const listOption = (flags: string, help: string): Option =>
  new Option(flags, help).argParser((value, before: string[] = []) => [...before, value])

/** The flags that are options of a compile, under their own names; commander has camel-cased them. */
function rawOptions(given: Readonly<Record<string, string | boolean | string[]>>): RawOptions {
  const names = Object.keys(OPTIONS) as OptionName[]
  const pairs = names.map(name => [name, given[camelCase(name)]] as const)
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined))
}

const camelCase = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
