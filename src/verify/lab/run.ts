import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { type Namespace, sysctlLines } from './netns.js'

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
