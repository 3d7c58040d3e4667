import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { assertNever, invariant } from '../../src/util/errors.js'

const invariants = suite('invariants')

invariants('a promise that holds says nothing, a broken one throws its words', () => {
  invariant(1, 'one')
  for (const condition of [false, 0, '', undefined]) {
    assert.throws(
      () => invariant(condition, 'all is well'),
      (error: Error) => error.message === 'internal error: all is well',
    )
  }
})

invariants('a value that the types exclude throws with the value', () => {
  assert.throws(() => assertNever({ kind: 'new' } as never, 'match'), 'match: {"kind":"new"}')
})

invariants.run()
