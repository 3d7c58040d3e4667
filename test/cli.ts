import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { bundleCommand } from '../src/build/bundle.js'

// The command as users have it: bundled once for all tests of a process, and started like any program.

/** A folder for files of tests, and what writes a file there and returns its path. */
export interface Folder {
  readonly folder: string
  readonly fileIn: (name: string, text: string) => string
}

const folders: string[] = []
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Makes such a folder, which ends with the process. */
export function makeFolder(): Folder {
  const folder = mkdtempSync(join(tmpdir(), 'kubenat-tests-'))
  folders.push(folder)
  const fileIn = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  return { folder, fileIn }
}

/** The bundled command. */
export const KUBENAT = join(makeFolder().folder, 'cli.cjs')
await bundleCommand(KUBENAT)

/** What a run of the command comes to. */
export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the command to its end. It never shows a stack trace, whatever it is given. */
export function kubenat(
  args: readonly string[],
  input = '',
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [KUBENAT, ...args], {
    input,
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...env },
    maxBuffer: 2 ** 30,
  })
  assert.not.match(stderr, /\n {4}at /, 'a stack trace')
  return { code: status, out: stdout, err: stderr }
}

/** Refused: a message, and nothing on standard output. */
export function refused({ code, out, err }: Outcome, message: RegExp, expected = 2): void {
  assert.is(code, expected, err)
  assert.is(out, '')
  assert.match(err, message)
}
