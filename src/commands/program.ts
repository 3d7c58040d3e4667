import { Command } from 'commander'
import { VERSION } from '../version.js'
import { addDiff } from './add-diff.js'
import { addTrace } from './add-trace.js'
import { addVerify } from './add-verify.js'
import { addCheck } from './check.js'
import { type CompileFlags, compileCommand } from './compile.js'
import { addCompletion } from './completion.js'
import { explainCommand } from './explain.js'
import { runGoldenCommand } from './golden.js'
import { addMigrate } from './migrate.js'
import {
  addOptions,
  CONFIG,
  defaultInput,
  filenameOption,
  RECURSIVE,
  rawOptions,
} from './shared-options.js'

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
  kubenat compile -f objects/ -R --node worker-1 --proxy-mode iptables --ip-family ipv4 | iptables-restore -w 5 --noflush
  kubenat compile -f objects/ -R --node worker-1 --proxy-mode iptables --ip-family ipv4 --form jumps | sh

Exit codes: 0 rules written, 2 usage or input errors, 3 the environment failed.`

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
