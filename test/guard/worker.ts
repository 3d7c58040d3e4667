import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DONE } from './done.js'

// worker.ts DIR CLAIMS FILE...: runs the test files that no other worker has taken, one after another.
// Whoever makes the file CLAIMS/N takes file N, so that no worker waits while others have much to do.

const [dir = '', claims = '', ...files] = process.argv.slice(2)

// uvu is told by global names to leave the suites to its command, which this is.
const uvu: { UVU_DEFER?: number; UVU_QUEUE?: unknown[][] } = globalThis as object
uvu.UVU_DEFER = 1
const { exec } = await import('uvu')

let code: typeof process.exitCode = 0
for (const [i, file] of files.entries()) {
  if (!isFirst(join(claims, String(i)))) continue
  uvu.UVU_QUEUE = [[file]]
  await import(pathToFileURL(join(dir, file)).href)
  await exec()
  code ||= process.exitCode
}
process.exitCode = code
process.stdout.write(DONE)

function isFirst(claim: string): boolean {
  try {
    writeFileSync(claim, '', { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
