import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import type { Node } from '../../../src/generated/types.gen.js'
import { checkNode } from '../../../src/model/validate/objects.js'
import { found, inputObject } from '../objects.js'

const rules = suite('node')

function check(value: Omit<Node, 'metadata'>): string[] {
  const problems = new Diagnostics()
  checkNode(inputObject('Node', { metadata: { name: 'worker-1' }, ...value }), problems)
  return found(problems)
}

const address = (type: string, text: string): string[] =>
  check({ status: { addresses: [{ type, address: text }] } })

rules('internal and external addresses are IP addresses', () => {
  for (const type of ['InternalIP', 'ExternalIP']) {
    assert.equal(address(type, '192.0.2.1'), [])
    assert.equal(address(type, 'fd00::1'), [])
    assert.equal(address(type, 'worker-1'), ['KN060 status.addresses.0.address'])
    assert.equal(address(type, '192.0.2.01'), ['KN023 status.addresses.0.address'])
  }
})

rules('other types of address are names', () => {
  for (const type of ['Hostname', 'InternalDNS', 'ExternalDNS', 'toString']) {
    assert.equal(address(type, 'worker-1'), [])
  }
})

rules('pod CIDRs are CIDRs', () => {
  const podCIDRs = ['10.244.1.0/24', 'fd00:10:244:1::/64']
  assert.equal(check({ spec: { podCIDR: '10.244.1.0/24', podCIDRs } }), [])
  assert.equal(check({ spec: { podCIDR: '' } }), [])
  assert.equal(check({ spec: { podCIDR: '10.244.1.0' } }), ['KN060 spec.podCIDR'])
  assert.equal(check({ spec: { podCIDR: 'x', podCIDRs: ['x'] } }), ['KN060 spec.podCIDRs.0'])
  assert.equal(check({ spec: { podCIDRs: ['10.244.1.7/24'] } }), ['KN024 spec.podCIDRs.0'])
})

rules('a node without spec and status passes', () => {
  assert.equal(check({}), [])
})

rules.run()
