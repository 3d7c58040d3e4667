import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compareText, groupBy } from '../../src/util/collections.js'

const lists = suite('lists')

lists('groups and their items keep the order of their first appearance', () => {
  const groups = groupBy(['b1', 'a1', 'b2', '__proto__', 'a2'], ([letter = '']) => letter)
  assert.equal(
    [...groups],
    [
      ['b', ['b1', 'b2']],
      ['a', ['a1', 'a2']],
      ['_', ['__proto__']],
    ],
  )
})

lists('text is ordered by code units, whatever the locale', () => {
  const texts = ['ä', 'a', 'Z', '10', '9', 'a-b', 'aa', '']
  assert.equal([...texts].sort(compareText), ['', '10', '9', 'Z', 'a', 'a-b', 'aa', 'ä'])
  assert.is(compareText('a', 'a'), 0)
})

lists.run()
