import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { agentsOf, MARK, processesOf } from './processes.js'

// However a run ends, nothing of it is left, and the network that it was called in is as it was.

const RUN = fileURLToPath(new URL('./cleanup-run.ts', import.meta.url))
// Processes that are killed end when the kernel comes to it, which on a busy machine is not at once.
const PATIENCE_MS = 30_000
// Seconds that a run goes on if nobody ends it.
const LONG = 60

/** A run under way: its first process, and the one inside that does the work. */
interface Running {
  readonly outer: ChildProcess
  readonly innerPid: number
  /** Marks every process of the run. */
  readonly mark: string
}

const cleanup = suite('nothing is left')
cleanup.before(() => {
  execFileSync('nft', ['add table ip somebody; add chain ip somebody else'])
})
cleanup.after(() => {
  execFileSync('nft', ['delete table ip somebody'])
})

const ENDS: Readonly<
  Record<string, { status: number | null; seconds?: number; end?: (run: Running) => unknown }>
> = {
  'when all is done': { status: 0, seconds: 0.2 },
  'by Ctrl-C': { status: 130, end: ({ mark }) => killAll(mark, 'SIGINT') },
  'by SIGINT': { status: 130, end: ({ outer }) => outer.kill('SIGINT') },
  'by SIGTERM': { status: 143, end: ({ outer }) => outer.kill('SIGTERM') },
  'by kill -9 of its first process': { status: null, end: ({ outer }) => outer.kill('SIGKILL') },
  'by kill -9 of the process inside': {
    status: 137,
    end: ({ innerPid }) => process.kill(innerPid, 'SIGKILL'),
  },
  'by the crash of an agent': { status: 1, end: ({ mark }) => killAgents(mark) },
}
for (const [way, { status, seconds = LONG, end }] of Object.entries(ENDS)) {
  cleanup(`after a run that ended ${way}`, async () => {
    const before = network()
    const run = await start(seconds)
    assert.ok(processesOf(run.mark).length >= 5, 'a run has processes')
    assert.is(network(), before, 'while it runs')
    const ended = once(run.outer, 'exit')
    end?.(run)
    assert.is((await ended)[0], status)
    await gone(run.mark)
    assert.is(network(), before)
  })
}

cleanup.run()

async function start(seconds: number): Promise<Running> {
  const mark = randomUUID()
  const outer = spawn(process.execPath, ['--import', 'tsx', RUN, `${seconds}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, [MARK]: mark },
  })
  const [line] = await once(createInterface({ input: outer.stdout }), 'line')
  const [, pid] = /^open (\d+)$/.exec(String(line)) ?? []
  return { outer, innerPid: Number(pid), mark }
}

/** What a run must not change. */
const network = (): string =>
  [
    ['nft', 'list', 'ruleset'],
    ['ip', 'netns', 'list'],
    ['ip', 'link', 'show'],
  ]
    .map(([command = '', ...words]) => execFileSync(command, words, { encoding: 'utf8' }))
    .join('\n')

async function gone(mark: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (processesOf(mark).length > 0) {
    if (Date.now() > deadline) assert.equal(processesOf(mark), [], 'left behind')
    await sleep(20)
  }
}

/** As a terminal does for all processes in the foreground. */
function killAll(mark: string, signal: NodeJS.Signals): void {
  for (const { pid } of processesOf(mark)) process.kill(pid, signal)
}

function killAgents(mark: string): void {
  const agents = agentsOf(mark)
  assert.is(agents.length > 0, true, 'there are agents')
  for (const { pid } of agents) process.kill(pid, 'SIGKILL')
}
