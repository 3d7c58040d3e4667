import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkIptables, type IptablesRule, type IptablesTable } from '../../src/rules/iptables.js'

const checks = suite('checks of rules for iptables')

const origin = { concern: 'base' } as const
const chain = (name: string) => ({ name, origin })
const rule = (more: Partial<IptablesRule> = {}): IptablesRule => ({
  chain: 'KUBE-SERVICES',
  matches: [],
  target: { kind: 'jump', chain: 'KUBE-SVC-AAAAAAAAAAAAAAAA' },
  origin,
  ...more,
})
const check = (more: Partial<IptablesTable> = {}): void =>
  checkIptables({
    family: 'IPv4',
    tables: [
      {
        name: 'nat',
        builtins: [],
        chains: [chain('KUBE-SERVICES'), chain('KUBE-SVC-AAAAAAAAAAAAAAAA')],
        removed: [],
        emptied: [],
        rules: [rule()],
        lastRules: [],
        ...more,
      },
    ],
  })

checks('sound rules pass', () => {
  check()
  check({ removed: ['KUBE-SVC-BBBBBBBBBBBBBBBB'], lastRules: [rule()] })
  check({ name: 'filter', rules: [rule(), rule({ target: { kind: 'drop' } })] })
})

const SERVICES = chain('KUBE-SERVICES')
const PROBLEMS: Readonly<Record<string, [Partial<IptablesTable>, RegExp]>> = {
  'a name of 29 characters': [{ chains: [SERVICES, chain('K'.repeat(29))] }, /29 characters/],
  'a chain declared twice': [{ chains: [SERVICES, SERVICES] }, /two chains KUBE-SERVICES/],
  'a chain both kept and removed': [
    { removed: ['KUBE-SVC-AAAAAAAAAAAAAAAA'] },
    /two chains KUBE-SVC-AAAAAAAAAAAAAAAA/,
  ],
  'a rule of a missing chain': [{ rules: [rule({ chain: 'KUBE-X' })] }, /KUBE-X, which nat lacks/],
  'a jump to a missing chain': [
    { chains: [SERVICES] },
    /leads to missing chain KUBE-SVC-AAAAAAAAAAAAAAAA/,
  ],
  'a chain both kept and emptied': [
    { emptied: [{ name: 'KUBE-SVC-AAAAAAAAAAAAAAAA', referrers: [] }] },
    /two chains KUBE-SVC-AAAAAAAAAAAAAAAA/,
  ],
  'a jump to a removed chain': [
    { chains: [SERVICES], removed: ['KUBE-SVC-AAAAAAAAAAAAAAAA'] },
    /leads to missing chain KUBE-SVC-AAAAAAAAAAAAAAAA/,
  ],
  'a chain of an object that nothing leads to': [
    { rules: [] },
    /nothing leads to chain KUBE-SVC-AAAAAAAAAAAAAAAA/,
  ],
  'a drop in nat': [{ rules: [rule(), rule({ target: { kind: 'drop' } })] }, /must not drop/],
  'a reject in nat': [{ lastRules: [rule({ target: { kind: 'reject' } })] }, /must not reject/],
  'a comment of 256 bytes': [
    { rules: [rule({ matches: [{ kind: 'comment', text: 'x'.repeat(256) }] })] },
    /over 255 bytes/,
  ],
}

for (const [what, [more, message]] of Object.entries(PROBLEMS)) {
  checks(`${what} is a bug`, () => {
    assert.throws(() => check(more), message)
  })
}

checks.run()
