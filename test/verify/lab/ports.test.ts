import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../../src/address/address.js'
import { openPorts } from '../../../src/verify/lab/agents.js'

const ports = suite('source ports')
const ONE = '10.0.0.1' as Ip
const OTHER = '10.0.0.2' as Ip

ports('come again for an address only when all had their turn', () => {
  const { take } = openPorts()
  const taken = new Set<number>()
  for (let first = take(ONE, 500); !taken.has(first); first = take(ONE, 500))
    for (let port = first; port < first + 500; port++) {
      assert.not.ok(taken.has(port), `${port} came again`)
      assert.ok(port > 1023 && port < 65_536)
      taken.add(port)
    }
  assert.is(taken.size, 50_000)
})

ports('of one address do not depend on those of another', () => {
  const { take } = openPorts()
  const first = take(ONE, 3)
  assert.is(take(OTHER, 3), first)
  assert.is(take(ONE, 3), first + 3)
})

ports.run()
