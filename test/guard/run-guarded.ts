import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DONE } from './done.js'
import { sourceProblems } from './source-problems.js'

// uvu with its silent passes closed: a suite that is never run, one with `.only` left in it, a hook that
// throws, no tests at all, a promise that never settles and a handle that stays open all fail here.

/** Results of tests. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Test files to be run together. */
export interface Group {
  readonly dir: string
  /** Paths below `dir`. */
  readonly files: readonly string[]
  /** So many processes share the files; 1 if absent. */
  readonly processes?: number
  /** Seconds after which the processes are ended. */
  readonly limit: number
  /** Seconds that handles have to close after the last test of a process; 10 if absent. */
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

/** Runs test files through uvu in processes of their own and counts what really happened. */
export async function runGuarded(group: Group, print: Print): Promise<Judgement> {
  const { dir, files, processes = 1 } = group
  if (files.length === 0)
    return { passed: 0, failed: 1, skipped: 0, problems: ['there is no test file'] }
  const left = files.flatMap(file => sourceProblems(file, readFileSync(join(dir, file), 'utf8')))
  const claims = mkdtempSync(join(tmpdir(), 'kubenat-claims-'))
  try {
    const workers = Array.from({ length: Math.min(processes, files.length) }, () =>
      runWorker(group, claims, print),
    )
    const judgements = (await Promise.all(workers)).map(judge)
    const forgotten = files
      .filter((_, i) => !existsSync(join(claims, String(i))))
      .map(file => `${file}: was not run, because the processes ended before`)
    const count = (key: keyof Tally) => sum(judgements.map(judgement => judgement[key]))
    return {
      passed: count('passed'),
      failed: count('failed') + left.length + forgotten.length,
      skipped: count('skipped'),
      problems: [...left, ...judgements.flatMap(({ problems }) => problems), ...forgotten],
    }
  } finally {
    rmSync(claims, { recursive: true, force: true })
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))
const SEED = fileURLToPath(new URL('seed.ts', import.meta.url))

/** What a worker printed and how it ended. */
interface Ending {
  readonly output: string
  readonly status: number | null
  /** Why it was killed, if it was. */
  readonly killed: string | undefined
}

function runWorker(
  { dir, files, limit, grace = 10, prefix = [] }: Group,
  claims: string,
  print: Print,
): Promise<Ending> {
  const node = [process.execPath, '--import', 'tsx', '--import', SEED, WORKER, dir, claims]
  const [command = '', ...words] = [...prefix, ...node, ...files]
  // A process group of its own, so that what the tests have started can be ended with them.
  const child = spawn(command, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    cwd: ROOT,
    // Problems are looked for in the output: it has no colours.
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' },
  })
  return new Promise((resolve, reject) => {
    let output = ''
    let printed = 0
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
    // Whole files only, as other workers print too.
    const printUntil = (end: number) => {
      print(output.slice(printed, end).replace(SUMMARIES, '\n'))
      printed = end
    }
    process.once('exit', endGroup)
    child.stderr.setEncoding('utf8').on('data', print)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const last = [...output.slice(printed).matchAll(SUMMARIES)].at(-1)
      if (last) printUntil(printed + last.index + last[0].length)
      if (!output.endsWith(DONE)) return
      clearTimeout(timer)
      timer = killIn(grace, 'the process lives on after its last test: a handle is open')
    })
    child.once('error', reject)
    child.once('close', status => {
      clearTimeout(timer)
      process.off('exit', endGroup)
      if (!output.endsWith(DONE)) printUntil(output.length)
      resolve({ output, status, killed })
    })
  })
}

const SUMMARIES =
  /\n {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)\n {2}Duration: .*\n\n/g
const SUITE_RESULT = /\((\d+) \/ (\d+)\)$/gm
const FAILURE = /^ {3}FAIL /gm

function judge({ output, status, killed }: Ending): Judgement {
  const resultsOf = (text: string) =>
    [...text.matchAll(SUITE_RESULT)].map(([, passed, total]) => [total, passed, 0].map(Number))
  const suites = resultsOf(output)
  const summaries = [...output.matchAll(SUMMARIES)].map(summary => summary.slice(1).map(Number))
  // Without a summary of their file, the suites that came to their end have printed their results.
  const counts = [...summaries, ...resultsOf(output.split(SUMMARIES).at(-1) ?? '')]
  const [total = 0, passed = 0, skipped = 0] = [0, 1, 2].map(i =>
    sum(counts.map(row => row[i] ?? 0)),
  )
  const failures = [...output.matchAll(FAILURE)].length
  const notRun = total - passed - failures
  const problems = [
    ...suites.filter(([total]) => total === 0).map(() => 'a suite has no tests'),
    ...(killed ? [killed] : output.endsWith(DONE) ? [] : [UNFINISHED]),
  ]
  const unexplained = status !== 0 && total === passed && problems.length === 0
  return {
    passed,
    skipped,
    failed: total - passed + problems.length + (unexplained ? 1 : 0),
    problems: [
      ...problems,
      ...(notRun > 0 ? [`${notRun} tests did not run: a hook of their suite threw`] : []),
      ...(unexplained ? [`the tests ended with status ${status}`] : []),
    ],
  }
}

const UNFINISHED =
  'the process ended before its tests did (a promise that never settles, process.exit, a file that ' +
  'cannot be loaded): the output ends where it happened'

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
