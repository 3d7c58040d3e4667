import { execFile, spawnSync } from 'node:child_process'
import type { Family } from '../../src/address/address.js'
import { type Namespace, run } from '../../src/verify/lab/lab.js'
import { findOwnNetwork } from '../../src/verify/lab/tools.js'

/** One implementation of iptables that works here. */
export interface Iptables {
  readonly name: 'nft' | 'legacy'
  /** The command of a family; `-restore` and `-save` are appended to it. */
  readonly command: (family: Family) => string
}

const NAMES = ['nft', 'legacy'] as const

const iptablesOf = (name: (typeof NAMES)[number]): Iptables => ({
  name,
  command: family => `${family === 'IPv4' ? 'iptables' : 'ip6tables'}-${name}`,
})

/**
 * The implementations that work in this kernel, which may lack the legacy one. Says on stderr what does
 * not work, and why.
 */
export function iptablesVersions(): readonly Iptables[] {
  return NAMES.map(iptablesOf).filter(iptables => {
    const script = `echo '*nat\nCOMMIT' | "$0-restore" -w 5`
    const [unshare = '', ...words] = [...findOwnNetwork(), 'sh', '-ec', LOCK + script]
    const argv = [...words, iptables.command('IPv4')]
    const { status, stderr, error } = spawnSync(unshare, argv, { encoding: 'utf8' })
    if (status !== 0)
      console.error(`SKIPPED: iptables-${iptables.name} does not work: ${error?.message ?? stderr}`)
    return status === 0
  })
}

// Legacy iptables has one lock for all namespaces, at a place where only root may write.
const LOCK = `
  XTABLES_LOCKFILE=$(mktemp); export XTABLES_LOCKFILE
  trap 'rm -f "$XTABLES_LOCKFILE"' EXIT
`

const HELPERS = `
  ${LOCK}
  ipt=$1
  rules=$(cat; echo .)
  rules=\${rules%.}
  load() { printf %s "$rules" | "$ipt-restore" -w 5 "$@"; }
  save() { for table in filter nat; do "$ipt-save" -t $table; done; }
`

/** Stands between what a script prints of several loads. */
export const SEPARATOR = '\f'

/**
 * Runs a shell script in a fresh network namespace. It has `$ipt`, the command, `$rules`, the input,
 * `load ...`, which restores the input, and `save`. Resolves to its stdout; rejects if it fails or
 * says anything on stderr.
 */
export function inFreshTables(
  iptables: Iptables,
  family: Family,
  script: string,
  rules = '',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const argv = ['-n', 'sh', '-ec', HELPERS + script, 'sh', iptables.command(family)]
    const child = execFile('unshare', argv, { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      const failure = stderr || (error && `status ${error.code}`)
      if (failure) reject(new Error(`iptables-${iptables.name}: ${failure}`))
      else resolve(stdout)
    })
    child.stdin?.on('error', () => {}).end(rules)
  })
}

/** Loads whole tables into a namespace, in the place of what they held. */
export async function restoreIn(
  namespace: Namespace,
  iptables: Iptables,
  family: Family,
  rules: string,
): Promise<void> {
  const script = `${LOCK} "$0-restore" -w 5`
  await run(namespace, ['sh', '-ec', script, iptables.command(family)], rules)
}

/** Two tables that hold nothing. */
export const EMPTY = '*filter\nCOMMIT\n*nat\nCOMMIT\n'
