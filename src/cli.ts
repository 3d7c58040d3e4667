#!/usr/bin/env node
import { CommanderError } from 'commander'
import { buildProgram } from './commands/program.js'
import { UsageError } from './util/errors.js'

// Whoever writes hears of it too, and knows a full disk from a reader that has seen enough (`| head`).
process.stdout.on('error', () => {})

// Exit codes: 0 fine, 1 differences, 2 usage or input, 3 the environment. Never process.exit(): it
// would cut off what a pipe has not taken yet.
const exit = (code: number): void => {
  process.exitCode = code
}
buildProgram(exit)
  .parseAsync()
  .catch((error: unknown) => exit(exitCodeOf(error)))

function exitCodeOf(error: unknown): number {
  // commander has printed its own message already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`error: ${message}\n`)
  return error instanceof UsageError ? 2 : 3
}
