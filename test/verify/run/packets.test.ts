import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../../src/address/address.js'
import type { Check } from '../../../src/verify/check.js'
import type { Report } from '../../../src/verify/report.js'
import { runChecks } from '../../../src/verify/verify.js'
import { answer, type Behaviour, fakeWorld, keeping } from './fake-world.js'
import {
  backendAt,
  backends,
  check,
  NODE,
  OUTSIDE,
  ofNobody,
  POD,
  portOf,
  SETTINGS,
  verdict,
} from './fixture.js'

const packets = suite('packets of a check')

const [first] = [backendAt(0)]
const one = check(backends([1]))

/** The report on checks in a world that does something else than they expect. */
const report = (checks: readonly Check[], behaviour: Behaviour): Promise<Report> =>
  runChecks(fakeWorld(behaviour), checks, SETTINGS, () => undefined)

/** What is wrong with the packets of one check. */
async function problem(of: Check, behaviour: Behaviour): Promise<string | undefined> {
  const { results } = await report([of], behaviour)
  const [result] = results.filter(({ kind }) => kind === 'packets')
  return result?.status === 'failed' ? result.problem : undefined
}

packets('what is as expected passes, whatever is expected', async () => {
  const checks = [
    check(backends([1])),
    check(backends([1], true), { client: POD }),
    check(verdict('refused'), { number: 81 }),
    check(verdict('dropped'), { number: 82 }),
    ofNobody(check(verdict('untouched'), { ip: '10.96.9.9' })),
  ]
  const { totals, results } = await report(checks, keeping(checks))
  assert.equal(
    results.map(({ status }) => status),
    ['passed', 'passed', 'passed', 'passed', 'passed'],
  )
  assert.equal(totals, {
    destinations: 4,
    checks: 5,
    passed: 5,
    failed: 0,
    skipped: 0,
    probes: 15,
  })
})

packets('another backend than one of the list is wrong', async () => {
  const found = await problem(one, () => answer(backendAt(5), OUTSIDE.ip))
  assert.is(found, '10.244.1.15:8080 answered, which is not one of the expected backends')
})

packets('the right address at the wrong port is wrong', async () => {
  const found = await problem(one, () => answer({ ...first, port: 8081 }, OUTSIDE.ip))
  assert.is(found, '10.244.1.10:8081 answered, which is not one of the expected backends')
})

packets('one bad answer among good ones is enough', async () => {
  let count = 0
  const found = await problem(one, () => answer(backendAt(count++ === 1 ? 1 : 0), OUTSIDE.ip))
  assert.match(found ?? '', '10.244.1.11:8080 answered')
})

packets('a source that should have been masqueraded is wrong', async () => {
  const found = await problem(check(backends([1], true)), () => answer(first, OUTSIDE.ip))
  assert.match(found ?? '', 'saw the source 203.0.113.7, which is not an address of the node')
})

packets('a source that should have been left is wrong', async () => {
  const found = await problem(one, () => answer(first, NODE))
  assert.match(found ?? '', `saw the source ${NODE} instead of the client's own 203.0.113.7`)
})

packets('a refusal, a stray or silence is no answer', async () => {
  assert.is(await problem(one, () => ({ kind: 'refused' })), 'it was refused')
  assert.match((await problem(one, () => ({ kind: 'stray' }))) ?? '', 'where nobody listens')
  assert.is(
    await problem(one, () => ({ kind: 'stray', at: backendAt(3) })),
    'it arrived at 10.244.1.13:8080, where nobody listens',
  )
  assert.is(await problem(one, () => ({ kind: 'silence' })), 'nothing came back')
})

packets('where an error is expected, silence, an answer and a stray are wrong', async () => {
  const refused = check(verdict('refused'))
  assert.is(await problem(refused, () => ({ kind: 'silence' })), 'nothing came back')
  assert.match((await problem(refused, () => ({ kind: 'stray' }))) ?? '', 'nobody listens')
  assert.match((await problem(refused, () => answer(first, NODE))) ?? '', 'answered')
})

packets('where silence is expected, a refusal, an answer and a stray are wrong', async () => {
  const dropped = check(verdict('dropped'))
  assert.is(await problem(dropped, () => ({ kind: 'refused' })), 'it was refused')
  assert.match((await problem(dropped, () => ({ kind: 'stray' }))) ?? '', 'nobody listens')
  assert.match((await problem(dropped, () => answer(first, NODE))) ?? '', 'answered')
})

packets('what is untouched arrives where it was sent, from its own source', async () => {
  const untouched = check(verdict('untouched'))
  const own = { ip: untouched.destination.ip, port: 80 }
  assert.is(await problem(untouched, () => answer(own, OUTSIDE.ip)), undefined)
  assert.match((await problem(untouched, () => answer(first, OUTSIDE.ip))) ?? '', 'instead of')
  assert.match((await problem(untouched, () => answer(own, NODE))) ?? '', 'saw the source')
  assert.is(await problem(untouched, () => ({ kind: 'refused' })), 'it was refused')
})

packets('UDP is judged like TCP', async () => {
  const dns = check(backends([1]), { port: portOf('web', 'dns'), number: 53, protocol: 'udp' })
  assert.is(await problem(dns, keeping([dns])), undefined)
  assert.is(await problem(dns, () => ({ kind: 'refused' })), 'it was refused')
})

packets('silence is tried again with more patience before it counts', async () => {
  let calls = 0
  const world = fakeWorld(probe =>
    ++calls <= 2 ? { kind: 'silence' } : answer(first, probe.client.ip),
  )
  const { totals } = await runChecks(world, [one], SETTINGS, () => undefined)
  assert.is(totals.failed, 0)
  assert.equal(
    world.log.probes.map(({ patience }) => patience),
    [400, 400, 400, 2000, 2000],
  )
})

packets('silence that was expected is not tried again', async () => {
  const world = fakeWorld(() => ({ kind: 'silence' }))
  await runChecks(world, [check(verdict('dropped'))], SETTINGS, () => undefined)
  assert.is(world.log.probes.length, 3)
})

const dropped = (count: number): Check[] =>
  Array.from({ length: count }, (_, i) => check(verdict('dropped'), { number: 1000 + i }))

packets('one that arrives among many silent ones is found', async () => {
  const checks = dropped(20)
  const behaviour: Behaviour = ({ to }) =>
    to.port === 1013 || to.port === 1002 ? { kind: 'silence', arrives: true } : { kind: 'silence' }
  const { results, totals, unexplainedArrivals } = await report(checks, behaviour)
  assert.equal([totals.failed, totals.passed, unexplainedArrivals], [2, 18, 0])
  const failures = results.flatMap(result => (result.status === 'failed' ? [result] : []))
  assert.equal(
    failures.map(({ check: { destination }, arrived, problem: what, observed }) => [
      destination.port,
      arrived,
      what,
      observed,
    ]),
    [1002, 1013].map(port => [
      port,
      3,
      'nothing came back, but it arrived somewhere',
      [{ observation: { kind: 'silence' }, count: 3 }],
    ]),
  )
})

packets('what a loud one sends does not make the silent ones suspect', async () => {
  const checks = dropped(8)
  const world = fakeWorld(({ to }) =>
    to.port === 1003 ? answer(first, OUTSIDE.ip) : { kind: 'silence' },
  )
  const found = await runChecks(world, checks, SETTINGS, () => undefined)
  const { totals, unexplainedArrivals } = found
  assert.equal([totals.failed, totals.passed, unexplainedArrivals], [1, 7, 0])
  assert.is(world.log.probes.length, 3 * 8 + 3 * 7, 'the silent ones are tried once more')
})

packets('a silent arrival is found behind a loud one', async () => {
  const behaviour: Behaviour = ({ to }) => {
    if (to.port === 1001) return { kind: 'stray' }
    return to.port === 1002 ? { kind: 'silence', arrives: true } : { kind: 'silence' }
  }
  const { results } = await report(dropped(4), behaviour)
  assert.equal(
    results.map(({ status }) => status),
    ['passed', 'failed', 'failed', 'passed'],
  )
})

packets('what arrives once and never again is told, and blamed on nobody', async () => {
  for (const count of [1, 6]) {
    let calls = 0
    const behaviour: Behaviour = () =>
      ++calls === 1 ? { kind: 'silence', arrives: true } : { kind: 'silence' }
    const { totals, unexplainedArrivals } = await report(dropped(count), behaviour)
    assert.equal([totals.passed, unexplainedArrivals], [count, 1])
  }
})

packets('silence is waited for while nothing else is sent', async () => {
  const noisy = Array.from({ length: 30 }, (_, i) => check(backends([1]), { number: 100 + i }))
  const checks = [...noisy, ...dropped(5)].reverse()
  const world = fakeWorld(keeping(checks))
  await runChecks(world, checks, SETTINGS, () => undefined)
  const silent = world.log.probes.map(({ to }) => to.port >= 1000)
  assert.is(silent.lastIndexOf(false) < silent.indexOf(true), true)
})

packets('probes under way stay within the limit, and use it', async () => {
  const checks = Array.from({ length: 200 }, (_, i) => check(backends([1]), { number: 100 + i }))
  const world = fakeWorld(keeping(checks))
  await runChecks(world, checks, { ...SETTINGS, concurrency: 20 }, () => undefined)
  assert.ok(world.log.mostInFlight <= 20 && world.log.mostInFlight > 15)
})

packets('results come in the order of the checks, skipped ones in their place', async () => {
  const checks = [
    check(verdict('dropped')),
    check(backends([1, 1]), { protocol: 'sctp', ip: '10.96.0.77' }),
    check(verdict('refused'), { number: 81 }),
  ]
  const skip = ({ destination }: Check): string | undefined =>
    destination.protocol === 'sctp' ? 'the kernel has no SCTP' : undefined
  const world = fakeWorld(keeping(checks))
  const { results, totals } = await runChecks(world, checks, { ...SETTINGS, skip }, () => undefined)
  assert.equal(
    results.map(result => [result.status, result.check]),
    [
      ['passed', checks[0]],
      ['skipped', checks[1]],
      ['passed', checks[2]],
    ],
    'nor are shares tried of what is skipped',
  )
  assert.equal([totals.skipped, totals.destinations], [1, 2])
})

packets('progress counts every trial and tells failures as they come', async () => {
  const checks = [one, check(verdict('refused'), { number: 81 }), ...dropped(2)]
  const seen: string[] = []
  const world = fakeWorld(probe =>
    probe.to.port === 81 ? { kind: 'silence' } : keeping(checks)(probe),
  )
  await runChecks(world, checks, SETTINGS, ({ done, total, failure }) => {
    seen.push(`${done}/${total}${failure ? ` ${failure.problem}` : ''}`)
  })
  assert.equal(seen, ['1/4', '2/4 nothing came back', '3/4', '4/4'])
})

packets('a world that breaks ends the run, and nothing more is sent', async () => {
  const checks = Array.from({ length: 100 }, (_, i) => check(backends([1]), { number: 100 + i }))
  let calls = 0
  const world = fakeWorld(() => {
    calls++
    throw new Error('the agent is gone')
  })
  try {
    await runChecks(world, checks, { ...SETTINGS, concurrency: 9 }, () => undefined)
    assert.unreachable()
  } catch (error) {
    assert.match(String(error), 'the agent is gone')
  }
  await new Promise(resolve => setTimeout(resolve, 20))
  assert.ok(calls <= 9, `${calls}`)
})

packets('of many different faults some are told', async () => {
  let count = 0
  const found = await runChecks(
    fakeWorld(() => answer({ ip: `10.9.9.${++count}` as Ip, port: 1 }, OUTSIDE.ip)),
    [one],
    { ...SETTINGS, probes: 30 },
    () => undefined,
  )
  const [result] = found.results
  assert.match(
    result?.status === 'failed' ? result.problem : '',
    /10\.9\.9\.5.*25 more of the kind$/,
  )
  assert.is(result?.status === 'failed' && result.observed.length, 20)
})

packets.run()
