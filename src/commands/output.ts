import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { EnvironmentError } from '../util/errors.js'

/** One file to be written. */
export interface OutputFile {
  readonly path: string
  readonly text: string
}

/**
 * Writes files so that a reader finds each old or new, never half: all go to temporary files beside
 * their places first, and are renamed only when every one is written.
 *
 * @throws EnvironmentError if one can't be written; then none has changed
 */
export function writeFiles(files: Iterable<OutputFile>): void {
  const written: { temporary: string; path: string }[] = []
  let current = ''
  try {
    for (const { path, text } of files) {
      current = path
      const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
      written.push({ temporary, path })
      writeFileSync(temporary, text)
    }
    for (const { temporary, path } of written) {
      current = path
      renameSync(temporary, path)
    }
  } catch (cause) {
    for (const { temporary } of written) rmSync(temporary, { force: true })
    throw new EnvironmentError(`cannot write ${current}: ${messageOf(cause)}`)
  }
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
    throw new EnvironmentError(`cannot make folder ${path}: ${messageOf(cause)}`)
  }
}

/** Writes to standard output and waits until a slow reader has taken it all. */
export const writeStdout = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, error => {
      if (!error || (error as NodeJS.ErrnoException).code === 'EPIPE') resolve()
      else reject(new EnvironmentError(`cannot write to standard output: ${error.message}`))
    })
  })

const messageOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause)

/** Whether messages may be coloured: a terminal, unless NO_COLOR or TERM=dumb; FORCE_COLOR insists. */
export const stderrColor = (): boolean => isColored(process.stderr)

/** The same of what goes to standard output. */
export const stdoutColor = (): boolean => isColored(process.stdout)

function isColored(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== '0'
  return stream.isTTY === true && TERM !== 'dumb'
}
