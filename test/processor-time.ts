/**
 * Seconds of the processors that something takes. Tests hold limits against these, not against a clock: a
 * machine that is busy with other work must not fail them.
 */
export function processorSeconds(run: () => void): number {
  const start = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}
