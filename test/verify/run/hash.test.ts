import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { ServicePort } from '../../../src/model/service-port.js'
import type { Client, Expectation } from '../../../src/traffic/packet.js'
import type { Observation, Report } from '../../../src/verify/report.js'
import type { RunSettings } from '../../../src/verify/run/run.js'
import { runChecks } from '../../../src/verify/verify.js'
import { answer, type Behaviour, fakeWorld, fateOf } from './fake-world.js'
import { backendAt, backends, check, portOf, SETTINGS, strangers } from './fixture.js'

const hashes = suite('hashes of clients')

const port: ServicePort = { ...portOf('web', 'http'), hash: { by: 'source-ip-port' } }
const hashed = check(backends([1, 1, 1]), { port })

/** A hash of a kind: of the last digit of the address, and the port. */
const placeOf = ({ ip }: Client, sport: number): number =>
  (Number(ip.split('.').at(-1)) + sport) % 3

const promise: NonNullable<RunSettings['promise']> = (client, _, sport): Expectation => {
  if (sport === undefined) return hashed.expected
  const index = placeOf(client, sport)
  return backends([0, 1, 2].map(one => Number(one === index)).slice(0, index + 1))
}

/** Answers each probe, from ports in a row, by an endpoint of its own. */
function answering(indexOf: (client: Client, sport: number) => number): Behaviour {
  let next = 40000
  return ({ client }) => {
    const sport = next++
    const heard = answer(backendAt(indexOf(client, sport)), client.ip) as Extract<
      Observation,
      { kind: 'answer' }
    >
    return { ...heard, port: sport }
  }
}

async function run(
  behaviour: Behaviour,
  settings: Partial<RunSettings> = {},
): Promise<{ readonly report: Report; readonly senders: number }> {
  const world = fakeWorld(behaviour)
  const given = { ...SETTINGS, promise, ...settings }
  const report = await runChecks(world, [hashed], given, () => undefined)
  return { report, senders: new Set(world.log.probes.map(({ client }) => client.ip)).size }
}

const ofHash = ({ results }: Report) => results.filter(({ kind }) => kind === 'hash')

hashes(
  '500 clients that come to the endpoints of their hashes pass, and shares are not asked',
  async () => {
    const { report, senders } = await run(answering(placeOf))
    assert.equal(
      report.results.map(({ kind, status }) => `${kind} ${status}`),
      ['packets passed', 'hash passed'],
    )
    // And the client of the check itself.
    assert.is(senders, 501)
  },
)

hashes('one client in 500 that comes to another endpoint fails', async () => {
  const stray = '198.18.1.7'
  const { report } = await run(
    answering((client, sport) => (placeOf(client, sport) + Number(client.ip === stray)) % 3),
  )
  const [result] = ofHash(report)
  assert.is(result?.status, 'failed')
  if (result?.status !== 'failed') return
  assert.is(result.check.client.ip, stray)
  assert.match(
    result.problem,
    /^1 of 500 clients do not come to the endpoint of their bucket, the first of them outside 198\.18\.1\.7: .* answered, which is not one of the expected backends$/,
  )
})

hashes('many service ports share what may be sent', async () => {
  const budget = { samples: 40, milliseconds: 1000 }
  assert.is((await run(answering(placeOf), { budget })).senders, 41)
})

hashes('without a fresh client there is nothing to try', async () => {
  const none = (): ReturnType<typeof strangers> => strangers('IPv4', 0)
  const { report } = await run(answering(placeOf), { strangers: none })
  assert.is(ofHash(report)[0]?.status, 'skipped')
})

hashes('where nothing is hashed, chance is tried as ever', async () => {
  const { report } = await run(probe => fateOf(hashed.expected, probe), { promise: undefined })
  assert.equal(
    report.results.map(({ kind, status }) => `${kind} ${status}`),
    ['packets passed', 'shares passed'],
  )
})

hashes.run()
