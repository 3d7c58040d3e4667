import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { deepEqual } from '../../src/util/collections.js'

const equality = suite('deep equality')

equality('keys count in any order, items in theirs', () => {
  assert.ok(deepEqual({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }))
  assert.not.ok(deepEqual([1, 2], [2, 1]))
})

equality('kinds of values are told apart', () => {
  const different = [null, 0, false, '', [], {}, [undefined], { a: undefined }, { length: 0 }]
  for (const [i, a] of different.entries()) {
    for (const [j, b] of different.entries()) assert.is(deepEqual(a, b), i === j)
  }
})

equality('what only the prototype has is no key', () => {
  assert.not.ok(deepEqual({ toString: 1 }, { other: 1 }))
  assert.not.ok(deepEqual(JSON.parse('{"__proto__": {}}'), { a: {} }))
})

equality('values of any depth are compared', () => {
  const deep = (end: string): unknown =>
    JSON.parse(`${'['.repeat(50_000)}${end}${']'.repeat(50_000)}`)
  assert.ok(deepEqual(deep('1'), deep('1')))
  assert.not.ok(deepEqual(deep('1'), deep('2')))
})

equality('values of JSON are equal exactly if node finds them so', () => {
  const value = fc.jsonValue({ maxDepth: 2 }).map(made => JSON.parse(JSON.stringify(made)))
  fc.assert(
    fc.property(value, value, (a, b) => {
      assert.ok(deepEqual(a, structuredClone(a)))
      assert.is(deepEqual(a, b), isDeepStrictEqual(a, b))
    }),
  )
})

equality.run()
