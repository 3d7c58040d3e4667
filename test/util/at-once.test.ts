import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { forEachAtOnce } from '../../src/util/collections.js'

const atOnce = suite('jobs at once')
const tick = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

atOnce('each item is done once, never more than the limit at a time', async () => {
  const done: number[] = []
  let running = 0
  let most = 0
  await forEachAtOnce(3, [1, 2, 3, 4, 5, 6, 7], async item => {
    most = Math.max(most, ++running)
    await tick()
    running--
    done.push(item)
  })
  assert.equal(done.sort(), [1, 2, 3, 4, 5, 6, 7])
  assert.is(most, 3)
})

atOnce('the first failure is told', async () => {
  const failing = forEachAtOnce(2, [1, 2, 3], async item => {
    await tick()
    if (item === 2) throw new Error('two')
  })
  assert.match(String(await failing.catch(String)), 'two')
})

atOnce.run()
