import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../../src/address/address.js'
import type { Sender } from '../../../src/traffic/promise/view.js'
import { endpoint, node, type PortFields, type SettingsFields } from '../../build.js'
import {
  ask,
  CLUSTER_IP,
  EXTERNAL_IP,
  everywhere,
  LOCAL,
  NODE,
  OUTSIDE,
  POD,
  REMOTE,
  SENDERS,
  short,
  VIP,
} from './ask.js'

// The packet walk of iptables mode: as that of nftables mode, but for the differences between them.

const walk = suite('the reference: iptables mode')

type Answers = readonly [pod: string, node: string, outside: string]
type Row = readonly [words: string, more: PortFields, to: readonly string[], answers: Answers]

const INTERNAL = [`${CLUSTER_IP}:80/tcp`]
const ADDRESSES = [`${EXTERNAL_IP}:80/tcp`, `${VIP}:80/tcp`]
const NODE_PORTS = ['192.168.0.1:30080/tcp', '192.168.1.1:30080/tcp']
const BESIDE = [CLUSTER_IP, EXTERNAL_IP, VIP].flatMap(ip => [`${ip}:81/tcp`, `${ip}:80/udp`])
const BOTH = [LOCAL, REMOTE]
const ITP = { internalPolicy: 'Local' } as const
const ETP = { externalPolicy: 'Local' } as const
const all = (answer: string): Answers => [answer, answer, answer]

const SETTINGS: SettingsFields = { nodePortAddresses: ['all'], localhostNodePorts: true }
const AT = node({ addresses: ['192.168.0.1', '192.168.1.1', VIP] })
const asked = (more: PortFields, sender: Sender, to: string, settings: SettingsFields = {}) =>
  short(
    ask(
      {
        mode: 'iptables',
        ports: [everywhere(more)],
        serviceCIDRs: ['10.96.0.0/16'],
        settings: { ...SETTINGS, ...settings },
      },
      sender,
      to,
    ),
  )

const TABLE: readonly Row[] = [
  ['a ClusterIP', { endpoints: BOTH }, INTERNAL, ['all', 'all masq', 'all masq']],
  ['iTP Local', { ...ITP, endpoints: BOTH }, INTERNAL, ['local', 'local masq', 'local masq']],
  ['iTP Local, only remote', { ...ITP, endpoints: [REMOTE] }, INTERNAL, all('dropped')],
  ['a ClusterIP, none', {}, INTERNAL, all('refused')],
  ['any address, other port or protocol', { endpoints: BOTH }, BESIDE, all('untouched')],
  ['an unallocated IP', {}, ['10.96.9.9:80/tcp'], all('untouched')],
  ['eTP Cluster', { endpoints: BOTH }, [...ADDRESSES, NODE_PORTS[0] ?? ''], all('all masq')],
  ['eTP Local', { ...ETP, endpoints: BOTH }, ADDRESSES, ['all', 'all masq', 'local']],
  [
    'eTP Local, only remote',
    { ...ETP, endpoints: [REMOTE] },
    ADDRESSES,
    ['remote', 'remote masq', 'dropped'],
  ],
  ['an external address, none', {}, ADDRESSES, ['refused', 'untouched', 'refused']],
  ['a node port, none', {}, NODE_PORTS.slice(0, 1), all('refused')],
]

for (const [words, more, destinations, answers] of TABLE) {
  walk(words, () => {
    for (const to of destinations) {
      assert.equal(
        SENDERS.map(sender => asked(more, sender, to)),
        answers,
        to,
      )
    }
  })
}

walk('node ports are served where they are listed, and refuse at every address of the node', () => {
  const at = (more: PortFields, to: string): string =>
    short(
      ask(
        {
          mode: 'iptables',
          ports: [everywhere(more)],
          at: AT,
          settings: { ...SETTINGS, nodePortAddresses: ['192.168.0.0/24'] },
        },
        OUTSIDE,
        to,
      ),
    )
  const [listed = '', other = ''] = NODE_PORTS
  assert.equal(
    [at({ endpoints: BOTH }, listed), at({ endpoints: BOTH }, other)],
    ['all masq', 'untouched'],
  )
  assert.equal([at({}, listed), at({}, other)], ['refused', 'refused'])
  const lonely = { ...ETP, endpoints: [REMOTE] }
  assert.equal([at(lonely, listed), at(lonely, other)], ['dropped', 'dropped'])
})

const LOOPBACK: Sender = { ip: '127.0.0.1' as Ip, inputInterface: undefined }
const ON_LOOPBACK: readonly (readonly [
  words: string,
  settings: SettingsFields,
  port: PortFields,
  to: string,
  itself: string,
  other: string,
])[] = [
  ['at all addresses', {}, { endpoints: BOTH }, '127.0.0.9', 'all masq', 'all masq'],
  ['under eTP Local', {}, { ...ETP, endpoints: BOTH }, '127.0.0.1', 'all masq', 'all masq'],
  ['without endpoints', {}, {}, '127.0.0.1', 'refused', 'dropped'],
  [
    'switched off',
    { localhostNodePorts: false },
    { endpoints: BOTH },
    '127.0.0.1',
    'untouched',
    'untouched',
  ],
  [
    'switched off, without endpoints',
    { localhostNodePorts: false },
    {},
    '127.0.0.1',
    'refused',
    'refused',
  ],
  [
    'that are not listed',
    { nodePortAddresses: ['192.168.0.0/16'] },
    { endpoints: BOTH },
    '127.0.0.1',
    'untouched',
    'untouched',
  ],
  [
    'of which one is listed',
    { nodePortAddresses: ['127.0.0.0/8'] },
    { endpoints: BOTH },
    '127.0.0.1',
    'all masq',
    'all masq',
  ],
  [
    'of which another is listed',
    { nodePortAddresses: ['127.0.0.0/8'] },
    { endpoints: BOTH },
    '127.0.0.9',
    'untouched',
    'dropped',
  ],
]

for (const [words, settings, port, to, itself, other] of ON_LOOPBACK) {
  walk(`node ports on loopback addresses ${words}`, () => {
    const answers = [LOOPBACK, NODE].map(sender => asked(port, sender, `${to}:30080/tcp`, settings))
    assert.equal(answers, [itself, other])
  })
}

walk('IPv6 has no node ports on localhost', () => {
  const six = {
    family: 'IPv6',
    clusterIP: 'fd00::1',
    externalIPs: [],
    loadBalancerIPs: [],
  } as const
  const sender: Sender = { ip: '::1' as Ip, inputInterface: undefined }
  const endpoints = [endpoint('fd00:10:244::1')]
  assert.is(asked({ ...six, endpoints }, sender, '::1:30080/tcp'), 'untouched')
  assert.is(asked(six, sender, '::1:30080/tcp'), 'refused')
})

walk('an endpoint that reaches itself is masqueraded, wherever it is', () => {
  const anywhere = endpoint('10.244.3.1')
  for (const one of [LOCAL, REMOTE, anywhere]) {
    const sender = { ...POD, ip: one.ip }
    const expected = ask(
      { mode: 'iptables', ports: [{ endpoints: [one] }] },
      sender,
      INTERNAL[0] ?? '',
    )
    assert.is(expected.verdict === 'backends' && expected.backends[0]?.masqueraded, true, one.ip)
  }
})

const FENCE = { sourceRanges: ['192.0.2.0/29'] }
const STRANGER: Sender = { ...OUTSIDE, ip: '192.0.2.8' as Ip }
const FENCED: readonly (readonly [
  words: string,
  more: PortFields,
  outside: string,
  stranger: string,
  node: string,
])[] = [
  ['bind a load balancer address', { endpoints: BOTH }, 'all masq', 'dropped', 'dropped'],
  [
    'do not bind one that is an external IP too',
    { endpoints: BOTH, externalIPs: [VIP] },
    'all masq',
    'all masq',
    'all masq',
  ],
  ['are not there without endpoints', {}, 'refused', 'refused', 'untouched'],
  [
    'let in to no avail where no endpoint is here',
    { ...ETP, endpoints: [REMOTE] },
    'dropped',
    'dropped',
    'dropped',
  ],
]

for (const [words, more, outside, stranger, ofNode] of FENCED) {
  walk(`source ranges ${words}`, () => {
    const answers = [OUTSIDE, STRANGER, NODE].map(sender =>
      asked({ ...FENCE, ...more }, sender, `${VIP}:80/tcp`),
    )
    assert.equal(answers, [outside, stranger, ofNode])
  })
}

walk('what an address leads nowhere falls to the node port of the same number', () => {
  const np = everywhere({ endpoints: [LOCAL] })
  const at = (more: PortFields, sender = STRANGER): string => {
    const other = {
      ...{ name: 'other', clusterIP: '10.96.0.2', port: 30080, endpoints: [REMOTE] },
      ...more,
    }
    return short(
      ask({ mode: 'iptables', ports: [np, other], settings: SETTINGS, at: AT }, sender, to),
    )
  }
  const to = `${VIP}:30080/tcp`
  assert.is(at({ externalIPs: [VIP] }), 'remote masq')
  assert.is(at({ externalIPs: [VIP], endpoints: [] }), 'local masq')
  assert.is(at({ ...ETP, externalIPs: [VIP] }), 'local masq')
  assert.is(at({ ...ETP, externalIPs: [VIP] }, POD), 'remote')
  assert.is(at({ ...FENCE, loadBalancerIPs: [VIP] }), 'local masq')
})

const REASONS: readonly (readonly [PortFields, Sender, string, RegExp])[] = [
  [{}, NODE, `${VIP}:80/tcp`, /^no endpoints: none is known, but this sender is let through$/],
  [{}, NODE, '127.0.0.1:30080/tcp', /^192\.168\.0\.1 is no loopback address, and only node ports /],
  [{ endpoints: BOTH }, POD, `${CLUSTER_IP}:81/tcp`, /^no Service has 10\.96\.0\.1:81\/tcp$/],
  [
    { ...FENCE, endpoints: BOTH },
    STRANGER,
    `${VIP}:80/tcp`,
    /^source 192\.0\.2\.8 is outside loadBalancerSourceRanges of /,
  ],
]

for (const [more, sender, to, pattern] of REASONS) {
  walk(`a reason: ${pattern}`, () => {
    const world = { mode: 'iptables', ports: [everywhere(more)], settings: SETTINGS } as const
    assert.match(ask(world, sender, to).reason.text, pattern)
  })
}

walk.run()
