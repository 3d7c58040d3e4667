/**
 * Holds the program to its own promises. A failure is a bug of kubenat, never the user's mistake
 * (that is a diagnostic).
 *
 * @throws Error naming the broken promise
 */
export function invariant(condition: unknown, promise: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${promise}`)
}

/** Marks a branch the types say can't be reached; a new union member makes the call fail to compile. */
export function assertNever(value: never, what: string): never {
  throw new Error(`unexpected ${what}: ${JSON.stringify(value)}`)
}

/** The outside world failed, not the input: a file that can't be written, a tool that is missing. Exit code 3. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
}

/** Options that cannot be meant: the command line answers with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
