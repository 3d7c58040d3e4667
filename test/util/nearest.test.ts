import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { didYouMean, nearest } from '../../src/util/text.js'

const names = suite('nearest names')

names('the most similar come first, names of equal distance by their text', () => {
  const known = ['worker-12', 'worker-3', 'worker-1', 'worker-11']
  assert.equal(nearest('worker-1', known), ['worker-1', 'worker-11', 'worker-12'])
  assert.equal(nearest('wroker-3', known)[0], 'worker-3')
})

names('names that share too little are left out', () => {
  assert.equal(nearest('worker-1', ['control-plane', 'db']), [])
  assert.equal(nearest('a', ['b', 'abc', 'abcd']), ['b', 'abc'])
  assert.equal(nearest('a', []), [])
})

names('the end of a message asks for them, or is empty', () => {
  assert.is(
    didYouMean('worker-1', ['worker-11', 'worker-2']),
    '; did you mean worker-11, worker-2?',
  )
  assert.is(didYouMean('worker-1', ['db']), '')
})

names.run()
