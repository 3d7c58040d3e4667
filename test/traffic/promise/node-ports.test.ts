import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { node } from '../../build.js'
import { ask, everywhere, LOCAL, OUTSIDE } from './ask.js'

const nodePorts = suite('the reference: node port addresses')
const OWN = ['192.168.0.1', '192.168.1.1', '10.9.0.1']

const LISTS: readonly (readonly [entries: readonly string[], served: readonly string[]])[] = [
  [['primary'], ['192.168.0.1']],
  [['all'], OWN],
  [['0.0.0.0/0', '10.0.0.0/8'], OWN],
  [['192.168.0.0/16'], ['192.168.0.1', '192.168.1.1']],
  [
    ['primary', '10.0.0.0/8'],
    ['192.168.0.1', '10.9.0.1'],
  ],
  [['fd00::/8'], OWN],
  [['172.16.0.0/12'], []],
  [['localhost'], []],
]

for (const [entries, served] of LISTS) {
  nodePorts(`${entries.join(', ')} serves ${served.join(', ') || 'nothing'}`, () => {
    const world = {
      ports: [everywhere({ endpoints: [LOCAL] })],
      settings: { nodePortAddresses: entries as readonly 'primary'[] },
      at: node({ addresses: OWN }),
    }
    const found = [...OWN, '127.0.0.1', '10.9.0.2'].filter(
      ip => ask(world, OUTSIDE, `${ip}:30080/tcp`).verdict === 'backends',
    )
    assert.equal(found, served)
  })
}

nodePorts('primary serves every address in a family where the node has none', () => {
  const world = {
    ports: [everywhere({ endpoints: [LOCAL] })],
    at: node({ primary: {}, addresses: OWN }),
  }
  assert.is(ask(world, OUTSIDE, '10.9.0.1:30080/tcp').verdict, 'backends')
})

nodePorts.run()
