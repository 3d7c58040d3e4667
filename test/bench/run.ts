import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeCorpus } from './corpus.js'

// Ratios taken within one run: single times say little on a shared machine. Run `npm run build` first.
const RUNS = 5
const CLI = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url))
const RSS = fileURLToPath(new URL('./rss.cjs', import.meta.url))
const PARSE = `
  const text = require('node:fs').readFileSync(process.argv[1], 'utf8')
  const start = process.hrtime.bigint()
  JSON.parse(text)
  process.stdout.write(String(Number(process.hrtime.bigint() - start) / 1e6))
`

interface Run {
  readonly ms: number
  readonly mb: number
  readonly stdout: string
}

function run(args: readonly string[]): Run {
  const start = process.hrtime.bigint()
  const child = spawnSync(process.execPath, ['-r', RSS, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  const ms = Number(process.hrtime.bigint() - start) / 1e6
  if (child.status !== 0) throw new Error(`${args.join(' ')} failed:\n${child.stderr}`)
  const mb = Number(/peak-kb (\d+)/.exec(child.stderr)?.[1]) / 1024
  return { ms, mb, stdout: child.stdout }
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

/** Medians of several runs, taken in turn so that a slow minute of the machine meets all alike. */
function interleaved(commands: readonly (() => number)[]): number[] {
  const times: number[][] = commands.map(() => [])
  for (let i = 0; i < RUNS; i++) {
    for (const [k, command] of commands.entries()) times[k]?.push(command())
  }
  return times.map(median)
}

let over = 0
function show(what: string, value: number, limit: number, unit: string): void {
  const verdict = value <= limit ? 'within' : 'OVER'
  if (value > limit) over++
  console.log(
    `${what.padEnd(58)} ${value.toFixed(2).padStart(8)} ${unit}  ${verdict} ${limit} ${unit}`,
  )
}

const folder = mkdtempSync(join(tmpdir(), 'kubenat-bench-'))
try {
  const small = join(folder, 'small.json')
  const large = join(folder, 'large.json')
  writeCorpus(small, 10_000)
  writeCorpus(large, 20_000)
  const size = (statSync(small).size / 1e6).toFixed(0)
  console.log(
    `10,000 Services, 100,000 endpoints: ${size} MB of kubectl JSON; medians of ${RUNS} runs\n`,
  )

  let peak = 0
  const compile = (file: string) => () => {
    const { ms, mb } = run([
      CLI,
      'compile',
      '-f',
      file,
      '--node',
      'worker-1',
      '--cluster-cidr',
      '10.0.0.0/8',
    ])
    if (file === small) peak = Math.max(peak, mb)
    return ms
  }
  const [parse = 0, once = 0, twice = 0] = interleaved([
    () => Number(run(['-e', PARSE, small]).stdout),
    compile(small),
    compile(large),
  ])
  console.log(
    `JSON.parse ${parse.toFixed(0)} ms, compile ${once.toFixed(0)} ms, twice the input ${twice.toFixed(0)} ms`,
  )
  show('the whole command, over JSON.parse of the same file', once / parse, 12, 'x')
  show('peak memory', peak, 600, 'MB')
  show('twice the input, over once', twice / once, 2.3, 'x')

  const [empty = 0, help = 0] = interleaved([
    () => run(['-e', '0']).ms,
    () => run([CLI, '--help']).ms,
  ])
  show('kubenat --help, over an empty node', help / empty, 1.8, 'x')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = over === 0 ? 0 : 1
