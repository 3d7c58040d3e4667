import { spawn } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { constants as systemConstants } from 'node:os'
import { EnvironmentError } from '../../util/errors.js'
import { findOwnNetwork } from './rights.js'
import { labPath } from './tools.js'

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
