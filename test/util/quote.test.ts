import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { quote } from '../../src/util/text.js'

const quotes = suite('quote')

quotes('text stands in quotes, other values as JSON, and nothing as a word', () => {
  assert.equal(['a "b"', 1, null, [1], undefined].map(quote), [
    '"a \\"b\\""',
    '1',
    'null',
    '[1]',
    'nothing',
  ])
})

quotes('what is too long for a line is cut', () => {
  assert.is(quote('x'.repeat(78)), `"${'x'.repeat(78)}"`)
  assert.is(quote('x'.repeat(79)), `"${'x'.repeat(79)}...`)
})

quotes('nothing that ends a line or drives a terminal is left', () => {
  assert.is(quote('\n\u001b\u007f\u009b\u2028'), '"\\n\\u001b\\u007f\\u009b\\u2028"')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      assert.not.match(quote(text), /[\p{Cc}\u2028\u2029]/u)
    }),
  )
})

quotes('a value that is nested too deep is told in words', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
  assert.is(quote(deep), 'a deeply nested value')
})

quotes.run()
