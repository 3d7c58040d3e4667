import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { devicesFor } from '../../../src/verify/what/addresses.js'
import { endpoint, HERE, type LocalTrafficFields, settings } from '../../build.js'
import { clients, trials } from './scene.js'

const devices = suite('interfaces of the scene')

const of = (localTraffic: LocalTrafficFields) => devicesFor({ plan: settings({ localTraffic }) })
const names = (localTraffic: LocalTrafficFields, count: number): string[] => {
  const { next } = of(localTraffic)
  return Array.from({ length: count }, next)
}
const prefixed = (interfaceNamePrefix: string): LocalTrafficFields => ({
  mode: 'InterfaceNamePrefix',
  interfaceNamePrefix,
})
const bridged = (bridgeInterface: string): LocalTrafficFields => ({
  mode: 'BridgeInterface',
  bridgeInterface,
})

devices('pods hang on interfaces with the prefix that is asked for', () => {
  assert.equal(names({}, 2), ['veth1', 'veth2'])
  assert.equal(names(prefixed('cali'), 2), ['cali1', 'cali2'])
  assert.equal(names(prefixed(''), 1), ['veth1'])
})

devices('names are unique, and none is longer than the kernel takes', () => {
  const all = names(prefixed('abcdefghijklmn'), 50)
  assert.is(new Set(all).size, 50)
  assert.equal(all.slice(33, 37), ['abcdefghijklmny', 'abcdefghijklmnz', 'veth1', 'veth2'])
  assert.ok(all.every(name => name.length <= 15))
})

devices('names are never those of other interfaces or settings', () => {
  for (const [prefix, taken] of [
    ['et', 'eth0'],
    ['al', 'all'],
    ['l', 'lo'],
  ] as const) {
    const all = names(prefixed(prefix), 700)
    assert.is(new Set(all).size, 700)
    assert.not.ok(all.includes(taken))
  }
  const { bridge, next } = of(bridged('veth1'))
  assert.equal([bridge, next()], ['veth1', 'veth2'])
})

devices('a name that the kernel refuses is not tried', () => {
  assert.equal(names(prefixed('a:b'), 1), ['veth1'])
  assert.equal(
    ['br:0', 'eth0', 'lo', 'cni0', ''].map(name => of(bridged(name)).bridge),
    [undefined, undefined, undefined, 'cni0', undefined],
  )
})

devices('what pods send comes in by the bridge, where there is one', () => {
  const ports = [{ endpoints: [endpoint('10.244.1.1', { nodeName: HERE })] }]
  const all = trials({ ports, settings: { localTraffic: bridged('cni0') } })
  assert.is(all.scene.bridge, 'cni0')
  assert.equal(
    all.scene.pods.map(({ device }) => device),
    ['veth1', 'veth2'],
  )
  assert.equal(
    clients(all, /cluster-ip/).filter(one => /^(pod|backend) /.test(one)),
    ['pod 10.244.1.200 cni0', 'backend 10.244.1.1 cni0'],
  )
})

devices.run()
