import {
  type ChildProcess,
  type ChildProcessByStdio,
  type SpawnOptions,
  type StdioOptions,
  spawn,
} from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
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

/** A namespace to be made, and what is done in it first. */
export interface NamespacePlan {
  readonly name: string
  /** Kernel settings, e.g. `net/ipv4/ip_forward=1`. */
  readonly settings?: readonly string[]
  /** Commands of `ip`. */
  readonly commands?: readonly string[]
}

/** Everything one run has started; closing it leaves nothing behind. */
export interface Lab {
  /** A new, empty namespace with both families on, not forwarding. */
  readonly namespace: (name: string) => Promise<Namespace>
  /** Several of them, furnished, in the order of their plans, at less cost than one by one. */
  readonly namespaces: (plans: readonly NamespacePlan[]) => Promise<readonly Namespace[]>
  /** Starts a process that must end when its stdin closes, and with the lab. */
  readonly start: (argv: readonly string[]) => Guest
  /** Starts a process to talk to by messages, which must end when its channel closes. */
  readonly startPeer: (argv: readonly string[]) => ChildProcess
  readonly close: () => Promise<void>
}

// Set outright, because a new namespace takes some of these from the machine. Reverse path filters
// would judge routes that nobody means; limits on ICMP errors (the masks say which types they cover)
// would swallow refusals; duplicate address detection would hold addresses back for a second.
const SYSCTLS = [
  'net/ipv4/ip_forward=0',
  ...['all', 'default'].flatMap(device =>
    ['rp_filter=0', 'send_redirects=0', 'accept_redirects=0'].map(
      setting => `net/ipv4/conf/${device}/${setting}`,
    ),
  ),
  'net/ipv4/icmp_ratemask=0',
  'net/ipv6/icmp/ratemask=0',
  ...['all', 'default'].flatMap(device =>
    ['disable_ipv6=0', 'accept_dad=0', 'accept_ra=0', 'accept_redirects=0', 'forwarding=0'].map(
      setting => `net/ipv6/conf/${device}/${setting}`,
    ),
  ),
]

/** The lines of a shell script that sets kernel settings, given as `net/ipv4/ip_forward=1`. */
const sysctlLines = (settings: readonly string[]): readonly string[] =>
  settings.map(setting => {
    const [path, value] = setting.split('=')
    return `echo ${value} > /proc/sys/${path}`
  })

// One process holds each namespace, a `cat` that reads the stdin of the script: it ends when this
// process, and with it the pipe, is gone. What goes wrong is told on stdout, where it is awaited.
const HOLD = [
  ...sysctlLines(SYSCTLS),
  'eval "$2"',
  'printf "%s" "$3" | ip -batch -',
  'echo "held $1 $$"',
  'exec cat > /dev/null 2>&1',
].join('\n')
const HOLD_ALL = `
  exec 3<&0
  hold=$1; number=0; shift
  while [ $# -gt 0 ]; do
    unshare -n sh -ec "$hold" sh "$number" "$1" "$2" <&3 2>&1 &
    shift 2; number=$((number + 1))
  done
  exec 1>&- 3<&-
  wait`
// Namespaces for one script; the plans of more might not fit the arguments of a process.
const AT_ONCE = 200

/** A lab without namespaces. Close it in any case: its processes keep this process alive. */
export function openLab(): Lab {
  const guests: (() => Promise<void>)[] = []
  let closed = false
  const track = <T extends ChildProcess>(guest: T, ask: (guest: T) => unknown): T => {
    guests.push(() => end(guest, () => ask(guest)))
    return guest
  }
  // Whoever was still waiting for something when the lab closed must not start it after that.
  const assertOpen = (): void => {
    if (closed) throw new Error('the lab is closed')
  }
  const start = ([command = '', ...words]: readonly string[]): Guest => {
    assertOpen()
    const guest = spawn(command, words, { ...anywhere(), stdio: ['pipe', 'pipe', 'inherit'] })
    return track(guest, ({ stdin }) => stdin.end())
  }
  const startPeer = ([command = '', ...words]: readonly string[]): ChildProcess => {
    assertOpen()
    const stdio: StdioOptions = ['ignore', 'ignore', 'inherit', 'ipc']
    const peer = spawn(command, words, { ...anywhere(), stdio })
    return track(peer, ({ connected }) => connected && peer.disconnect())
  }
  const namespaces = async (plans: readonly NamespacePlan[]): Promise<readonly Namespace[]> => {
    const chunks = Array.from({ length: Math.ceil(plans.length / AT_ONCE) }, (_, index) =>
      plans.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
    )
    const created: Namespace[] = []
    for (const chunk of chunks) created.push(...(await hold(start, chunk)))
    return created
  }
  return {
    namespaces,
    namespace: async name => (await namespaces([{ name }]))[0] as Namespace,
    start,
    startPeer,
    close: async () => {
      closed = true
      await Promise.all(guests.splice(0).map(endGuest => endGuest()))
    },
  }
}

/** Makes namespaces, and has one process hold each. */
async function hold(
  start: Lab['start'],
  plans: readonly NamespacePlan[],
): Promise<readonly Namespace[]> {
  const furniture = plans.flatMap(({ settings = [], commands = [] }) => [
    sysctlLines(settings).join('\n'),
    ['link set lo up', ...commands, ''].join('\n'),
  ])
  const pids = await heldPids(start(['sh', '-c', HOLD_ALL, 'sh', HOLD, ...furniture]), plans.length)
  return plans.map(({ name }, index) => {
    const pid = pids.get(index) ?? 0
    return { name, pid, enter: ['nsenter', '-t', `${pid}`, '-n'] }
  })
}

/** Process ids of the holders, by their numbers. */
function heldPids(script: Guest, count: number): Promise<ReadonlyMap<number, number>> {
  return new Promise((resolve, reject) => {
    const pids = new Map<number, number>()
    // Complaints, or mere warnings: which of them it is shows at the end.
    const said: string[] = []
    const fail = (reason: string): void => reject(new Error(`no network namespace: ${reason}`))
    const lines = createInterface({ input: script.stdout })
    lines.on('line', line => {
      const [, number, pid] = /^held (\d+) (\d+)$/.exec(line) ?? []
      if (pid === undefined) return said.push(line)
      pids.set(Number(number), Number(pid))
      return pids.size === count && resolve(pids)
    })
    lines.on('close', () => fail(said.join('; ') || 'its process has ended'))
    script.on('error', ({ message }) => fail(message))
  })
}

/**
 * Settings of processes that do not depend on where they are started: not on the folder, which may be
 * gone, and not on what a user has set for Node itself, which would slow every peer down, or break it.
 */
function anywhere(): Pick<SpawnOptions, 'cwd' | 'env'> {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...others } = process.env
  return { cwd: '/', env: others }
}

async function end(guest: ChildProcess, ask: () => void): Promise<void> {
  if (guest.pid === undefined || guest.exitCode !== null || guest.signalCode !== null) return
  const ended = once(guest, 'exit')
  const impatience = setTimeout(() => guest.kill('SIGKILL'), 2000)
  ask()
  await ended
  clearTimeout(impatience)
}

/** A command that ended with a status other than 0. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  /** What it said on stderr, without white space around it; its status if it said nothing. */
  readonly stderr: string

  constructor(message: string, stderr: string) {
    super(message)
    this.stderr = stderr
  }
}

/**
 * Runs a command inside a namespace and returns its stdout.
 *
 * @throws CommandError
 */
export async function run(
  namespace: Namespace,
  argv: readonly string[],
  input = '',
): Promise<string> {
  const [command = '', ...words] = [...namespace.enter, ...argv]
  const child = spawn(command, words, { cwd: '/' })
  const ended = once(child, 'close') as Promise<[number | null]>
  // A command that ends before it has read its input is told by its status, not by EPIPE.
  child.stdin.on('error', () => {}).end(input)
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ])
  if (status === 0) return stdout
  const said = stderr.trim() || `status ${status}`
  throw new CommandError(`in ${namespace.name}: ${argv.join(' ')}: ${said}`, said)
}

/** Sets kernel settings, given as `net/ipv4/ip_forward=1`. */
export async function setSysctls(namespace: Namespace, settings: readonly string[]): Promise<void> {
  await run(namespace, ['sh', '-e'], sysctlLines(settings).join('\n'))
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
