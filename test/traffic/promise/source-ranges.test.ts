import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../../src/address/address.js'
import type { Sender } from '../../../src/traffic/promise/view.js'
import { node, type PortFields } from '../../build.js'
import { ask, EXTERNAL_IP, everywhere, LOCAL, OUTSIDE, SENDERS, short, VIP } from './ask.js'

const ranges = suite('the reference: source ranges')
const fenced = (more: PortFields = {}): PortFields =>
  everywhere({ endpoints: [LOCAL], sourceRanges: ['192.0.2.0/29'], ...more })
const STRANGER: Sender = { ...OUTSIDE, ip: '192.0.2.8' as Ip }

ranges('bind the load balancer address, for pods and the node too, and nothing else', () => {
  const world = { ports: [fenced()] }
  const answers = [...SENDERS, STRANGER].map(sender => short(ask(world, sender, `${VIP}:80/tcp`)))
  assert.equal(answers, ['dropped', 'dropped', 'local masq', 'dropped'])
  for (const to of [`${EXTERNAL_IP}:80/tcp`, '192.168.0.1:30080/tcp', '10.96.0.1:80/tcp'])
    assert.is(short(ask(world, STRANGER, to)), 'local masq', to)
  assert.is(short(ask(world, STRANGER, `${VIP}:81/tcp`)), 'untouched')
})

ranges('are enforced where there are no endpoints', () => {
  const world = { ports: [fenced({ endpoints: [] })] }
  assert.is(short(ask(world, STRANGER, `${VIP}:80/tcp`)), 'dropped')
  assert.is(short(ask(world, OUTSIDE, `${VIP}:80/tcp`)), 'refused')
})

ranges('bind an external IP that is a load balancer address too', () => {
  const world = { ports: [fenced({ externalIPs: [VIP] })] }
  assert.is(short(ask(world, STRANGER, `${VIP}:80/tcp`)), 'dropped')
})

ranges('let the load balancer address itself send if they hold the node', () => {
  const self: Sender = { ip: VIP as Ip, inputInterface: undefined }
  const at = node({ addresses: ['192.168.0.1', VIP] })
  const of = (...sourceRanges: string[]) =>
    short(ask({ ports: [fenced({ sourceRanges })], at }, self, `${VIP}:80/tcp`))
  assert.is(of('192.168.0.0/24'), 'local masq')
  assert.is(of('192.0.2.0/29'), 'dropped')
})

ranges.run()
