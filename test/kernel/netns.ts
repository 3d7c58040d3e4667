import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** A process that lives until its stdin closes. */
export type Guest = ChildProcessByStdio<Writable, Readable, null>

/** A network namespace without a name: it lives as long as the process that holds it. */
export interface Namespace {
  readonly name: string
  /** A process inside it. */
  readonly pid: number
  /** The words before a command that make it run inside. */
  readonly enter: readonly string[]
}

/** Everything one test has started; closing it leaves nothing behind. */
export interface Lab {
  /** A new, empty namespace with both families on, not forwarding. */
  readonly namespace: (name: string) => Promise<Namespace>
  /** Starts a process that must end when its stdin closes, and with the lab. */
  readonly start: (argv: readonly string[]) => Guest
  readonly close: () => Promise<void>
}

// Set outright, because a new namespace takes some of these from the machine. Reverse path filters
// would judge routes that tests do not mean; limits on ICMP errors (the masks say which types they
// cover) would swallow refusals; duplicate address detection would hold addresses back for a second.
const SYSCTLS = [
  'net/ipv4/ip_forward=0',
  'net/ipv4/conf/all/rp_filter=0',
  'net/ipv4/conf/default/rp_filter=0',
  'net/ipv4/icmp_ratemask=0',
  'net/ipv6/icmp/ratemask=0',
  ...['all', 'default'].flatMap(device =>
    ['disable_ipv6=0', 'accept_dad=0', 'accept_ra=0', 'forwarding=0'].map(
      setting => `net/ipv6/conf/${device}/${setting}`,
    ),
  ),
]

/** A lab without namespaces. Close it in any case: its processes keep the test's own process alive. */
export function openLab(): Lab {
  const guests: Guest[] = []
  const start = ([command = '', ...words]: readonly string[]): Guest => {
    const guest = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    guests.push(guest)
    return guest
  }
  const namespace = async (name: string): Promise<Namespace> => {
    // `cat` holds the namespace: it ends when this process, and with it the pipe, is gone.
    const holder = start(['unshare', '-n', 'sh', '-c', 'echo held && exec cat > /dev/null'])
    await Promise.race([
      once(holder.stdout, 'data'),
      once(holder, 'exit').then(() => {
        throw new Error(`no namespace for ${name}: unshare -n failed`)
      }),
    ])
    const created = {
      name,
      pid: holder.pid as number,
      enter: ['nsenter', '-t', `${holder.pid}`, '-n'],
    }
    await setSysctls(created, SYSCTLS)
    await ip(created, 'link set lo up')
    return created
  }
  const close = async (): Promise<void> => {
    await Promise.all(guests.splice(0).map(end))
  }
  return { start, namespace, close }
}

async function end(guest: Guest): Promise<void> {
  if (guest.exitCode !== null || guest.signalCode !== null) return
  const ended = once(guest, 'exit')
  const impatience = setTimeout(() => guest.kill('SIGKILL'), 2000)
  guest.stdin.end()
  await ended
  clearTimeout(impatience)
}

/** Sets kernel settings, given as `net/ipv4/ip_forward=1`. */
export async function setSysctls(namespace: Namespace, settings: readonly string[]): Promise<void> {
  const lines = settings.map(setting => {
    const [path, value] = setting.split('=')
    return `echo ${value} > /proc/sys/${path}`
  })
  await run(namespace, ['sh', '-e'], lines.join('\n'))
}

/** Runs `ip` commands (`address add ...`) inside a namespace, all in one process. */
export async function ip(namespace: Namespace, ...commands: readonly string[]): Promise<void> {
  await run(namespace, ['ip', '-batch', '-'], commands.join('\n'))
}

/** Joins two namespaces by a cable, and brings its two ends up. */
export async function cable(
  [one, device]: readonly [Namespace, string],
  [other, peer]: readonly [Namespace, string],
): Promise<void> {
  await ip(one, `link add ${device} type veth peer name ${peer} netns ${other.pid}`)
  await Promise.all([ip(one, `link set ${device} up`), ip(other, `link set ${peer} up`)])
}

/** Runs a command inside a namespace and returns its stdout; throws with its stderr if it fails. */
export async function run(
  namespace: Namespace,
  argv: readonly string[],
  input = '',
): Promise<string> {
  const [command = '', ...words] = [...namespace.enter, ...argv]
  const child = spawn(command, words)
  const ended = once(child, 'close') as Promise<[number | null]>
  // A command that ends before it has read its input is told by its status, not by EPIPE.
  child.stdin.on('error', () => {}).end(input)
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ])
  if (status === 0) return stdout
  throw new Error(`in ${namespace.name}: ${argv.join(' ')}: ${stderr.trim() || `status ${status}`}`)
}
