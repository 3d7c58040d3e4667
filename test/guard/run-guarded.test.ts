import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Judgement, runGuarded } from './run-guarded.js'

// Real uvu on faulty test files: each of these passes in silence, or hangs, without the guard.

const guard = suite('test guard')

// Inside node_modules, because the files import uvu.
const DIR = fileURLToPath(new URL('../../node_modules/.kubenat-guard-', import.meta.url))

/** A test file with a suite named `faulty`. */
function fileText(body: string): string {
  // Spelt so that the guard does not find a suite in this very file.
  const declaration = ['const faulty =', "suite('faulty')"].join(' ')
  return `import { suite } from 'uvu'\nimport * as assert from 'uvu/assert'\n${declaration}\n${body}\n`
}

async function judge(
  body: string,
  limits: { limit?: number; grace?: number } = {},
): Promise<Judgement> {
  const dir = mkdtempSync(DIR)
  try {
    writeFileSync(`${dir}/faulty.test.ts`, fileText(body))
    return await runGuarded({ dir, files: ['faulty.test.ts'], limit: 30, ...limits }, () => {})
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const PASSING = "faulty('passes', () => {})"
const RUN = 'faulty.run()'

/** Asserts the counts and that a message says why. */
function assertJudged(
  { passed, failed, skipped, problems }: Judgement,
  counts: readonly [passed: number, failed: number, skipped: number],
  message?: RegExp,
): void {
  assert.equal([passed, failed, skipped], counts, problems.join('; '))
  if (message) assert.match(problems.join('\n'), message)
  else assert.equal(problems, [])
}

guard('counts what passed, failed and was skipped', async () => {
  const failing = "faulty('fails', () => assert.unreachable())"
  const body = [PASSING, PASSING, failing, 'faulty.skip()', RUN].join('\n')
  assertJudged(await judge(body), [2, 1, 1])
})

guard('fails a suite that is never run', async () => {
  assertJudged(await judge(PASSING), [0, 1, 0], /faulty\.run\(\) is missing/)
})

guard('fails tests that come too late to be run', async () => {
  assertJudged(await judge(`${PASSING}\n${RUN}\n${PASSING}`), [1, 1, 0], /after faulty\.run\(\)/)
})

guard('fails a test that hides the others', async () => {
  const body = [PASSING, PASSING.replace('(', '.only('), RUN].join('\n')
  assertJudged(await judge(body), [1, 1, 1], /faulty\.only/)
})

guard('fails a suite without tests', async () => {
  assertJudged(await judge(RUN), [0, 1, 0], /no tests/)
})

guard('fails the tests that a throwing hook has kept from running', async () => {
  const hook = "faulty.before(() => { throw new Error('no') })"
  assertJudged(
    await judge([hook, PASSING, PASSING, RUN].join('\n')),
    [0, 2, 0],
    /2 tests did not run/,
  )
})

guard('fails a promise that never settles, and keeps the results before it', async () => {
  const done = `const first = (${'suite'})('first')\nfirst('passes', () => {})\nfirst.run()`
  const never = "faulty('never', () => new Promise(() => {}))"
  assertJudged(await judge([done, never, RUN].join('\n')), [1, 1, 0], /never settles/)
})

guard('fails a test that ends the process', async () => {
  const exit = "faulty('exits', () => process.exit(0))"
  assertJudged(await judge([exit, RUN].join('\n')), [0, 1, 0], /process\.exit/)
})

guard('fails a file that cannot be loaded', async () => {
  assertJudged(
    await judge(`throw new Error('no')\n${PASSING}\n${RUN}`),
    [0, 1, 0],
    /cannot be loaded/,
  )
})

guard('ends tests that take too long', async () => {
  const endless = "faulty('endless', () => new Promise(() => setInterval(() => {}, 1000)))"
  assertJudged(
    await judge([endless, RUN].join('\n'), { limit: 1 }),
    [0, 1, 0],
    /more than 1 seconds/,
  )
})

guard('fails tests that leave a handle open', async () => {
  const open = `${PASSING}\nsetInterval(() => {}, 1000)`
  assertJudged(await judge([open, RUN].join('\n'), { grace: 0.2 }), [1, 1, 0], /a handle is open/)
})

guard('counts the tests of processes that share the files, and misses those of none', async () => {
  const dir = mkdtempSync(DIR)
  const bodies = [
    [PASSING, RUN],
    ['process.exit(0)', PASSING, RUN],
    [PASSING, PASSING, RUN],
  ]
  const files = bodies.map((lines, i) => {
    writeFileSync(join(dir, `${i}.test.ts`), fileText(lines.join('\n')))
    return `${i}.test.ts`
  })
  const run = (processes: number, names: readonly string[]) =>
    runGuarded({ dir, files: names, limit: 30, processes }, () => {})
  try {
    assertJudged(await run(2, ['0.test.ts', '2.test.ts']), [3, 0, 0])
    assertJudged(await run(1, files), [1, 2, 0], /process\.exit.*\n2\.test\.ts: was not run/)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

guard('fails where there is no test file', async () => {
  const judgement = await runGuarded({ dir: DIR, files: [], limit: 1 }, () => {})
  assertJudged(judgement, [0, 1, 0], /no test file/)
})

guard.run()
