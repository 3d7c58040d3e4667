import { spawnSync } from 'node:child_process'
import { EnvironmentError } from '../../util/errors.js'
import { labPath } from './tools.js'

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
