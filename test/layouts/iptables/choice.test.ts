import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { IptablesMatch } from '../../../src/rules/iptables.js'
import { endpoint, type PortFields } from '../../build.js'
import { LOCAL, REMOTE } from '../tables.js'
import { lower } from './words.js'

// The choice of an endpoint, and what an endpoint's chain holds.

const choice = suite('choice of an endpoint in iptables mode')

const weighted = (...weights: readonly number[]): PortFields => ({
  endpoints: weights.map((weight, i) => endpoint(`10.1.0.${i}`, { weight })),
})
const shares = (fields: PortFields): readonly string[] =>
  lower([fields], { settings: { localTraffic: { clusterCIDRs: [] } } })
    .nat('KUBE-SVC')
    .map(text => /--probability (\S+)/.exec(text)?.[1] ?? 'rest')

choice('equal endpoints cascade by 1/n', () => {
  assert.equal(shares(weighted(1)), ['rest'])
  assert.equal(shares(weighted(1, 1, 1, 1)), [
    '0.2500000000',
    '0.3333333333',
    '0.5000000000',
    'rest',
  ])
  assert.equal(shares(weighted(5, 5)), ['0.5000000000', 'rest'])
})

choice('weights take their part of what is left', () => {
  assert.equal(shares(weighted(6, 3, 1)), ['0.6000000000', '0.7500000000', 'rest'])
  assert.equal(shares(weighted(1, 999)), ['0.0010000000', 'rest'])
})

choice('whatever the weights, each endpoint gets its share of all', () => {
  for (const weights of [
    [1, 2, 3, 4],
    [1000, 1, 999],
    [7, 7, 7, 7, 7, 7, 7],
  ]) {
    const { all } = lower([weighted(...weights)])
    let left = 1
    const drawn = all.tables
      .flatMap(({ rules }) => rules)
      .filter(({ chain, target }) => chain.includes('SVC') && target?.kind === 'jump')
      .filter(({ matches }) => !matches.some(({ kind }) => kind === 'address'))
      .map(({ matches }) => {
        const [random] = matches.filter(
          (match): match is IptablesMatch & { kind: 'random' } => match.kind === 'random',
        )
        const share = left * (random ? random.weight / random.total : 1)
        left -= share
        return share
      })
    const sum = weights.reduce((a, b) => a + b)
    const wrong = drawn.filter((share, i) => Math.abs(share - (weights[i] ?? 0) / sum) > 1e-12)
    assert.equal([drawn.length, wrong], [weights.length, []])
  }
})

choice('an endpoint of weight 0 is left out, chain and all', () => {
  const { nat, chains } = lower([weighted(1, 0, 1, 0)])
  assert.is(chains.filter(name => name === 'KUBE-SEP').length, 2)
  assert.equal(nat('KUBE-SVC').slice(1), [
    '-m statistic --mode random --probability 0.5000000000 -j KUBE-SEP',
    '-j KUBE-SEP',
  ])
  assert.equal(shares(weighted(0, 0)), ['0.5000000000', 'rest'])
})

choice('clients on record come before new ones, also at an endpoint of weight 0', () => {
  const { nat, chains } = lower([{ ...weighted(1, 0, 1), affinitySeconds: 600 }])
  const known = '-m recent --name KUBE-SEP --rcheck --seconds 600 --reap -j KUBE-SEP'
  assert.equal(nat('KUBE-SVC').slice(1), [
    known,
    known,
    known,
    '-m statistic --mode random --probability 0.5000000000 -j KUBE-SEP',
    '-j KUBE-SEP',
  ])
  assert.is(chains.filter(name => name === 'KUBE-SEP').length, 3)
  assert.equal(nat('KUBE-SEP').slice(0, 2), [
    '-s 10.1.0.0 -j KUBE-MARK-MASQ',
    '-m recent --name KUBE-SEP --set -m tcp -p tcp -j DNAT --to-destination 10.1.0.0:8080',
  ])
})

choice('every endpoint that is reached may reach itself, wherever it is', () => {
  const { nat } = lower([{ endpoints: [LOCAL, REMOTE], protocol: 'SCTP' }])
  assert.equal(nat('KUBE-SEP'), [
    '-s 10.244.1.1 -j KUBE-MARK-MASQ',
    '-m sctp -p sctp -j DNAT --to-destination 10.244.1.1:8080',
    '-s 10.244.2.1 -j KUBE-MARK-MASQ',
    '-m sctp -p sctp -j DNAT --to-destination 10.244.2.1:8080',
  ])
})

choice('a list is named as its chain, in both policies', () => {
  const { all } = lower([
    {
      nodePort: 30080,
      externalPolicy: 'Local',
      endpoints: [LOCAL, REMOTE],
      affinitySeconds: 10800,
    },
  ])
  for (const { matches, target, chain } of all.tables.flatMap(({ rules }) => rules)) {
    for (const match of matches) {
      if (match.kind === 'on-list') assert.equal(target, { kind: 'jump', chain: match.list })
      if (match.kind === 'put-on-list') assert.is(match.list, chain)
    }
  }
})

choice('more than 1000 endpoints of all Services take the comments from endpoints alone', () => {
  const half = (name: string, count: number): PortFields => ({
    name,
    clusterIP: name === 'a' ? '10.96.0.1' : '10.96.0.2',
    endpoints: Array.from({ length: count }, (_, i) =>
      endpoint(`10.1.${i >> 8}.${i & 255}`, { ready: false, serving: name === 'a' }),
    ),
  })
  const more = { ...half('c', 0), clusterIP: '10.96.0.3', endpoints: [LOCAL] }
  const commentsOf = (ports: readonly PortFields[], comments = false) =>
    lower(ports, { comments }).all.tables.flatMap(({ rules }) =>
      rules.flatMap(({ matches }) =>
        matches.flatMap(match => (match.kind === 'comment' ? match.text : [])),
      ),
    )
  const large = commentsOf([half('a', 500), half('b', 500), more])
  const small = commentsOf([half('a', 499), half('b', 500), more])
  const ofEndpoints = ['default/c -> 10.244.1.1:8080', 'default/c', 'default/c']
  assert.equal(
    small.filter(text => !large.includes(text)),
    ofEndpoints,
  )
  assert.is(small.length - large.length, 3)
  assert.equal(commentsOf([half('a', 500), half('b', 500), more], true), small)
})

choice('chains of Services that are gone are removed, and no others', () => {
  const previousChains = [
    'PREROUTING',
    'KUBE-SERVICES',
    'KUBE-SVC-AAAAAAAAAAAAAAAA',
    'KUBE-SEP-AAAAAAAAAAAAAAAA',
    'KUBE-FIREWALL',
    'KUBE-XLB-AAAAAAAAAAAAAAAA',
    'OTHERS',
  ].map(name => ({ name, referrers: [] as string[] }))
  const { all } = lower([{ endpoints: [LOCAL] }], { previousChains })
  const [filter, nat] = all.tables
  assert.equal(filter?.removed, [])
  const gone = ['KUBE-SVC-', 'KUBE-SEP-', 'KUBE-XLB-'].map(prefix => `${prefix}AAAAAAAAAAAAAAAA`)
  assert.equal(nat?.removed, gone)
  assert.equal(nat?.emptied, [])
  const own = nat?.chains.map(({ name }) => ({ name, referrers: ['OTHERS'] })) ?? []
  const again = lower([{ endpoints: [LOCAL] }], { previousChains: own }).all.tables[1]
  assert.equal(again?.removed, [])
  assert.equal(again?.emptied, [])
})

choice('a chain of a Service that is gone stays, emptied, while others refer to it', () => {
  const [service, old] = ['KUBE-SVC-AAAAAAAAAAAAAAAA', 'KUBE-XLB-AAAAAAAAAAAAAAAA']
  const previousChains = [
    { name: service, referrers: [old, 'KUBE-SERVICES', 'OTHERS'] },
    { name: old, referrers: ['KUBE-NODEPORTS', 'KUBE-FW-AAAAAAAAAAAAAAAA'] },
    { name: 'KUBE-FW-AAAAAAAAAAAAAAAA', referrers: ['KUBE-SERVICES'] },
  ]
  const nat = lower([{ endpoints: [LOCAL] }], { previousChains }).all.tables[1]
  assert.equal(nat?.removed, [old, 'KUBE-FW-AAAAAAAAAAAAAAAA'])
  assert.equal(nat?.emptied, [{ name: service, referrers: ['OTHERS'] }])
})

choice.run()
