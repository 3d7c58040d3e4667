import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Ip, parseIp } from '../../src/address/address.js'
import { addressOf, numberOf } from '../../src/address/ranges.js'

const numbers = suite('address numbers')

const ipOf = (text: string): Ip => {
  const parsed = parseIp(text)
  if (!parsed) throw new Error(text)
  return parsed.ip
}

numbers('addresses count up by one', () => {
  assert.is(numberOf(ipOf('0.0.0.0')), 0n)
  assert.is(numberOf(ipOf('10.0.1.0')), numberOf(ipOf('10.0.0.255')) + 1n)
  assert.is(numberOf(ipOf('255.255.255.255')), 2n ** 32n - 1n)
  assert.is(numberOf(ipOf('::')), 0n)
  assert.is(numberOf(ipOf('::1:0')), 0x10000n)
  assert.is(numberOf(ipOf('1::')), 1n << 112n)
  assert.is(numberOf(ipOf('fd00::1:2')), (0xfd00n << 112n) | 0x10002n)
  assert.is(numberOf(ipOf('1:2:3:4:5:6:7:8')), 0x00010002000300040005000600070008n)
})

numbers('numbers become canonical addresses', () => {
  assert.is(addressOf('IPv4', 0x0a600001n), '10.96.0.1')
  assert.is(addressOf('IPv6', (0xfd00n << 112n) | 0xan), 'fd00::a')
})

numbers('there and back is the same IPv4 address', () =>
  fc.assert(
    fc.property(fc.ipV4(), text => {
      assert.is(addressOf('IPv4', numberOf(ipOf(text))), text)
    }),
  ),
)

numbers('there and back is the same IPv6 number', () =>
  fc.assert(
    fc.property(fc.bigInt({ min: 1n << 64n, max: (1n << 128n) - 1n }), number => {
      assert.is(numberOf(addressOf('IPv6', number)), number)
    }),
  ),
)

numbers.run()
