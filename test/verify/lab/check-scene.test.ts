import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../../src/address/address.js'
import type { Pod, Scene } from '../../../src/traffic/packet.js'
import { checkScene, SceneError } from '../../../src/verify/lab/scene.js'

const scenes = suite('scenes that can be built')

const pod = (name: string, addresses: readonly string[], device = `veth-${name}`): Pod => ({
  name,
  addresses: addresses as Ip[],
  device,
})
const SCENE: Scene = {
  node: { name: 'worker-1', addresses: ['10.0.0.1', 'fd00::1', '10.0.0.2'] as Ip[] },
  pods: [pod('a', ['10.244.0.1', 'fd00:1::1']), pod('b', [])],
  bridge: undefined,
  beyond: ['192.0.2.1' as Ip],
  listeners: [],
}

const problemOf = (change: Partial<Scene>): string => {
  try {
    checkScene({ ...SCENE, ...change })
    return 'none'
  } catch (error) {
    assert.instance(error, SceneError)
    return (error as Error).message
  }
}
const listening = (ip: string, port = 80): Partial<Scene> => ({
  listeners: [{ ip: ip as Ip, port, protocol: 'tcp' }],
})

scenes('take addresses that are listed twice for the same host', () => {
  const twice = [...SCENE.node.addresses, ...SCENE.node.addresses]
  assert.is(problemOf({ node: { name: 'worker-1', addresses: twice } }), 'none')
  assert.is(problemOf({ pods: [pod('a', ['10.244.0.1', '10.244.0.1'])] }), 'none')
  assert.is(problemOf({ beyond: ['192.0.2.1', '192.0.2.1'] as Ip[] }), 'none')
})

scenes('take listeners anywhere that packets can go, also where no host is', () => {
  for (const ip of ['10.0.0.1', '203.0.113.1', '127.0.0.1', '::1', '240.0.0.1'])
    assert.is(problemOf(listening(ip)), 'none', ip)
})

scenes('refuse an address of two hosts', () => {
  const message = 'belongs to pod a and to pod c'
  assert.match(problemOf({ pods: [pod('a', ['10.1.1.1']), pod('c', ['10.1.1.1'])] }), message)
  assert.match(problemOf({ pods: [pod('a', ['10.0.0.2'])] }), 'to node worker-1 and to pod a')
  assert.match(
    problemOf({ beyond: ['10.244.0.1' as Ip] }),
    'to pod a and to a host behind the uplink',
  )
})

scenes('refuse a pod with two addresses of one family', () => {
  assert.match(
    problemOf({ pods: [pod('a', ['10.1.1.1', '10.1.1.2'])] }),
    'two addresses of one family',
  )
})

scenes('refuse addresses that no host can have', () => {
  for (const ip of ['0.0.0.0', '::', '127.0.0.1', '169.254.1.1', 'fe80::1', '224.0.0.1', 'ff02::1'])
    assert.match(problemOf({ beyond: [ip as Ip] }), `cannot have the address ${ip}`)
  assert.match(problemOf({ beyond: ['255.255.255.255' as Ip] }), 'cannot have the address')
})

scenes('refuse listeners where no packet can go', () => {
  assert.match(problemOf(listening('fe80::1')), 'nobody can listen at fe80::1 tcp port 80')
  for (const port of [0, -1, 65_536, 1.5, Number.NaN])
    assert.match(problemOf(listening('10.0.0.1', port)), 'nobody can listen')
})

scenes('refuse names that no device can have', () => {
  for (const device of [
    '',
    'eth0',
    'lo',
    'a b',
    'a\naddress flush dev eth0',
    'x'.repeat(16),
    'a/b',
    '.',
  ])
    assert.match(problemOf({ pods: [pod('a', [], device)] }), 'cannot have a device', device)
  assert.match(
    problemOf({ pods: [pod('a', [], 'x'), pod('b', [], 'x')] }),
    'cannot have a device "x"',
  )
  assert.match(problemOf({ bridge: 'veth-a' }), 'cannot have a device "veth-a"')
})

scenes.run()
