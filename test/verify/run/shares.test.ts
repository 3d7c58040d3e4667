import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Check } from '../../../src/verify/check.js'
import type { Report, Result } from '../../../src/verify/report.js'
import type { RunSettings } from '../../../src/verify/run/run.js'
import { runChecks } from '../../../src/verify/verify.js'
import { answer, type Behaviour, type FakeWorld, fakeWorld, fateOf, keeping } from './fake-world.js'
import {
  backendAt,
  backends,
  check,
  OUTSIDE,
  ofNobody,
  POD,
  portOf,
  SETTINGS,
  strangers,
  verdict,
} from './fixture.js'

const shares = suite('shares of backends')

interface Ran {
  readonly report: Report
  readonly world: FakeWorld
  /** Results of tests of shares. */
  readonly tests: readonly Result[]
}

async function run(
  checks: readonly Check[],
  behaviour: Behaviour,
  settings: Partial<RunSettings> = {},
  seed = 1,
): Promise<Ran> {
  const world = fakeWorld(behaviour, { seed })
  const report = await runChecks(world, checks, { ...SETTINGS, ...settings }, () => undefined)
  return { report, world, tests: report.results.filter(({ kind }) => kind === 'shares') }
}

const half = check(backends([1, 1]))

/** A world that chooses by other weights than were promised. */
const choosing =
  (...weights: readonly number[]): Behaviour =>
  probe =>
    fateOf(backends(weights), probe)

shares('right shares pass, with as many samples as they need', async () => {
  const { tests } = await run([half], keeping([half]))
  const [result] = tests
  assert.is(result?.status, 'passed')
  const test = result?.status === 'passed' ? result.shares : undefined
  assert.equal([test?.samples, test?.rounds, tests.length], [271, 1, 1])
  assert.ok(Math.abs((test?.detectable ?? 0) - 0.2) < 0.001)
  assert.is(
    test?.backends.reduce((sum, { observed }) => sum + observed, 0),
    271,
  )
})

shares('of a hundred right worlds none fails', async () => {
  const checks = [check(backends([1, 1])), check(backends([1, 2, 3]), { number: 81 })]
  for (let seed = 0; seed < 100; seed++) {
    const { report } = await run(checks, keeping(checks), {}, seed)
    assert.is(report.totals.failed, 0, `seed ${seed}`)
  }
})

shares('a share that is off by 20 % fails nine times of ten', async () => {
  let failed = 0
  for (let seed = 0; seed < 100; seed++) {
    const { tests } = await run([half], choosing(6, 4), {}, seed)
    if (tests[0]?.status === 'failed') failed++
  }
  assert.ok(failed >= 85, `${failed} of 100`)
})

shares('skewed shares fail, with the counts as evidence', async () => {
  const { tests } = await run([half], choosing(2, 1))
  const [result] = tests
  if (result?.status !== 'failed') throw new Error('it passed')
  assert.match(result.problem, /^the backends are not chosen in their shares: 813 samples/)
  assert.equal([result.shares?.rounds, result.shares?.samples], [2, 813])
  assert.ok((result.shares?.p ?? 1) < 0.001)
  assert.equal(
    result.shares?.backends.map(({ at, expected }) => [at, expected]),
    [
      [backendAt(0), 406.5],
      [backendAt(1), 406.5],
    ],
  )
})

shares('equal shares where weights are promised fail', async () => {
  const { tests } = await run([check(backends([1, 3]))], choosing(1, 1))
  assert.is(tests[0]?.status, 'failed')
})

shares('a backend that never answers is named', async () => {
  const three = check(backends([1, 1, 1]))
  const { tests } = await run([three], choosing(1, 1))
  const [result] = tests
  assert.is(
    result?.status === 'failed' && result.problem,
    '10.244.1.12:8080 never answered in 2073 samples',
  )
})

shares('a backend too much fails at once', async () => {
  const { tests, world } = await run([half], choosing(9, 9, 2))
  const [result] = tests
  assert.match(
    result?.status === 'failed' ? result.problem : '',
    '10.244.1.12:8080 answered, which is not one of the expected backends',
  )
  assert.ok(world.log.probes.length < 150, `${world.log.probes.length} probes`)
})

shares('a backend that sees the wrong source fails', async () => {
  const behaviour: Behaviour = probe => {
    const fate = fateOf(backends([1, 1]), probe)
    const isSecond = fate.kind === 'answer' && fate.at.ip === backendAt(1).ip
    return isSecond ? fateOf(backends([1, 1], true), probe) : fate
  }
  const { tests } = await run([half], behaviour)
  assert.match(tests[0]?.status === 'failed' ? tests[0].problem : '', 'saw the source')
})

shares(
  'a part of the samples that is lost fails, if a second try does not bring it back',
  async () => {
    const losing =
      (isLost: (patience: number) => boolean): Behaviour =>
      probe =>
        probe.random() < 0.3 && isLost(probe.patience)
          ? { kind: 'silence' }
          : fateOf(backends([1, 1]), probe)
    const lost = await run(
      [half],
      losing(() => true),
    )
    assert.is(lost.tests[0]?.status, 'failed')
    const late = await run(
      [half],
      losing(patience => patience < 1000),
    )
    assert.is(late.tests[0]?.status, 'passed')
  },
)

shares(
  'a first round in doubt is repeated with three times the samples, which decide',
  async () => {
    let count = 0
    // The first round and the packets before it find the first backend alone.
    const behaviour: Behaviour = probe =>
      ++count <= 3 + 271 ? answer(backendAt(0), probe.client.ip) : fateOf(backends([1, 1]), probe)
    const { tests } = await run([half], behaviour)
    const [result] = tests
    assert.is(result?.status, 'passed')
    const test = result?.status === 'passed' ? result.shares : undefined
    assert.equal([test?.rounds, test?.samples], [2, 813])
  },
)

shares(
  'a second round is less than three times a first one that costs the whole budget',
  async () => {
    const { tests } = await run([half], choosing(9, 1), {
      budget: { samples: 100, milliseconds: 1 },
    })
    const [result] = tests
    assert.is(result?.status === 'failed' && result.shares?.samples, 200)
  },
)

shares('one test stands for all clients and destinations with the same backends', async () => {
  const at = { port: portOf('picky') }
  const checks = [
    check(backends([1, 1], true), { ...at, client: POD }),
    check(backends([1, 1]), at),
    check(backends([1, 1]), { port: portOf('web', 'http') }),
    check(backends([1]), { ip: '10.96.0.44' }),
    check(verdict('refused'), { number: 81 }),
  ]
  const byPod = { ...half, client: POD }
  const { tests } = await run([byPod, ...checks], keeping([byPod, ...checks]))
  assert.equal(
    tests.map(test => test.check),
    [checks[2], checks[1]],
    'the client outside stands for the others',
  )
})

shares('other backends, other shares or another policy are tested by themselves', async () => {
  const web = portOf('web', 'http')
  const local = { ...web, externalPolicy: 'Local' } as const
  const external = (expected: Check['expected'], port = web): Check =>
    check(expected, { port, kind: 'node-port', ip: '192.168.50.11', number: 30080 })
  const count = async (checks: readonly Check[]): Promise<number> =>
    (await run(checks, keeping(checks))).tests.length
  assert.is(await count([half, external(backends([1, 1]))]), 1)
  assert.is(await count([half, external(backends([1, 1, 1]))]), 2)
  assert.is(await count([external(backends([3, 1])), check(backends([1, 3]))]), 2)
  const ofLocal = check(backends([1, 1]), { port: local })
  assert.is(await count([ofLocal, external(backends([1, 1]), local)]), 2)
})

shares('a budget cuts the samples, and the test says what it can still find', async () => {
  const checks = [1, 2, 3, 4].map(i => ofNobody(check(backends([1, 1]), { number: i })))
  const { tests, world } = await run(checks, keeping(checks), {
    budget: { samples: 200, milliseconds: 1 },
  })
  const found = tests.map(test => (test.status === 'passed' ? test.shares : undefined))
  assert.equal(
    found.map(test => test?.samples),
    [50, 50, 50, 50],
  )
  assert.ok(Math.abs((found[0]?.detectable ?? 0) - 0.4653) < 0.001)
  assert.is(world.log.probes.length, 200 + 4 * 3)
})

shares('a number of samples that is asked for goes before need and budget', async () => {
  const { tests } = await run([half], keeping([half]), {
    samples: 130,
    budget: { samples: 10, milliseconds: -1 },
  })
  assert.is(tests[0]?.status === 'passed' && tests[0].shares?.samples, 130)
})

shares(
  'when time is up the samples drawn by then decide, and doubt is cleared all the same',
  async () => {
    const soon = { budget: { samples: 20_000, milliseconds: 0 } }
    const right = await run([half], keeping([half]), soon)
    const [result] = right.tests
    assert.is(result?.status === 'passed' && result.shares?.samples, 64)
    const wrong = await run([half], choosing(9, 1), soon)
    const [failure] = wrong.tests
    assert.is(failure?.status === 'failed' && failure.shares?.samples, 192)
  },
)

const sticky = check(backends([1, 1]), { port: portOf('sticky') })

shares('with session affinity each sample comes from another client', async () => {
  const { tests, world } = await run([sticky], keeping([sticky]))
  assert.is(tests[0]?.status, 'passed')
  const others = world.log.probes.filter(({ client }) => client.ip !== OUTSIDE.ip)
  const samples = others.slice(0, 271).map(({ client }) => client.ip)
  assert.is(new Set(samples).size, 271)
})

shares('clients with affinity that all get one backend fail', async () => {
  const { tests } = await run([sticky], probe => answer(backendAt(0), probe.client.ip))
  assert.is(
    tests[0]?.status === 'failed' && tests[0].problem,
    '10.244.1.11:8080 never answered in 813 samples',
  )
})

shares('with too few clients the samples are what they allow', async () => {
  const few = (): ReturnType<typeof strangers> => strangers('IPv4', 100)
  const right = await run([sticky], keeping([sticky]), { strangers: few })
  const [result] = right.tests
  assert.is(result?.status === 'passed' && result.shares?.samples, 100)
  const wrong = await run([sticky], probe => answer(backendAt(0), probe.client.ip), {
    strangers: few,
  })
  assert.is(wrong.tests[0]?.status, 'failed', 'the first round decides')
})

shares('where nobody fresh can ask, the shares of affinity are skipped', async () => {
  const byPod = { ...sticky, client: POD }
  const lone = await run([byPod], keeping([byPod]))
  assert.is(lone.tests[0]?.status, 'skipped')
  const vip = { port: portOf('picky'), kind: 'load-balancer-ip', ip: '198.51.100.1' } as const
  const barred = check(backends([1, 1]), vip)
  const ranged = await run([barred], keeping([barred]))
  assert.is(ranged.tests[0]?.status, 'skipped', 'strangers may be out of the source ranges')
})

shares.run()
