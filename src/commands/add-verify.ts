import { type Command, Option } from 'commander'
import { REPORT_FORMATS } from '../verify/report-machine.js'
import {
  addOptions,
  CONFIG,
  defaultInput,
  filenameOption,
  RECURSIVE,
  rawOptions,
} from './shared-options.js'
import { type VerifyFlags, verifyCommand } from './verify.js'

const NOTES = `
Builds the node, its pods and everybody else as network namespaces without names, loads the rules there,
and sends real packets from every kind of client to every destination that the objects promise. The
rules of this machine are not touched, and nothing stays behind. Needs nft, ip, and root or user
namespaces; with --proxy-mode iptables also iptables-restore and ip6tables-restore. That mode takes both
families at once, but for --ruleset, which is what iptables-save prints for the --ip-family asked for.
--flows takes assertions of your own; README.md describes the file.

Examples:
  kubenat verify -f objects/ -R --node worker-1 --cluster-cidr 10.244.0.0/16
  nft list ruleset | kubenat verify -f objects/ -R --node worker-1 --ruleset -
  iptables-save | kubenat verify -f objects/ -R --node worker-1 --proxy-mode iptables --ip-family ipv4 --ruleset -
  kubenat verify -f objects.yaml --node worker-1 --flows flows.yaml -o junit > verify.xml

Exit codes: 0 everything as promised, 1 failures, 2 usage or input errors, 3 the environment lacks
something or the rules do not load.`

interface ParsedFlags extends Omit<VerifyFlags, 'filename'> {
  readonly filename?: readonly string[]
}

/** Declares `kubenat verify`. */
export function addVerify(program: Command, exit: (code: number) => void): void {
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
    .addHelpText('after', NOTES)
  addOptions(verify)
  verify.action(async ({ filename, ...flags }: ParsedFlags) => {
    const files = filename ?? defaultInput()
    exit(await verifyCommand({ ...flags, filename: files }, rawOptions(verify.opts())))
  })
}
