import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Family } from '../../src/address/address.js'
import { localDetector } from '../../src/plan/local-traffic.js'
import { type LocalTrafficFields, node, settings } from '../build.js'

const localTraffic = suite('local traffic')

const detect = (localTraffic: LocalTrafficFields, family: Family = 'IPv4', at = node()) =>
  localDetector(settings({ localTraffic }).localTraffic, at, family)

localTraffic('ClusterCIDR takes the first cluster CIDR of the family', () => {
  const clusterCIDRs = ['fd00::/56', '10.0.0.0/8', '10.1.0.0/16']
  assert.equal(detect({ clusterCIDRs }), { kind: 'cidr', cidr: '10.0.0.0/8' })
  assert.equal(detect({ clusterCIDRs }, 'IPv6'), { kind: 'cidr', cidr: 'fd00::/56' })
  assert.is(detect({ clusterCIDRs: ['fd00::/56'] }), undefined)
})

localTraffic("NodeCIDR takes the first of the node's pod CIDRs, and no cluster CIDR", () => {
  const mode = 'NodeCIDR'
  const at = node({ podCIDRs: ['fd00:1::/64', '10.1.0.0/24', '10.2.0.0/24'] })
  assert.equal(detect({ mode }, 'IPv4', at), { kind: 'cidr', cidr: '10.1.0.0/24' })
  assert.equal(detect({ mode }, 'IPv6', at), { kind: 'cidr', cidr: 'fd00:1::/64' })
  assert.is(detect({ mode }), undefined)
})

localTraffic('interfaces go by name or by prefix, in both families', () => {
  const names = { bridgeInterface: 'cni0', interfaceNamePrefix: 'veth' }
  for (const family of ['IPv4', 'IPv6'] as const) {
    const bridge = { kind: 'interface', name: 'cni0', prefix: false }
    assert.equal(detect({ ...names, mode: 'BridgeInterface' }, family), bridge)
    const prefix = { kind: 'interface', name: 'veth', prefix: true }
    assert.equal(detect({ ...names, mode: 'InterfaceNamePrefix' }, family), prefix)
  }
})

localTraffic('an interface mode without its name detects nothing', () => {
  assert.is(detect({ mode: 'BridgeInterface', interfaceNamePrefix: 'veth' }), undefined)
  assert.is(detect({ mode: 'InterfaceNamePrefix', bridgeInterface: 'cni0' }), undefined)
})

localTraffic.run()
