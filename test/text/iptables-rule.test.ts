import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Family } from '../../src/address/address.js'
import type { IptablesMatch, IptablesTarget } from '../../src/rules/iptables.js'
import { iptablesRuleText } from '../../src/text/iptables.js'

const rules = suite('rules for iptables')

const textOf = (
  matches: readonly IptablesMatch[],
  target?: IptablesTarget,
  family: Family = 'IPv4',
): string =>
  iptablesRuleText(family, {
    chain: 'KUBE-X',
    matches,
    ...(target ? { target } : {}),
    origin: { concern: 'base' },
  })

const MATCHES: readonly (readonly [IptablesMatch, string])[] = [
  [{ kind: 'comment', text: 'ns/svc:p' }, '-m comment --comment ns/svc:p'],
  [
    { kind: 'comment', text: 'ns/svc -> [::1]:80; NOTE' },
    '-m comment --comment "ns/svc -> [::1]:80; NOTE"',
  ],
  [{ kind: 'address', side: 'saddr', negate: true, cidr: '10.0.0.0/8' }, '! -s 10.0.0.0/8'],
  [{ kind: 'address', side: 'daddr', negate: false, cidr: '::1' }, '-d ::1'],
  [{ kind: 'protocol', protocol: 'sctp' }, '-m sctp -p sctp'],
  [{ kind: 'dport', port: 80 }, '--dport 80'],
  [{ kind: 'interface', name: 'cni0', prefix: false, negate: false }, '-i cni0'],
  [{ kind: 'interface', name: 'veth', prefix: true, negate: true }, '! -i veth+'],
  [{ kind: 'local', side: 'saddr' }, '-m addrtype --src-type LOCAL'],
  [{ kind: 'local', side: 'daddr' }, '-m addrtype --dst-type LOCAL'],
  [{ kind: 'flow-state', states: ['NEW'], negate: false }, '-m conntrack --ctstate NEW'],
  [
    { kind: 'flow-state', states: ['RELATED', 'DNAT'], negate: true },
    '-m conntrack ! --ctstate RELATED,DNAT',
  ],
  [{ kind: 'mark', mark: 1, negate: false }, '-m mark --mark 0x00000001/0x00000001'],
  [{ kind: 'mark', mark: 2 ** 31, negate: true }, '-m mark ! --mark 0x80000000/0x80000000'],
  [
    { kind: 'random', weight: 1, total: 3 },
    '-m statistic --mode random --probability 0.3333333333',
  ],
  [
    { kind: 'on-list', list: 'KUBE-SEP-A', seconds: 600 },
    '-m recent --name KUBE-SEP-A --rcheck --seconds 600 --reap',
  ],
  [{ kind: 'put-on-list', list: 'KUBE-SEP-A' }, '-m recent --name KUBE-SEP-A --set'],
]

for (const [match, text] of MATCHES) {
  rules(`match ${text}`, () => {
    assert.is(textOf([match]), `KUBE-X ${text}`)
  })
}

const TARGETS: readonly (readonly [IptablesTarget, string])[] = [
  [{ kind: 'accept' }, 'ACCEPT'],
  [{ kind: 'drop' }, 'DROP'],
  [{ kind: 'return' }, 'RETURN'],
  [{ kind: 'reject' }, 'REJECT'],
  [{ kind: 'masquerade' }, 'MASQUERADE --random-fully'],
  [{ kind: 'mark-or', mark: 2 ** 14 }, 'MARK --or-mark 0x00004000'],
  [{ kind: 'mark-xor', mark: 2 ** 14 }, 'MARK --xor-mark 0x00004000'],
  [{ kind: 'jump', chain: 'KUBE-Y' }, 'KUBE-Y'],
]

for (const [target, text] of TARGETS) {
  rules(`target ${text}`, () => {
    assert.is(textOf([], target), `KUBE-X -j ${text}`)
  })
}

rules('a DNAT target has brackets in IPv6', () => {
  const dnat = (ip: string): IptablesTarget => ({ kind: 'dnat', to: { ip, port: 8080 } })
  assert.match(textOf([], dnat('10.0.0.1')), / -j DNAT --to-destination 10\.0\.0\.1:8080$/)
  assert.match(textOf([], dnat('fd00::1'), 'IPv6'), / -j DNAT --to-destination \[fd00::1\]:8080$/)
})

rules('what a rule is made of stands in its order', () => {
  const dport: IptablesMatch = { kind: 'dport', port: 80 }
  const protocol: IptablesMatch = { kind: 'protocol', protocol: 'tcp' }
  assert.is(textOf([protocol, dport], { kind: 'drop' }), 'KUBE-X -m tcp -p tcp --dport 80 -j DROP')
  assert.is(textOf([]), 'KUBE-X')
})

const probability = (weight: number, total: number): string =>
  textOf([{ kind: 'random', weight, total }])
    .split(' ')
    .at(-1) ?? ''

rules("probabilities have Go's ten digits", () => {
  assert.is(probability(1, 10), '0.1000000000')
  assert.is(probability(2, 3), '0.6666666667')
  assert.is(probability(1, 100000), '0.0000100000')
  assert.is(probability(1, 100001), '0.0000099999')
  // Exact halves, of which one is even already.
  assert.is(probability(1, 2048), '0.0004882812')
  assert.is(probability(3, 2048), '0.0014648438')
  assert.is(probability(5, 2048), '0.0024414062')
  assert.is(probability(2047, 2048), '0.9995117188')
})

rules('probabilities are within a half of the last digit, and never 0 or 1', () => {
  const weights = fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 10 ** 6 }))
  fc.assert(
    fc.property(weights, ([weight, rest]) => {
      const text = probability(weight, weight + rest)
      assert.match(text, /^0\.\d{10}$/)
      assert.ok(Math.abs(Number(text) - weight / (weight + rest)) <= 0.5e-10 + 1e-15)
      assert.ok(Number(text) > 0)
    }),
  )
})

rules('text that is no comment, chain, address or interface never gets in', () => {
  const bad: readonly IptablesMatch[] = [
    { kind: 'comment', text: 'a" -j ACCEPT #' },
    { kind: 'comment', text: 'a\n-A INPUT' },
    { kind: 'address', side: 'saddr', negate: false, cidr: '10.0.0.1 -j ACCEPT' },
    { kind: 'interface', name: 'a b', prefix: false, negate: false },
    { kind: 'on-list', list: 'a b', seconds: 1 },
  ]
  for (const match of bad) assert.throws(() => textOf([match]), /is not fit for a rule/)
  assert.throws(() => textOf([], { kind: 'jump', chain: 'A\nB' }), /is not fit for a rule/)
})

rules.run()
