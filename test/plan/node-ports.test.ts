import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Family } from '../../src/address/address.js'
import {
  cidrsOf,
  type NodePortEntry,
  nodePortAddresses,
  servesLocalhost,
} from '../../src/plan/node-ports.js'
import { node } from '../build.js'

const nodePorts = suite('node port addresses')

const DUAL = node({
  primary: { IPv4: '192.168.0.1', IPv6: 'fd00::1' },
  addresses: ['192.168.0.1', 'fd00::1', '10.0.0.1', '10.0.0.2', 'fd00::2'],
})

const resolve = (entries: readonly string[], family: Family = 'IPv4', at = DUAL) => {
  const addresses = nodePortAddresses(entries as readonly NodePortEntry[], at, family)
  return addresses.kind === 'all' ? 'all' : addresses.ips.join(' ')
}

nodePorts('primary is the one primary address of the family', () => {
  assert.is(resolve(['primary']), '192.168.0.1')
  assert.is(resolve(['primary'], 'IPv6'), 'fd00::1')
})

nodePorts('primary on a node without an address of the family means all', () => {
  assert.is(resolve(['primary'], 'IPv6', node()), 'all')
})

nodePorts('a CIDR stands for all addresses of the node that lie in it', () => {
  assert.is(resolve(['10.0.0.0/24']), '10.0.0.1 10.0.0.2')
  assert.is(resolve(['10.0.0.2/32', '192.168.0.0/16']), '192.168.0.1 10.0.0.2')
  assert.is(resolve(['172.16.0.0/12']), '')
})

nodePorts('CIDRs of the other family do not count; if none is left, it is all', () => {
  assert.is(resolve(['10.0.0.0/24'], 'IPv6'), 'all')
  assert.is(resolve(['10.0.0.0/24', 'fd00::2/128'], 'IPv6'), 'fd00::2')
})

nodePorts('a prefix of length 0 means all, whatever else is listed', () => {
  assert.is(resolve(['10.0.0.0/24', '0.0.0.0/0']), 'all')
  assert.is(resolve(['0.0.0.0/0', 'fd00::/64'], 'IPv6'), 'fd00::1 fd00::2')
  assert.is(resolve(['10.0.0.0/10']), '10.0.0.1 10.0.0.2')
  assert.is(resolve(['all', 'primary'], 'IPv6'), 'all')
})

nodePorts('primary goes together with CIDRs', () => {
  assert.is(resolve(['primary', '10.0.0.2/32']), '192.168.0.1 10.0.0.2')
})

nodePorts('loopback serves no node ports', () => {
  assert.is(resolve(['localhost']), '')
  assert.is(resolve(['127.0.0.0/8']), '')
  assert.is(resolve(['::1/128'], 'IPv6'), '')
})

nodePorts('localhost is listed where NodePorts work on it', () => {
  const at = (entry: string) =>
    nodePortAddresses([entry] as readonly NodePortEntry[], DUAL, 'IPv4', true)
  assert.equal(at('127.0.0.0/8'), { kind: 'listed', ips: ['127.0.0.1'] })
  assert.equal(at('127.0.0.2/32'), { kind: 'listed', ips: [] })
  assert.equal(at('all'), { kind: 'all' })
})

nodePorts(
  'work on localhost in IPv4, if that is wanted and an entry holds a loopback address',
  () => {
    const works = (
      entries: readonly string[],
      family: Family = 'IPv4',
      localhostNodePorts = true,
    ) =>
      servesLocalhost(
        { localhostNodePorts, nodePortAddresses: entries as readonly NodePortEntry[] },
        DUAL,
        family,
      )
    for (const entry of [
      'all',
      'localhost',
      '0.0.0.0/0',
      '127.0.0.0/8',
      '127.0.0.5/32',
      '0.0.0.0/1',
    ])
      assert.ok(works([entry]), entry)
    // None of the family is all.
    assert.ok(works(['fd00::/8']))
    for (const entry of ['primary', '10.0.0.0/8', '128.0.0.0/1'])
      assert.not.ok(works([entry]), entry)
    assert.not.ok(works(['all'], 'IPv6'))
    assert.not.ok(works(['::1/128'], 'IPv6'))
    assert.not.ok(works(['all'], 'IPv4', false))
  },
)

nodePorts('words resolve to CIDRs of the family', () => {
  const words: readonly NodePortEntry[] = ['primary', 'all', 'localhost']
  assert.equal(cidrsOf(words, DUAL, 'IPv4'), ['192.168.0.1/32', '0.0.0.0/0', '127.0.0.0/8'])
  assert.equal(cidrsOf(words, DUAL, 'IPv6'), ['fd00::1/128', '::/0', '::1/128'])
  assert.equal(cidrsOf(['primary'], node(), 'IPv6'), [])
})

nodePorts.run()
