import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../src/address/address.js'
import type { Node as NodeObject } from '../../src/generated/types.gen.js'
import { modelNode, nodeOfAddresses, withAddresses } from '../../src/model/node.js'
import { inputObject } from './objects.js'

const nodes = suite('nodes')

const addresses = (...list: readonly (readonly [string, string])[]): Partial<NodeObject> => ({
  status: { addresses: list.map(([type, address]) => ({ type, address })) },
})

const read = (value: Partial<NodeObject> = {}, labels = {}) =>
  modelNode(inputObject('Node', { metadata: { name: 'n', labels }, ...value }))

nodes('the primary address of a family is the first InternalIP, else the first ExternalIP', () => {
  const node = read(
    addresses(
      ['Hostname', 'n'],
      ['ExternalIP', '203.0.113.1'],
      ['ExternalIP', '2001:DB8::0:1'],
      ['InternalIP', '10.0.0.2'],
      ['InternalIP', '10.0.0.1'],
      ['ExternalIP', '10.0.0.2'],
    ),
  )
  assert.equal(node.primary, { IPv4: '10.0.0.2', IPv6: '2001:db8::1' })
  assert.equal(node.addresses, ['10.0.0.2', '10.0.0.1', '203.0.113.1', '2001:db8::1'])
})

nodes('loopback addresses and names are no addresses of a node', () => {
  const node = read(
    addresses(['InternalIP', '127.0.0.1'], ['InternalIP', '::1'], ['InternalDNS', '10.9.9.9']),
  )
  assert.equal([node.primary, node.addresses], [{}, []])
})

nodes('pod CIDRs come from podCIDRs, else from podCIDR', () => {
  const cidrs = { podCIDR: '10.1.0.0/24', podCIDRs: ['10.2.0.9/24', 'FD00::/64'] }
  assert.equal(read({ spec: cidrs }).podCIDRs, ['10.2.0.0/24', 'fd00::/64'])
  assert.equal(read({ spec: { podCIDR: '10.1.0.0/24' } }).podCIDRs, ['10.1.0.0/24'])
  assert.equal(read({ spec: { podCIDR: '10.1.0.0/24', podCIDRs: [] } }).podCIDRs, ['10.1.0.0/24'])
  assert.equal(read().podCIDRs, [])
})

nodes('the zone is its label; an empty one is no zone', () => {
  const label = 'topology.kubernetes.io/zone'
  assert.is(read({}, { [label]: 'a' }).zone, 'a')
  assert.is(read({}, { [label]: '' }).zone, undefined)
  assert.is(read({}, { 'failure-domain.beta.kubernetes.io/zone': 'a' }).zone, undefined)
})

nodes('a Node object without spec and status is a node all the same', () => {
  const { object, ...node } = read()
  assert.is(object?.name, 'n')
  const empty = { primary: {}, addresses: [], podCIDRs: [], zone: undefined }
  assert.equal(node, { name: 'n', ...empty })
})

nodes('addresses stand for a missing Node object, the first of a family as the primary', () => {
  const list = ['10.0.0.2', '127.0.0.1', 'fd00::2', '10.0.0.1', '10.0.0.2', '::1'] as Ip[]
  assert.equal(nodeOfAddresses('n', list), {
    name: 'n',
    object: undefined,
    primary: { IPv4: '10.0.0.2', IPv6: 'fd00::2' },
    addresses: ['10.0.0.2', 'fd00::2', '10.0.0.1'],
    podCIDRs: [],
    zone: undefined,
  })
})

nodes('further addresses of interfaces do not become primary', () => {
  const known = nodeOfAddresses('n', ['10.0.0.1'] as Ip[])
  const more = ['10.0.0.0', 'fd00::1', '127.0.0.2', '10.0.0.1'] as Ip[]
  const node = withAddresses(known, more, undefined)
  assert.equal(node.primary, { IPv4: '10.0.0.1' })
  assert.equal(node.addresses, ['10.0.0.1', '10.0.0.0', 'fd00::1'])
})

nodes('a specific bind address becomes the primary one of its family', () => {
  const known = nodeOfAddresses('n', ['10.0.0.1', 'fd00::1'] as Ip[])
  const node = withAddresses(known, [], '10.0.0.9' as Ip)
  assert.equal(node.primary, { IPv4: '10.0.0.9', IPv6: 'fd00::1' })
  assert.equal(node.addresses, ['10.0.0.1', 'fd00::1', '10.0.0.9'])
  assert.equal(withAddresses(known, [], '127.0.0.1' as Ip), known)
})

nodes.run()
