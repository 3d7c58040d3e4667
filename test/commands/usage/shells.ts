import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A shell that the scripts are for. */
export type Shell = 'bash' | 'zsh' | 'fish'

/** The words that a shell offers for each command line, by the script. */
export type Complete = (script: string, lines: readonly string[]) => readonly (readonly string[])[]

export const isInstalled = (shell: Shell): boolean =>
  spawnSync(shell, ['--version']).error === undefined

/** What a command prints; throws with its messages if it fails or complains. */
export function outputOf(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, LC_ALL: 'C', TERM: 'dumb', HOME: tmpdir() },
  })
  if (status === 0 && stderr === '') return stdout
  throw new Error(`${command} ended with ${status}: ${error?.message ?? stderr}`)
}

function inFile<T>(text: string, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'kubenat-completion-'))
  try {
    const path = join(folder, '_kubenat')
    writeFileSync(path, text)
    return use(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Parses the script without running it; throws where the shell cannot. */
export const parse = (shell: Shell, script: string): string =>
  inFile(script, path => outputOf(shell, ['-n', path]))

const rows = (text: string, count: number): string[][] => {
  const found = text.split('\n').slice(0, -1)
  if (found.length !== count) throw new Error(`${found.length} answers to ${count} lines: ${text}`)
  return found.map(row => row.split('\t').filter(word => word !== ''))
}

// Outside of readline there is no compopt: what it would be told is an answer, too.
const BASH = `
source "$1"; shift
compopt() { COMPREPLY+=("<$*>"); }
complete -p kubenat | grep -q -e '-F _kubenat' || exit 1
while (($#)); do
  COMP_WORDS=("\${@:2:$1}") COMP_CWORD=$(($1 - 1)); shift $(($1 + 1))
  _kubenat
  (IFS=$'\\t'; echo "\${COMPREPLY[*]}")
done`

/** As readline cuts a line into words. */
const bashWords = (line: string): string[] => line.split(/ |(?<==)|(?==)/)

const completeInBash: Complete = (script, lines) =>
  inFile(script, path => {
    const words = lines.flatMap(line => {
      const parts = bashWords(line)
      return [String(parts.length), ...parts]
    })
    const args = ['--norc', '--noprofile', '-c', BASH, 'bash', path, ...words]
    return rows(outputOf('bash', args), lines.length)
  })

const ZSH = fileURLToPath(new URL('./zsh-candidates.zsh', import.meta.url))
const completeInZsh: Complete = (script, lines) =>
  inFile(script, path => rows(outputOf('zsh', ['-f', ZSH, path, ...lines]), lines.length))

const FISH = `
source $argv[1]
for line in $argv[2..-1]
    set -l words (complete -C $line | string replace -r '\\t.*' '')
    set -l row (string join \\t -- $words)
    echo "$row"
end`
const completeInFish: Complete = (script, lines) =>
  inFile(script, path =>
    rows(outputOf('fish', ['--no-config', '-c', FISH, path, ...lines]), lines.length),
  )

export const COMPLETE: Readonly<Record<Shell, Complete>> = {
  bash: completeInBash,
  zsh: completeInZsh,
  fish: completeInFish,
}
