import { spawnSync } from 'node:child_process'

/** The words before a command that give it a network of its own and the powers of root over it. */
export const OWN_NETWORK: readonly string[] =
  process.getuid?.() === 0 ? ['unshare', '-n'] : ['unshare', '-rn']

// What the kernel tests do, in small.
const TRIAL = `
  ip link add one type veth peer name other
  nft add table ip trial
  echo 1 > /proc/sys/net/ipv4/ip_forward
  unshare -n sleep 0
  nsenter -t $$ -n true`

/** Why the kernel tests cannot run on this machine; `undefined` if they can. */
export function kernelLacks(): string | undefined {
  const [command = '', ...words] = [...OWN_NETWORK, 'sh', '-ec', TRIAL]
  const { status, stderr, error } = spawnSync(command, words, { encoding: 'utf8' })
  if (status === 0) return undefined
  return (error?.message ?? stderr.trim()) || `${OWN_NETWORK.join(' ')} ended with status ${status}`
}
