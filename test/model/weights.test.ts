import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../src/address/address.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import {
  checkWeights,
  NO_WEIGHTS,
  parseWeights,
  WEIGHTS_ANNOTATION,
  weightOf,
} from '../../src/model/weights.js'
import { found, service } from './objects.js'

const weights = suite('weights')

const PATH = `metadata.annotations.${WEIGHTS_ANNOTATION}`

const annotated = (text: string) =>
  service({}, { metadata: { annotations: { [WEIGHTS_ANNOTATION]: text } } })

weights('weights are read by canonical address and by name', () => {
  const problems = new Diagnostics()
  const text = '{"010.1.0.1": 0, "FD00::0:1": 1000, "web-a": 3, "__proto__": 4}'
  assert.equal(
    [...parseWeights(annotated(text), problems)],
    [
      ['10.1.0.1', 0],
      ['fd00::1', 1000],
      ['web-a', 3],
      ['__proto__', 4],
    ],
  )
  assert.equal(found(problems), [])
})

const INVALID = [
  ...['', 'null', '1', '[1]', '"a"', '{', '{"a": 1001}', '{"a": -1}', '{"a": 1.5}', '{"a": "1"}'],
  ...['{"a": null}', '{"a": true}', '{"10.0.0.1": 1, "10.0.0.01": 2}', '{"a": 1, "b": {}}'],
]

for (const text of INVALID) {
  weights(`${JSON.stringify(text)} is an error and gives no weights`, () => {
    const problems = new Diagnostics()
    assert.is(parseWeights(annotated(text), problems), NO_WEIGHTS)
    assert.equal(found(problems), [`KN070 ${PATH}`])
  })
}

weights('an object without the annotation has no weights, whatever its prototype says', () => {
  const problems = new Diagnostics()
  const inherited = Object.create({ [WEIGHTS_ANNOTATION]: '{"a": 1}' })
  assert.is(parseWeights(service(), problems), NO_WEIGHTS)
  assert.is(
    parseWeights(service({}, { metadata: { annotations: inherited } }), problems),
    NO_WEIGHTS,
  )
  assert.equal(found(problems), [])
})

weights('a message quotes what it found, cut to a bearable length', () => {
  const problems = new Diagnostics()
  parseWeights(annotated(`[${'\u0007'.repeat(10_000)}`), problems)
  const [{ message = '' } = {}] = problems.all()
  assert.ok(message.length < 300 && !message.includes('\u0007'), message)
})

weights('an endpoint weighs what its address says, else its pod, else 1', () => {
  const given = new Map([
    ['10.1.0.1', 0],
    ['a', 7],
  ])
  assert.is(weightOf([given], '10.1.0.1' as Ip, 'a'), 0)
  assert.is(weightOf([given], '10.1.0.2' as Ip, 'a'), 7)
  assert.is(weightOf([given], '10.1.0.2' as Ip, 'b'), 1)
  assert.is(weightOf([given], '10.1.0.2' as Ip, undefined), 1)
  assert.is(weightOf([], '10.1.0.1' as Ip, 'a'), 1)
})

weights('the first layer that names an endpoint decides, by whichever of its names', () => {
  const slice = new Map([['a', 3]])
  const service = new Map([
    ['10.1.0.1', 5],
    ['b', 6],
  ])
  assert.is(weightOf([slice, service], '10.1.0.1' as Ip, 'a'), 3)
  assert.is(weightOf([slice, service], '10.1.0.1' as Ip, 'c'), 5)
  assert.is(weightOf([slice, service], '10.1.0.2' as Ip, 'b'), 6)
})

weights('a name that no endpoint has is a warning', () => {
  const problems = new Diagnostics()
  const given = new Map([
    ['a', 1],
    ['b', 2],
  ])
  checkWeights(annotated('{}'), given, new Set(['b', 'c']), problems)
  assert.equal(found(problems), [`KN072 ${PATH}`])
  assert.match(problems.all()[0]?.message ?? '', '"a"')
})

weights.run()
