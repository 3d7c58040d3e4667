import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../../src/address/address.js'
import { endpoint, HERE, node, type PortFields, type SettingsFields } from '../../build.js'
import {
  ask,
  CLUSTER_IP,
  everywhere,
  LOCAL,
  NODE,
  OUTSIDE,
  POD,
  REMOTE,
  short,
  VIP,
} from './ask.js'

const source = suite('the reference: sources')

source('masquerade-all is for ClusterIPs alone', () => {
  const ports = [everywhere({ endpoints: [LOCAL], externalPolicy: 'Local' })]
  const world = { ports, settings: { masqueradeAll: true } }
  assert.is(short(ask(world, POD, '10.96.0.1:80/tcp')), 'local masq')
  assert.is(short(ask(world, OUTSIDE, `${VIP}:80/tcp`)), 'local')
})

const MODES: readonly (readonly [SettingsFields['localTraffic'], isPod: string])[] = [
  [{ mode: 'ClusterCIDR', clusterCIDRs: [] }, 'unknown'],
  [{ mode: 'ClusterCIDR', clusterCIDRs: ['fd00::/8'] }, 'unknown'],
  [{ mode: 'ClusterCIDR', clusterCIDRs: ['10.244.0.0/16'] }, 'pod'],
  [{ mode: 'ClusterCIDR', clusterCIDRs: ['10.245.0.0/16'] }, 'not'],
  [{ mode: 'NodeCIDR' }, 'unknown'],
  [{ mode: 'BridgeInterface', bridgeInterface: 'veth1' }, 'pod'],
  [{ mode: 'BridgeInterface', bridgeInterface: 'veth' }, 'not'],
  [{ mode: 'BridgeInterface', bridgeInterface: '' }, 'unknown'],
  [{ mode: 'InterfaceNamePrefix', interfaceNamePrefix: 'veth' }, 'pod'],
  [{ mode: 'InterfaceNamePrefix', interfaceNamePrefix: 'cali' }, 'not'],
  [{ mode: 'InterfaceNamePrefix', interfaceNamePrefix: '' }, 'unknown'],
]
const BY_STANDING: Readonly<Record<string, readonly [internal: string, external: string]>> = {
  pod: ['all', 'all'],
  not: ['all masq', 'local'],
  unknown: ['all', 'local'],
}

for (const [localTraffic = {}, standing] of MODES) {
  source(`a sender is ${standing} by ${JSON.stringify(localTraffic)}`, () => {
    const ports = [everywhere({ endpoints: [LOCAL, REMOTE], externalPolicy: 'Local' })]
    const world = { ports, settings: { localTraffic } }
    const answers = [`${CLUSTER_IP}:80/tcp`, `${VIP}:80/tcp`].map(to => short(ask(world, POD, to)))
    assert.equal(answers, BY_STANDING[standing])
  })
}

source('by its pod CIDR the node tells pods, the first of the family', () => {
  const world = {
    ports: [{ endpoints: [LOCAL] }],
    settings: { localTraffic: { mode: 'NodeCIDR' } },
    at: node({ podCIDRs: ['fd00::/64', '10.244.1.0/24', '10.244.2.0/24'] }),
  } as const
  const from = (ip: string) => short(ask(world, { ...POD, ip: ip as Ip }, '10.96.0.1:80/tcp'))
  assert.equal([from('10.244.1.9'), from('10.244.2.9')], ['local', 'local masq'])
})

source('the node has no interface that pods have', () => {
  const localTraffic = { mode: 'InterfaceNamePrefix', interfaceNamePrefix: 'veth' } as const
  const world = { ports: [{ endpoints: [LOCAL] }], settings: { localTraffic } }
  assert.is(short(ask(world, NODE, '10.96.0.1:80/tcp')), 'local masq')
})

source('a backend that gets its own packets is masqueraded if its node is named', () => {
  const from = (one: typeof LOCAL, others: readonly PortFields[] = []): string =>
    short(
      ask({ ports: [{ endpoints: [one] }, ...others] }, { ...POD, ip: one.ip }, '10.96.0.1:80/tcp'),
    )
  const nowhere = endpoint('10.244.1.1')
  assert.is(from(LOCAL), 'local masq')
  assert.is(from(REMOTE), 'remote')
  assert.is(from(nowhere), 'local')
  assert.is(
    from(nowhere, [{ name: 'twin', clusterIP: '10.96.0.2', endpoints: [LOCAL] }]),
    'local masq',
  )
})

source('what comes in for the node itself is not masqueraded, what the node sends is', () => {
  const host = endpoint('192.168.0.1', { nodeName: HERE })
  const world = { ports: [{ endpoints: [host] }] }
  assert.is(short(ask(world, OUTSIDE, '10.96.0.1:80/tcp')), '192.168.0.1')
  assert.is(short(ask(world, NODE, '10.96.0.1:80/tcp')), '192.168.0.1 masq')
})

source('an address of the node that counts as a pod keeps its source', () => {
  const localTraffic = { clusterCIDRs: ['192.168.0.0/16'] }
  const ports = [everywhere({ endpoints: [REMOTE], externalPolicy: 'Local' })]
  assert.is(short(ask({ ports, settings: { localTraffic } }, NODE, `${VIP}:80/tcp`)), 'remote')
})

source.run()
