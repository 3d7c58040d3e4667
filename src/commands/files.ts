import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EnvironmentError } from '../util/errors.js'
import { visible } from '../util/text.js'

/** One file to be written. */
export interface OutputFile {
  readonly path: string
  readonly text: string
}

interface Written {
  readonly path: string
  readonly temporary: string
  readonly target: string
}

/**
 * Writes files so that a reader finds each old or new, never half, and a machine that loses power too:
 * all go to temporary files beside their places first and onto the disk, and are renamed only when
 * every one is written. Symbolic links are followed; mode and owner of a file that is there are kept.
 * What is no regular file (a pipe, /dev/stdout) is written to as it is, after the others.
 *
 * @throws EnvironmentError if one can't be written; no file has changed unless all had room on the disk
 */
export function writeFiles(files: Iterable<OutputFile>): void {
  const written: Written[] = []
  const streams: OutputFile[] = []
  let current = ''
  try {
    for (const file of files) {
      current = file.path
      const target = targetOf(file.path)
      const before = statSync(target, { throwIfNoEntry: false })
      if (before && !before.isFile()) {
        if (before.isDirectory()) throw new Error('is a directory')
        streams.push(file)
        continue
      }
      const temporary = join(
        dirname(target),
        `.${basename(target)}.${randomBytes(6).toString('hex')}`,
      )
      written.push({ path: file.path, temporary, target })
      writeTemporary(temporary, file.text, before)
    }
    for (const { path, temporary, target } of written) {
      current = path
      renameSync(temporary, target)
    }
    for (const folder of new Set(written.map(({ target }) => dirname(target)))) syncFolder(folder)
    for (const { path, text } of streams) {
      current = path
      writeFileSync(path, text)
    }
  } catch (cause) {
    for (const { temporary } of written) rmSync(temporary, { force: true })
    throw new EnvironmentError(`cannot write ${visible(current)}: ${messageOf(cause)}`)
  }
}

const MOST_LINKS = 40

/** Where the symbolic links of a path lead in the end, whether a file is there or not. */
function targetOf(path: string): string {
  let target = path
  for (let links = 0; links < MOST_LINKS; links++) {
    const next = linkAt(target)
    // The links of /proc/self/fd name pipes and sockets in words of their own.
    if (next === undefined || statSync(target, { throwIfNoEntry: false })?.isFile() === false)
      return target
    target = resolve(dirname(target), next)
  }
  throw new Error('too many symbolic links')
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

/** Writes a text through to the disk, with the mode and owner of the file that it will replace. */
function writeTemporary(path: string, text: string, before: Stats | undefined): void {
  const file = openSync(path, 'wx', before ? PRIVATE : READABLE)
  try {
    if (before) keepOwner(file, before)
    if (before) fchmodSync(file, before.mode & ALL_BITS)
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const READABLE = 0o666
const PRIVATE = 0o600
const ALL_BITS = 0o7777

/** Only root may give a file away; the group at least is kept where one is a member of it. */
function keepOwner(file: number, { uid, gid }: Stats): void {
  if (attempt(() => fchownSync(file, uid, gid))) return
  attempt(() => fchownSync(file, -1, gid))
}

function attempt(action: () => void): boolean {
  try {
    action()
    return true
  } catch {
    return false
  }
}

/** Brings the names of a folder onto the disk, where its file system can do so. */
function syncFolder(path: string): void {
  attempt(() => {
    const folder = openSync(path, constants.O_RDONLY)
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  })
}

/**
 * Makes a folder with its parents where it is missing.
 *
 * @throws EnvironmentError
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (cause) {
    throw new EnvironmentError(`cannot make folder ${visible(path)}: ${messageOf(cause)}`)
  }
}

/** Who holds a lock, as its file says. */
interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process was started, in the kernel's own count: another process may get its number. */
  readonly started: string
}

const POLL_MILLISECONDS = 50
const MOST_MILLISECONDS = 60_000
/** After so long a lock file without a holder is one whose process ended before it could write. */
const EMPTY_MILLISECONDS = 5_000

/**
 * Does something while no other process that asks the same does, by the file `PATH.lock` beside the
 * file that `path` leads to. A process that has to wait says for whom. The lock of a process that is no
 * more is taken over.
 *
 * @throws EnvironmentError where the lock is not free within a minute, or cannot be made
 */
export async function whileLocked<T>(path: string, action: () => Promise<T>): Promise<T> {
  const lock = `${targetOf(path)}.lock`
  const own: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) ?? '' }
  const release = (): void => rmSync(lock, { force: true })
  await takeLock(path, lock, JSON.stringify(own))
  process.once('exit', release)
  try {
    return await action()
  } finally {
    process.off('exit', release)
    release()
  }
}

async function takeLock(path: string, lock: string, own: string): Promise<void> {
  const deadline = Date.now() + MOST_MILLISECONDS
  let told = ''
  for (;;) {
    if (isCreated(path, lock, own)) return
    const found = readLock(lock)
    if (found === undefined) continue
    const { holder } = found
    const who = holderText(holder)
    if (isStale(found)) removeStale(lock)
    else if (Date.now() > deadline)
      throw new EnvironmentError(
        `${visible(path)} is in use by ${who}: if that is no more, remove ${visible(lock)}`,
      )
    else if (holder && who !== told) {
      process.stderr.write(`waits until ${who} is done with ${visible(path)}\n`)
      told = who
    }
    await sleep(POLL_MILLISECONDS)
  }
}

/** @throws EnvironmentError if the lock file can't be made for another reason than that it is there */
function isCreated(path: string, lock: string, own: string): boolean {
  try {
    writeFileSync(lock, own, { flag: 'wx' })
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new EnvironmentError(`cannot lock ${visible(path)}: ${messageOf(cause)}`)
  }
}

interface Found {
  readonly holder: Holder | undefined
  readonly age: number
}

/** What a lock file says; nothing where it has just gone. */
function readLock(lock: string): Found | undefined {
  try {
    const text = readFileSync(lock, 'utf8')
    return { holder: holderOf(text), age: Date.now() - statSync(lock).mtimeMs }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new EnvironmentError(`cannot read ${visible(lock)}: ${messageOf(cause)}`)
  }
}

function holderOf(text: string): Holder | undefined {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<Holder>
    const isHolder = Number.isInteger(pid) && typeof host === 'string'
    return isHolder ? { pid: Number(pid), host, started: String(started ?? '') } : undefined
  } catch {
    return undefined
  }
}

function isStale({ holder, age }: Found): boolean {
  if (holder === undefined) return age > EMPTY_MILLISECONDS
  // Of another machine's processes nothing is known.
  if (holder.host !== hostname()) return false
  return !isAlive(holder.pid) || (startOf(holder.pid) ?? holder.started) !== holder.started
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The time of a process's start, where the system tells it: field 22 of /proc/PID/stat. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses before may hold blanks and parentheses itself.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

/**
 * Takes a stale lock away. Of several who try, one at a time looks again and removes it: else a slow
 * one would remove the lock that a fast one has made in its place.
 */
function removeStale(lock: string): void {
  const guard = `${lock}.stale`
  if (!attempt(() => writeFileSync(guard, '', { flag: 'wx' }))) {
    const { mtimeMs = Date.now() } = statSync(guard, { throwIfNoEntry: false }) ?? {}
    if (Date.now() - mtimeMs > EMPTY_MILLISECONDS) rmSync(guard, { force: true })
    return
  }
  try {
    const found = readLock(lock)
    if (found && isStale(found)) rmSync(lock, { force: true })
  } finally {
    rmSync(guard, { force: true })
  }
}

const holderText = (holder: Holder | undefined): string =>
  holder === undefined
    ? 'another process'
    : `process ${holder.pid}${holder.host === hostname() ? '' : ` of ${visible(holder.host)}`}`

const messageOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause)
