/**
 * Holds the program to its own promises. A failure is a bug of kubenat, never the user's mistake
 * (that is a diagnostic).
 *
 * @throws Error naming the broken promise
 */
export function invariant(condition: unknown, promise: string): asserts condition {
  if (!condition) throw new Error(`internal error: ${promise}`)
}
