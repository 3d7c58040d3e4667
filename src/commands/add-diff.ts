import { type Command, Option } from 'commander'
import { CHANGE_KINDS } from '../diff/traffic/report.js'
import { diffCommand } from './diff.js'
import { type DiffFlags, TRAFFIC_FORMATS } from './diff-flags.js'
import { addOptions, CONFIG, listOption, RECURSIVE, rawOptions } from './shared-options.js'

const KINDS = Object.entries(CHANGE_KINDS)
  .map(([name, words]) => `  ${name.padEnd(11)} ${words}`)
  .join('\n')

const NOTES = `
OLD and NEW are files, folders or - for standard input. With --live, OLD is what is loaded on the node,
whoever wrote it; a rule that is not understood stops the comparison with exit code 3. Give the options
that the rules were compiled with: they count for both sides.

Kinds of changes, for --fail-on:
${KINDS}

Examples:
  kubenat diff old/ new/ -R --node worker-1 --cluster-cidr 10.244.0.0/16
  kubenat diff old.yaml new.yaml --all-nodes -o markdown >> "$GITHUB_STEP_SUMMARY"
  kubenat diff old.yaml new.yaml --all-nodes -o github --fail-on lost,exposed,refused
  nft -j list ruleset | kubenat diff --live - new/ -R --node worker-1
  kubenat diff old/ new/ -R --node worker-1 -o nft | nft -f -
  nft -j list ruleset | kubenat diff --live - new/ -R --node worker-1 --layout maps -o nft | nft -f -

Exit codes: 0 no difference that counts, 1 differences, 2 usage or input errors, 3 the environment
failed, or loaded rules are not understood.`

/** The command line of `kubenat diff`. */
export function addDiff(program: Command, exit: (code: number) => void): void {
  const diff = program
    .command('diff')
    .usage('[options] OLD NEW')
    .argument('<path...>', 'objects as they are (not with --live), and as they are to be')
    .description('say what a change of objects does to traffic, or print the transaction for it')
    .option('--live <file>', 'output of `nft -j list ruleset` or of one table, instead of OLD')
    .option('--all-nodes', 'compare the traffic of every node that both sides have')
    .addOption(listOption('--fail-on <kinds>', 'kinds of changes for exit code 1 (default all)'))
    .addOption(
      new Option('-o, --output <format>', 'what becomes of traffic, or nft: a file for nft -f')
        .choices([...TRAFFIC_FORMATS, 'nft'])
        .default('text'),
    )
    .option(...RECURSIVE)
    .option(...CONFIG)
    .addHelpText('after', NOTES)
  addOptions(diff)
  diff.action(async (paths: string[], flags: Omit<DiffFlags, 'paths'>) => {
    exit(await diffCommand({ ...flags, paths }, rawOptions(diff.opts())))
  })
}
