import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../../src/address/address.js'
import type { Check } from '../../../src/verify/check.js'
import type { Result } from '../../../src/verify/report.js'
import type { RunSettings } from '../../../src/verify/run/run.js'
import { runChecks } from '../../../src/verify/verify.js'
import { type Behaviour, fakeWorld, fateOf, keeping } from './fake-world.js'
import { backends, check, NODE, POD, portOf, SETTINGS, strangers } from './fixture.js'

const affinity = suite('session affinity')

const port = portOf('sticky')
const nodePort = { port, kind: 'node-port', ip: NODE, number: 30080 } as const
const inner = check(backends([1, 1, 1, 1]), { port })
const outer = check(backends([1, 1, 1, 1]), nodePort)

async function run(
  checks: readonly Check[],
  behaviour: Behaviour,
  settings: Partial<RunSettings> = {},
): Promise<readonly Result[]> {
  const world = fakeWorld(behaviour, { seed: 5 })
  const { results } = await runChecks(world, checks, { ...SETTINGS, ...settings }, () => undefined)
  return results.filter(({ kind }) => kind === 'affinity')
}

const problemOf = (result: Result | undefined): string =>
  result?.status === 'failed' ? result.problem : ''

affinity('a client that keeps its backend passes', async () => {
  const results = await run([inner, outer], keeping([inner, outer]))
  assert.equal(
    results.map(({ status, check: { destination } }) => [status, destination.ip]),
    [['passed', inner.destination.ip]],
  )
})

affinity('a client that changes its backend fails', async () => {
  const [result] = await run([inner], probe => fateOf(inner.expected, probe))
  assert.match(problemOf(result), /^a client of .* came to .*, in spite of session affinity$/)
})

affinity('a client that loses its backend at another destination fails', async () => {
  const keep = [keeping([inner, outer]), keeping([inner, outer])] as const
  const behaviour: Behaviour = probe => keep[probe.to.ip === NODE ? 0 : 1](probe)
  const [result] = await run([inner, outer], behaviour)
  assert.match(problemOf(result), 'in spite of session affinity')
  assert.is(result?.check.destination.ip, NODE)
})

affinity(
  'where only some backends count, a client of another may come to any of them',
  async () => {
    const someLocal = check(
      { ...backends([1, 1]), reason: { code: 'policy', text: 'Local' } },
      nodePort,
    )
    for (let seed = 0; seed < 20; seed++) {
      const world = fakeWorld(keeping([inner, someLocal]), { seed })
      const { totals } = await runChecks(world, [inner, someLocal], SETTINGS, () => undefined)
      assert.is(totals.failed, 0, `seed ${seed}`)
    }
  },
)

affinity('a client inside is tried as well, at its largest set of backends', async () => {
  const byPod = { ...inner, client: POD }
  const fewer = check(backends([1, 1]), { ...nodePort, client: POD })
  const elsewhere = { ...POD, kind: 'pod-elsewhere', ip: '10.244.2.9' as Ip } as const
  const checks = [
    fewer,
    byPod,
    inner,
    check(inner.expected, { port, client: elsewhere, ip: '10.96.0.9' }),
  ]
  const results = await run(checks, keeping(checks))
  assert.equal(
    results.map(({ status, check: { client, destination } }) => [
      status,
      client.kind,
      destination.kind,
    ]),
    [
      ['passed', 'outside', 'cluster-ip'],
      ['passed', 'pod', 'cluster-ip'],
    ],
  )
  const forgetting: Behaviour = probe =>
    probe.client.kind === 'pod' ? fateOf(byPod.expected, probe) : keeping(checks)(probe)
  assert.is((await run(checks, forgetting)).at(-1)?.status, 'failed')
})

affinity('without affinity, or a choice, there is nothing to try', async () => {
  const checks = [check(backends([1, 1])), check(backends([1]), { port })]
  assert.equal(await run(checks, keeping(checks)), [])
})

affinity('what takes longer than the records last tells nothing', async () => {
  let clock = 0
  const now = (): number => {
    clock += 10_800_000
    return clock
  }
  const [result] = await run([inner], probe => fateOf(inner.expected, probe), { now })
  assert.is(
    result?.status === 'skipped' && result.reason,
    'its records last 10800 s, and the connections took longer than that',
  )
})

affinity('without a fresh client there is nothing to try', async () => {
  const none = (): ReturnType<typeof strangers> => strangers('IPv4', 0)
  const [result] = await run([inner], keeping([inner]), { strangers: none })
  assert.is(result?.status, 'skipped')
})

affinity.run()
