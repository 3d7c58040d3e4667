import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { migrationOptions } from '../../src/migrate/migrate.js'
import { UsageError } from '../../src/util/errors.js'

const sides = suite('options of both modes')

sides('defaults are those of each mode', () => {
  const { options, settings } = migrationOptions({})
  assert.is(options.proxyMode, 'nftables')
  assert.equal(settings.families, ['IPv4', 'IPv6'])
  assert.equal(settings.iptables.nodePortAddresses, ['all'])
  assert.equal(settings.nftables.nodePortAddresses, ['primary'])
  assert.is(settings.iptables.localhostNodePorts, true)
  assert.is(settings.nftables.localhostNodePorts, false)
})

sides('what is given counts for both, or for the mode that knows it', () => {
  const { settings } = migrationOptions({
    'ip-family': 'ipv6',
    'nodeport-addresses': '192.168.0.0/16',
    'masquerade-all': true,
    'iptables-localhost-nodeports': false,
    'conntrack-tcp-be-liberal': true,
    counters: true,
  })
  assert.equal(settings.families, ['IPv6'])
  assert.equal(settings.iptables.nodePortAddresses, ['192.168.0.0/16'])
  assert.equal(settings.nftables.nodePortAddresses, ['192.168.0.0/16'])
  assert.is(settings.iptables.masqueradeAll && settings.nftables.masqueradeAll, true)
  assert.is(settings.iptables.localhostNodePorts, false)
  assert.is(settings.iptables.tcpBeLiberal, true)
})

sides('each mode reads its own section of a configuration, whatever its mode is', () => {
  for (const mode of ['', 'iptables', 'nftables']) {
    const { settings } = migrationOptions(
      {},
      {
        mode,
        clusterCIDR: '10.244.0.0/16',
        conntrack: { tcpBeLiberal: true },
        iptables: { masqueradeAll: true, masqueradeBit: 15, localhostNodePorts: false },
        nftables: { masqueradeBit: 16 },
      },
    )
    const { iptables, nftables } = settings
    assert.equal([iptables.masqueradeAll, nftables.masqueradeAll], [true, false])
    assert.equal([iptables.masqueradeBit, nftables.masqueradeBit], [15, 16])
    assert.equal([iptables.localhostNodePorts, nftables.localhostNodePorts], [false, false])
    assert.is(iptables.tcpBeLiberal, true)
    assert.equal(iptables.localTraffic, nftables.localTraffic)
  }
})

sides('an invalid value is refused for either', () => {
  assert.throws(
    () => migrationOptions({ 'masquerade-bit': 32 }),
    (error: unknown) => error instanceof UsageError,
  )
  assert.throws(
    () => migrationOptions({ 'iptables-localhost-nodeports': 'no' }),
    (error: unknown) => error instanceof UsageError,
  )
})

sides.run()
