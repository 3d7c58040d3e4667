import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type Cidr,
  containedIn,
  familyOf,
  type Ip,
  isLoopback,
  isUnusable,
  parseCidr,
  parseIp,
} from '../../src/address/address.js'
import { withoutContained } from '../../src/address/ranges.js'

const addresses = suite('address')

const NO_ADDRESSES = [
  ...['', '1', '127.1', '4294967295', '0x7f.1', '0x7f.0.0.1', '1.2.3', '1.2.3.4.5', '1.2.3.256'],
  ...['0256.1.1.1', '-1.2.3.4', '1.2.3.4 ', ' 1.2.3.4', '1.2.3.4\n', '1.2.3.4/32', '1..3.4'],
  ...['fe80::1%eth0', '::ffff:010.0.0.1', '1:2:3', ':::', '12345::', '[::1]', 'localhost'],
]

for (const text of NO_ADDRESSES) {
  addresses(`${JSON.stringify(text)} is no address`, () => assert.is(parseIp(text), undefined))
}

addresses('leading zeros are decimal and dubious', () => {
  for (const text of ['010.0.0.1', '10.000.0.01', '0000000010.0.0.1']) {
    assert.equal(parseIp(text), { ip: '10.0.0.1', family: 'IPv4', dubious: 'leading zeros' })
  }
  assert.equal(parseIp('10.0.0.1'), { ip: '10.0.0.1', family: 'IPv4' })
})

addresses('an IPv4-mapped IPv6 address is the IPv4 address, and dubious', () => {
  for (const text of ['::ffff:192.168.1.1', '::FFFF:c0a8:101', '0:0:0:0:0:ffff:192.168.1.1']) {
    const mapped = { ip: '192.168.1.1', family: 'IPv4', dubious: 'IPv4-mapped IPv6' }
    assert.equal(parseIp(text), mapped, text)
  }
  assert.is(parseIp('::ffff:0:1.2.3.4')?.family, 'IPv6')
  assert.is(parseIp('::1.2.3.4')?.family, 'IPv6')
})

addresses('every spelling of an IPv6 address becomes that of RFC 5952', () => {
  const canonical: Record<string, string> = {
    '2001:DB8::0:1': '2001:db8::1',
    '0:0:0:0:0:0:0:0': '::',
    '1:0:0:2:0:0:0:3': '1:0:0:2::3',
    '1::2:3:4:5:6:7': '1:0:2:3:4:5:6:7',
    '64:ff9b::1.2.3.4': '64:ff9b::102:304',
  }
  for (const [text, ip] of Object.entries(canonical)) assert.is(parseIp(text)?.ip, ip)
})

addresses('an address is read if node reads it, and means the same address', () => {
  const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.stringMatching(/^[0-9a-f.:%]{1,20}$/))
  fc.assert(
    fc.property(text, text => {
      const parsed = parseIp(text)
      const version = text.includes('%') ? 0 : isIP(text)
      assert.is(parsed !== undefined && parsed.dubious !== 'leading zeros', version !== 0)
      if (version !== 6 || parsed?.family !== 'IPv6') return
      assert.is(parsed.ip, new URL(`http://[${text}]`).hostname.slice(1, -1))
    }),
  )
})

const NO_CIDRS = [
  ...['10.0.0.0', '10.0.0.0/', '/8', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/-1', '10.0.0.0/+8'],
  ...[
    '10.0.0.0/0x8',
    '10.0.0.0/08',
    '10.0.0.0/8abc',
    '2001:db8::/32x',
    'fd00::/64 ',
    '10.0.0.0/ 8',
  ],
  ...[
    '10.0.0.0/255.255.0.0',
    '10.0.0.0/8/8',
    '10.0/16',
    'fe80::1%eth0/64',
    '::ffff:10.0.0.0/104',
    '::ffff:10.0.0.0/8',
  ],
]

for (const text of NO_CIDRS) {
  addresses(`${JSON.stringify(text)} is no CIDR`, () => assert.is(parseCidr(text), undefined))
}

addresses('host bits are masked and dubious', () => {
  assert.equal(parseCidr('10.1.2.3/8'), {
    cidr: '10.0.0.0/8',
    family: 'IPv4',
    dubious: 'host bits',
  })
  assert.equal(parseCidr('FD00::1/64'), { cidr: 'fd00::/64', family: 'IPv6', dubious: 'host bits' })
  assert.equal(parseCidr('10.1.2.3/32'), { cidr: '10.1.2.3/32', family: 'IPv4' })
  assert.is(parseCidr('010.1.2.3/8')?.dubious, 'leading zeros')
})

/** An address of random bytes, the same with one bit flipped, and the number of that bit. */
const pair = (size: 4 | 16) =>
  fc
    .tuple(
      fc.uint8Array({ minLength: size, maxLength: size }),
      fc.nat(size * 8 - 1),
      fc.nat(size * 8),
    )
    .map(([bytes, bit, prefix]) => {
      const other = bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (128 >> (bit & 7)) : byte))
      return { ip: textOf(bytes), other: textOf(other), bit, prefix }
    })

const textOf = (bytes: Uint8Array): string =>
  bytes.length === 4
    ? bytes.join('.')
    : (Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []).join(':')

addresses('an address is in a CIDR exactly if it differs in no bit of the prefix', () => {
  fc.assert(
    fc.property(fc.oneof(pair(4), pair(16)), ({ ip, other, bit, prefix }) => {
      const [cidr, one] = [parseCidr(`${ip}/${prefix}`), parseIp(other)]
      fc.pre(one?.dubious === undefined && cidr !== undefined)
      const blocks = new BlockList()
      const family = cidr.family === 'IPv4' ? 'ipv4' : 'ipv6'
      blocks.addSubnet(cidr.cidr.split('/')[0] ?? '', prefix, family)
      const isInside = containedIn([cidr.cidr])(one?.ip as Ip)
      assert.is(isInside, bit >= prefix)
      assert.is(isInside, blocks.check(other, family))
      assert.is(familyOf(cidr.cidr), cidr.family)
    }),
  )
})

addresses('an address of another family is in no CIDR', () => {
  const everywhere = containedIn(['0.0.0.0/0', '10.0.0.0/8'] as Cidr[])
  assert.is(everywhere('::1' as Ip), false)
  assert.is(everywhere('10.0.0.1' as Ip), true)
  assert.is(containedIn([])('10.0.0.1' as Ip), false)
})

addresses('unspecified, loopback, link-local and multicast addresses are unusable', () => {
  const unusable = ['0.0.0.0', '127.9.9.9', '169.254.0.1', '224.0.0.1', '239.255.255.255']
  const unusable6 = ['::', '::1', 'fe80::1', 'febf::1', 'ff02::1']
  for (const ip of [...unusable, ...unusable6]) assert.ok(isUnusable(ip as Ip), ip)
  for (const ip of ['0.0.0.1', '10.0.0.1', '223.255.255.255', '::2', 'fec0::1', 'fd00::1']) {
    assert.not.ok(isUnusable(ip as Ip), ip)
  }
  assert.equal(
    ['127.0.0.1', '::1', '169.254.0.1', '::'].map(ip => isLoopback(ip as Ip)),
    [true, true, false, false],
  )
})

addresses('what lies in another CIDR is left out, in the order of the others', () => {
  const left = (...sources: string[]) => withoutContained(sources as Cidr[]).join(' ')
  assert.is(left('10.1.0.0/16', '10.0.0.0/8', '10.2.3.4', '192.0.2.1'), '10.0.0.0/8 192.0.2.1')
  assert.is(left('10.0.0.1', '10.0.0.1/32', '10.0.0.1'), '10.0.0.1/32')
  assert.is(left('0.0.0.0/0', 'fd00::1', 'fd00::/8', '10.0.0.0/8'), '0.0.0.0/0 fd00::/8')
  assert.is(left('10.0.0.0/24', '10.0.1.0/24'), '10.0.0.0/24 10.0.1.0/24')
})

addresses('what is left never overlaps and holds what all held', () => {
  const cidr = fc
    .tuple(fc.nat(3), fc.nat(255), fc.constantFrom(0, 7, 8, 14, 16, 24, 31, 32))
    .map(([a, b, length]) => parseCidr(`10.${a}.${b}.${b}/${length}`)?.cidr as Cidr)
  fc.assert(
    fc.property(fc.array(cidr), fc.nat(3), fc.nat(255), (cidrs, a, b) => {
      const left = withoutContained(cidrs) as Cidr[]
      const ip = `10.${a}.${b}.${b}` as Ip
      assert.is(containedIn(left)(ip), containedIn(cidrs)(ip))
      assert.ok(left.filter(one => containedIn([one])(ip)).length <= 1)
    }),
  )
})

addresses.run()
