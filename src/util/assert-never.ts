/** Marks a branch the types say can't be reached; a new union member makes the call fail to compile. */
export function assertNever(value: never, what: string): never {
  throw new Error(`unexpected ${what}: ${JSON.stringify(value)}`)
}
