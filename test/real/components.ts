import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MODULE = fileURLToPath(new URL('.', import.meta.url))

/** The components of a cluster, built from the modules that go.sum pins. */
const COMPONENTS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-proxy'] as const

/** Whether this machine can build the components. */
export function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/**
 * The folder with the built components, outside the checkout: building takes minutes, and is done once
 * for all that goes into it.
 */
export function builtComponents(): string {
  const sources = [
    'go.mod',
    'go.sum',
    ...readdirSync(join(MODULE, 'cmd')).map(name => `cmd/${name}/main.go`),
  ]
  const hash = createHash('sha256')
  for (const file of sources) hash.update(readFileSync(join(MODULE, file)))
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const folder = join(cache, 'kubenat', 'real', hash.digest('hex').slice(0, 16))
  if (COMPONENTS.every(name => existsSync(join(folder, name)))) return folder
  console.error('building etcd and the components of Kubernetes: this takes minutes, once')
  const building = `${folder}.${process.pid}`
  mkdirSync(building, { recursive: true })
  execFileSync('go', ['build', '-o', `${building}/`, './cmd/...'], {
    cwd: MODULE,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  rmSync(folder, { recursive: true, force: true })
  renameSync(building, folder)
  return folder
}

/** A component that runs. */
export interface Component {
  /** Whether it has ended by itself. */
  readonly hasEnded: () => boolean
  /** What it has said so far. */
  readonly log: () => string
  readonly stop: () => Promise<void>
}

/** Starts a component, which writes its log to a file of the folder. */
export function startComponent(
  command: string,
  words: readonly string[],
  folder: string,
): Component {
  const name = command.slice(command.lastIndexOf('/') + 1)
  const path = join(folder, `${name}.log`)
  const log = openSync(path, 'a')
  const child = spawn(command, words, { stdio: ['ignore', log, log] })
  const ended = new Promise<void>(resolve => child.on('exit', () => resolve()))
  return {
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    log: () => readFileSync(path, 'utf8'),
    stop: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
