import { type GoldenMode, type GoldenReport, runGoldens, updateRefusal } from '../golden/run.js'

/** The part of `process` that the command needs. */
export interface GoldenIo {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Compares the golden cases of directories, diffs to stdout and the rest to stderr. Returns the exit
 * code: 0 all as expected (or updated), 1 differences, 2 bad usage or a directory that is in disorder.
 */
export function runGoldenCommand(dirs: readonly string[], mode: GoldenMode, io: GoldenIo): number {
  const say = (text: string) => io.stderr.write(`${text}\n`)
  if (dirs.length === 0) {
    say('error: name at least one directory of golden cases')
    return 2
  }
  const refusal = mode.update ? updateRefusal(io.env) : undefined
  if (refusal !== undefined) {
    say(`error: ${refusal}`)
    return 2
  }
  const reports = dirs.map(dir => runGoldens(dir, mode))
  for (const report of reports) printReport(report, io)
  const cases = reports.flatMap(report => report.cases)
  const different = cases.filter(one => one.status === 'different').length
  const updated = cases.filter(one => one.status === 'updated').length
  const outcome = mode.update ? `${updated} updated` : `${different} different`
  say(`${cases.length} ${cases.length === 1 ? 'case' : 'cases'}, ${outcome}`)
  if (reports.some(report => report.problems.length > 0)) return 2
  return different > 0 ? 1 : 0
}

function printReport(report: GoldenReport, io: GoldenIo): void {
  for (const problem of report.problems) io.stderr.write(`error: ${problem}\n`)
  for (const { name, status, differences } of report.cases) {
    if (status === 'same') continue
    io.stderr.write(`${name}: ${differences.map(({ file }) => file).join(', ')} ${status}\n`)
    if (status === 'different') io.stdout.write(differences.map(({ diff }) => diff).join(''))
  }
}
