import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keyedDiff } from '../../src/util/collections.js'

const diffs = suite('keyed difference')

interface Item {
  readonly key: string
  readonly value: number
}
const diff = (before: readonly Item[], after: readonly Item[]) =>
  keyedDiff(
    before,
    after,
    ({ key }) => key,
    (a, b) => a.value === b.value,
  )
const item = (key: string, value: number): Item => ({ key, value })

diffs('items are told apart by key, and changes by value', () => {
  const before = [item('gone', 1), item('same', 2), item('other', 3)]
  const after = [item('new', 1), item('other', 4), item('same', 2)]
  assert.equal(diff(before, after), {
    added: [item('new', 1)],
    removed: [item('gone', 1)],
    changed: [{ before: item('other', 3), after: item('other', 4) }],
    kept: [{ before: item('same', 2), after: item('same', 2) }],
  })
})

diffs('keys that are names of object members are keys like any other', () => {
  const items = [item('__proto__', 1), item('constructor', 2)]
  assert.equal(diff([], items).added, items)
  assert.is(diff(items, items).kept.length, 2)
})

diffs('what is removed and changed makes way for what is added, whatever the lists', () => {
  const items = fc.uniqueArray(
    fc.record({ key: fc.constantFrom(...'abcdefgh'), value: fc.nat(2) }),
    { selector: ({ key }) => key },
  )
  fc.assert(
    fc.property(items, items, (before, after) => {
      const { added, removed, changed, kept } = diff(before, after)
      const left = before.filter(one => !removed.includes(one))
      assert.is(left.length, changed.length + kept.length)
      const values = new Map([...left, ...added].map(({ key, value }) => [key, value]))
      for (const pair of changed) values.set(pair.after.key, pair.after.value)
      assert.equal(values, new Map(after.map(({ key, value }) => [key, value] as const)))
      for (const pair of changed) assert.is.not(pair.before.value, pair.after.value)
    }),
  )
})

diffs.run()
