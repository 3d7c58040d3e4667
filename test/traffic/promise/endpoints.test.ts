import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { DRAINING, endpoint, HERE, node, type PortFields, THERE, UNREADY } from '../../build.js'
import { expectedSummary } from '../../verify/generated.js'
import { ask, LOCAL, POD, REMOTE, short, type World } from './ask.js'

const choosing = suite('the reference: endpoints')

const hinted = (ip: string, zoneHints: string[], nodeHints: string[] = []) =>
  endpoint(ip, { zoneHints, nodeHints })
const AT_ZONE = node({ zone: 'a' })
const CHOICES: readonly (readonly [string, NonNullable<PortFields['endpoints']>, string])[] = [
  ['ready ones only', [endpoint('10.1.0.1'), endpoint('10.1.0.2', UNREADY)], '10.1.0.1'],
  [
    'no draining one beside a ready one',
    [endpoint('10.1.0.1'), endpoint('10.1.0.2', DRAINING)],
    '10.1.0.1',
  ],
  [
    'draining ones where none is ready, whatever their hints',
    [endpoint('10.1.0.1', { ...DRAINING, zoneHints: ['b'] }), endpoint('10.1.0.2', UNREADY)],
    '10.1.0.1',
  ],
  ['none that only serves', [endpoint('10.1.0.1', UNREADY)], 'refused'],
  ['those of the zone', [hinted('10.1.0.1', ['a']), hinted('10.1.0.2', ['b'])], '10.1.0.1'],
  [
    'all where one ready one has no hint',
    [hinted('10.1.0.1', ['a']), hinted('10.1.0.2', [])],
    '10.1.0.1,10.1.0.2',
  ],
  [
    'those of the zone although an unready one has no hint',
    [hinted('10.1.0.1', ['a']), hinted('10.1.0.2', ['b']), endpoint('10.1.0.3', UNREADY)],
    '10.1.0.1',
  ],
  [
    'all where no hint is for the zone',
    [hinted('10.1.0.1', ['b']), hinted('10.1.0.2', ['b'])],
    '10.1.0.1,10.1.0.2',
  ],
  [
    'those of the node before those of the zone',
    [hinted('10.1.0.1', ['a'], [THERE]), hinted('10.1.0.2', ['b'], [HERE])],
    '10.1.0.2',
  ],
]

for (const [words, endpoints, answer] of CHOICES) {
  choosing(`the Cluster policy takes ${words}`, () => {
    const world: World = { ports: [{ endpoints }], at: AT_ZONE }
    assert.is(short(ask(world, POD, '10.96.0.1:80/tcp')), answer)
  })
}

choosing(
  'the Local policy ignores hints, and falls back to draining ones of the node alone',
  () => {
    const here = { nodeName: HERE }
    const of = (...endpoints: NonNullable<PortFields['endpoints']>): string =>
      short(ask({ ports: [{ internalPolicy: 'Local', endpoints }] }, POD, '10.96.0.1:80/tcp'))
    assert.is(
      of(endpoint('10.1.0.1', { ...here, zoneHints: ['b'], nodeHints: [THERE] })),
      '10.1.0.1',
    )
    assert.is(of(endpoint('10.1.0.1', { ...here, ...DRAINING }), REMOTE), '10.1.0.1')
    assert.is(of(endpoint('10.1.0.1', { ...here, ...UNREADY }), REMOTE), 'dropped')
    assert.is(of(endpoint('10.1.0.1', { ...here, ...UNREADY })), 'refused')
  },
)

choosing('shares are weights over their sum; of weights that are all 0 they are equal', () => {
  const shares = (...weights: number[]) => {
    const endpoints = weights.map((weight, i) => endpoint(`10.1.0.${i}`, { weight }))
    return expectedSummary(ask({ ports: [{ endpoints }] }, POD, '10.96.0.1:80/tcp'))
  }
  assert.equal(shares(2, 4), { '10.1.0.0:8080': '1/3', '10.1.0.1:8080': '2/3' })
  assert.equal(shares(0, 3), { '10.1.0.1:8080': '1' })
  assert.equal(shares(0, 0), { '10.1.0.0:8080': '1/2', '10.1.0.1:8080': '1/2' })
})

choosing('affinity does not change who may be chosen', () => {
  const endpoints = [LOCAL, REMOTE]
  const world = { ports: [{ endpoints, affinitySeconds: 10 }] }
  assert.is(short(ask(world, POD, '10.96.0.1:80/tcp')), 'all')
})

choosing.run()
