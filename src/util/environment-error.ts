/** The outside world failed, not the input: a file that can't be written, a tool that is missing. Exit code 3. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
}
