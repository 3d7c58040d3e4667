import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sourceProblems } from './source-problems.js'

// uvu with its silent passes closed: a suite that is never run, one with `.only` left in it, a hook that
// throws, no tests at all, a promise that never settles and a handle that stays open all fail here.

/** Results of tests. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Test files to be run in one process. */
export interface Group {
  readonly dir: string
  /** Paths below `dir`. */
  readonly files: readonly string[]
  /** Seconds after which the process is ended. */
  readonly limit: number
  /** Seconds that handles have to close after the last test; 10 if absent. */
  readonly grace?: number
  /** The words before the command, where it has to be run by another. */
  readonly prefix?: readonly string[]
}

/** Takes what the tests print, as they print it. */
export type Print = (text: string) => void

/** Results, and what uvu passes over in silence, a message each. */
export interface Judgement extends Tally {
  readonly problems: readonly string[]
}

/** Runs test files through uvu in a process of their own and counts what really happened. */
export async function runGuarded(group: Group, print: Print): Promise<Judgement> {
  if (group.files.length === 0)
    return { passed: 0, failed: 1, skipped: 0, problems: ['there is no test file'] }
  const left = group.files.flatMap(file =>
    sourceProblems(file, readFileSync(join(group.dir, file), 'utf8')),
  )
  const { passed, failed, skipped, problems } = judge(await runUvu(group, print))
  return { passed, failed: failed + left.length, skipped, problems: [...left, ...problems] }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const UVU = join(ROOT, 'node_modules/uvu/bin.js')
const SEED = fileURLToPath(new URL('./seed.ts', import.meta.url))

/** What uvu's process printed and how it ended. */
interface Ending {
  readonly output: string
  readonly status: number | null
  /** Why it was killed, if it was. */
  readonly killed: string | undefined
}

function runUvu(
  { dir, files, limit, grace = 10, prefix = [] }: Group,
  print: Print,
): Promise<Ending> {
  const pattern = `^(${files.map(file => file.replace(/[.+()[\]]/g, '\\$&')).join('|')})$`
  const node = [
    process.execPath,
    '--import',
    'tsx',
    '--import',
    SEED,
    UVU,
    dir,
    pattern,
    '--no-color',
  ]
  const [command = '', ...words] = [...prefix, ...node]
  // A process group of its own, so that what the tests have started can be ended with them.
  const child = spawn(command, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    cwd: ROOT,
  })
  return new Promise((resolve, reject) => {
    let output = ''
    let killed: string | undefined
    const endGroup = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has just ended by itself.
      }
    }
    const killIn = (seconds: number, reason: string) =>
      setTimeout(() => {
        killed = reason
        endGroup()
      }, seconds * 1000)
    let timer = killIn(limit, `the tests have taken more than ${limit} seconds`)
    process.once('exit', endGroup)
    child.stderr.setEncoding('utf8').on('data', print)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      print(text)
      output += text
      if (!SUMMARY.test(output)) return
      clearTimeout(timer)
      timer = killIn(grace, 'the process lives on after its last test: a handle is open')
    })
    child.once('error', reject)
    child.once('close', status => {
      clearTimeout(timer)
      process.off('exit', endGroup)
      resolve({ output, status, killed })
    })
  })
}

const SUMMARY = /\n {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)\n/
const SUITE_RESULT = /\((\d+) \/ (\d+)\)$/gm
const FAILURE = /^ {3}FAIL /gm

function judge({ output, status, killed }: Ending): Judgement {
  const suites = [...output.matchAll(SUITE_RESULT)].map(([, passed, total]) => ({
    passed: Number(passed),
    total: Number(total),
  }))
  const summary = SUMMARY.exec(output)
  // Without a summary, the suites that came to their end have printed their results.
  const [total = 0, passed = 0, skipped = 0] = summary
    ? summary.slice(1).map(Number)
    : [sum(suites.map(suite => suite.total)), sum(suites.map(suite => suite.passed)), 0]
  const failures = [...output.matchAll(FAILURE)].length
  const notRun = total - passed - failures
  const problems = [
    ...suites.filter(suite => suite.total === 0).map(() => 'a suite has no tests'),
    ...(killed ? [killed] : summary ? [] : [UNFINISHED]),
  ]
  const unexplained = status !== 0 && total === passed && problems.length === 0
  return {
    passed,
    skipped,
    failed: total - passed + problems.length + (unexplained ? 1 : 0),
    problems: [
      ...problems,
      ...(notRun > 0 ? [`${notRun} tests did not run: a hook of their suite threw`] : []),
      ...(unexplained ? [`uvu ended with status ${status}`] : []),
    ],
  }
}

const UNFINISHED =
  'the process ended before its tests did (a promise that never settles, process.exit, a file that ' +
  'cannot be loaded): the output ends where it happened'

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
