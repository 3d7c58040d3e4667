import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, readlinkSync, statSync } from 'node:fs'
import { constants as systemConstants } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Family } from '../../address/address.js'
import { IPTABLES } from '../../rules/build.js'
import { EnvironmentError } from '../../util/errors.js'

/** The commands of this machine that load rules: each with the words before its arguments, if any. */
export interface Tools {
  readonly nft: readonly string[]
  /** `iptables-restore` and `ip6tables-restore`, as far as they were asked for. */
  readonly restore: Readonly<Partial<Record<Family, readonly string[]>>>
}

// Where administration commands lie, which is not on the PATH of every user.
const FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** The PATH with the folders of administration commands; who starts a lab has to run with it. */
export const labPath = (path = process.env.PATH ?? ''): string =>
  [...new Set([...path.split(delimiter).filter(folder => folder !== ''), ...FOLDERS])].join(
    delimiter,
  )

/** The package that brings each command, where distributions differ in their names. */
const PACKAGES = {
  nft: 'nftables',
  ip: 'iproute2, on Fedora iproute',
  unshare: 'util-linux, on Alpine util-linux-misc',
  nsenter: 'util-linux, on Alpine util-linux-misc',
} as const
const RESTORE_PACKAGE = 'iptables, on Fedora iptables-nft'

/** The command that loads rules for iptables of a family. */
export const restoreCommand = (family: Family): string => `${IPTABLES[family].command}-restore`

/**
 * The words before the arguments of a restore command. The legacy one takes a lock, which the whole
 * machine would share, and of which a file would remain: here it is that of the network namespace.
 */
export const restoreWords = (command: string): readonly string[] => [
  'env',
  'XTABLES_LOCKFILE=/proc/self/ns/net',
  command,
  '-w',
  '5',
]

/**
 * The commands of a lab on this machine.
 *
 * @param families those of which rules for iptables are to be loaded
 * @throws EnvironmentError naming every one that is missing, and its package
 */
export function findTools(
  families: readonly Family[] = [],
  folders: readonly string[] = labPath().split(delimiter),
): Tools {
  const wanted: readonly (readonly [name: string, source: string])[] = [
    ...Object.entries(PACKAGES),
    ...families.map(family => [restoreCommand(family), RESTORE_PACKAGE] as const),
  ]
  const pathOf = (name: string): string | undefined =>
    folders.map(folder => join(folder, name)).find(isExecutable)
  const found = new Map(wanted.map(([name]) => [name, pathOf(name)]))
  const missing = wanted.filter(([name]) => found.get(name) === undefined)
  if (missing.length === 0) {
    const restore = families.map(family => {
      const name = restoreCommand(family)
      return [family, restoreWords(found.get(name) ?? name)] as const
    })
    return { nft: [found.get('nft') ?? 'nft'], restore: Object.fromEntries(restore) }
  }
  const list = missing.map(([name, source]) => `${name} (package ${source})`)
  throw new EnvironmentError(`missing on this machine: ${list.join('; ')}`)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

// What a lab does, in small. It tells beforehand what each line needs.
const TRIAL = `
  needs() { echo "$1" >&3; }
  needs 'virtual cables (kernel module veth)'; ip link add one type veth peer name other
  needs 'nftables in the kernel (module nf_tables)'; nft 'add table inet trial'
  needs 'kernel settings to be writable (/proc/sys/net)'; echo 1 > /proc/sys/net/ipv4/ip_forward
  needs 'namespaces inside namespaces'; unshare -n sleep 0
  needs 'to enter namespaces'; nsenter -t $$ -n true`

const ADVICE =
  'run as root, or allow user namespaces: sysctl kernel.unprivileged_userns_clone=1 (Debian), ' +
  'sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu); ' +
  'in a container: --privileged, or --cap-add NET_ADMIN,SYS_ADMIN'

// The second way is the first in a user namespace, which root of a container may need as well.
const ROOT_WAY = ['unshare', '-n']
const USER_WAY = ['unshare', '-rn']

/**
 * The words before a command that give it a network of its own and the powers of root over it, tried
 * out with what a lab does there.
 *
 * @throws EnvironmentError that says what is missing and how to get it
 */
export function findOwnNetwork(): readonly string[] {
  const ways = process.getuid?.() === 0 ? [ROOT_WAY, USER_WAY] : [USER_WAY]
  const lacks: string[] = []
  for (const way of ways) {
    const lack = lackOf(way)
    if (lack === undefined) return way
    lacks.push(lack)
  }
  throw new EnvironmentError(lacks[0] ?? '')
}

function lackOf(way: readonly string[]): string | undefined {
  const [command = '', ...words] = [...way, 'sh', '-ec', TRIAL]
  const { status, stderr, error, output } = spawnSync(command, words, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: labPath() },
  })
  if (status === 0) return undefined
  const cause = error?.message ?? (stderr.trim() || `status ${status}`)
  const need = output?.[3]?.trim().split('\n').at(-1)
  const advice = adviceOn(cause)
  return need
    ? `a network of its own needs ${need}: ${cause}${advice}`
    : `no network of its own by ${way.join(' ')}: ${cause}${advice}`
}

function adviceOn(cause: string): string {
  if (/permitted|denied/i.test(cause)) return `; ${ADVICE}`
  return /read-only/i.test(cause) ? '; in a container: --privileged' : ''
}

// Tells the process inside which network it has left; so a stray variable cannot make it believe that
// it is inside.
const LEFT = 'KUBENAT_LEFT_NETWORK'
const currentNetwork = (): string => readlinkSync('/proc/self/ns/net')

/**
 * Has this process do its work in a network of its own: starts it anew there with the same arguments,
 * streams and signals, and resolves to its exit status. In that second process, which meets this very
 * call again, it does the work. If either is killed the other ends, and with it all that it started.
 *
 * @throws EnvironmentError if the machine does not allow it
 */
export async function inOwnNetwork(work: () => Promise<number>): Promise<number> {
  const left = process.env[LEFT]
  if (left === undefined || left === currentNetwork()) {
    return startInside(findOwnNetwork())
  }
  // The channel holds nothing but the news that the first process is gone.
  process.on('disconnect', () => process.exit(3))
  process.channel?.unref()
  // Leaving is cleaning up: everything of a lab ends with this process.
  for (const signal of SIGNALS) process.on(signal, () => process.exit(statusOf(null, signal)))
  return work()
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function startInside([command = '', ...words]: readonly string[]): Promise<number> {
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const inside = spawn(command, [...words, ...again], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: labPath(), [LEFT]: currentNetwork() },
  })
  const forward = (signal: NodeJS.Signals): unknown => inside.kill(signal)
  for (const signal of SIGNALS) process.on(signal, forward)
  return new Promise((resolve, reject) => {
    inside.on('error', ({ message }) => reject(new EnvironmentError(message)))
    inside.on('exit', (status, signal) => {
      for (const signal of SIGNALS) process.off(signal, forward)
      resolve(statusOf(status, signal))
    })
  })
}

/** The exit status that a shell gives to a process that a signal has ended. */
const statusOf = (status: number | null, signal: NodeJS.Signals | null): number =>
  signal ? 128 + systemConstants.signals[signal] : (status ?? 0)
