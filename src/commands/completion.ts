import { Argument, type Command } from 'commander'
import { bashCompletion } from '../render/usage/bash.js'
import type { CommandLine } from '../render/usage/command-line.js'
import { fishCompletion } from '../render/usage/fish.js'
import { zshCompletion } from '../render/usage/zsh.js'
import { commandLineOf } from './command-line.js'
import { writeStdout } from './output.js'

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
export function addCompletion(program: Command, exit: (code: number) => void): void {
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
