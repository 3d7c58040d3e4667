import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PortFields } from '../../build.js'
import {
  ask,
  CLUSTER_IP,
  EXTERNAL_IP,
  everywhere,
  LOCAL,
  NODE,
  OUTSIDE,
  REMOTE,
  SENDERS,
  short,
  VIP,
} from './ask.js'

// The rows of the table that tells who reaches what, and what decides between two owners of a place.

const walk = suite('the reference: packet walk')

type Answers = readonly [pod: string, node: string, outside: string]
type Row = readonly [words: string, more: PortFields, to: readonly string[], answers: Answers]

const INTERNAL = [`${CLUSTER_IP}:80/tcp`]
const EXTERNAL = [`${EXTERNAL_IP}:80/tcp`, `${VIP}:80/tcp`, '192.168.0.1:30080/tcp']
const BESIDE = [EXTERNAL_IP, VIP].flatMap(ip => [`${ip}:81/tcp`, `${ip}:80/udp`])
const BOTH = [LOCAL, REMOTE]
const ITP = { internalPolicy: 'Local' } as const
const ETP = { externalPolicy: 'Local' } as const
const all = (answer: string): Answers => [answer, answer, answer]

const TABLE: readonly Row[] = [
  ['a ClusterIP', { endpoints: BOTH }, INTERNAL, ['all', 'all masq', 'all masq']],
  ['iTP Local', { ...ITP, endpoints: BOTH }, INTERNAL, ['local', 'local masq', 'local masq']],
  ['iTP Local, only remote', { ...ITP, endpoints: [REMOTE] }, INTERNAL, all('dropped')],
  ['iTP Local, none', ITP, INTERNAL, all('refused')],
  ['a ClusterIP, none', {}, INTERNAL, all('refused')],
  ['a ClusterIP, other port', { endpoints: BOTH }, [`${CLUSTER_IP}:81/tcp`], all('refused')],
  ['a ClusterIP, other protocol', { endpoints: BOTH }, [`${CLUSTER_IP}:80/udp`], all('refused')],
  ['an unallocated IP', {}, ['10.96.9.9:80/tcp'], all('dropped')],
  ['eTP Cluster', { endpoints: BOTH }, EXTERNAL, all('all masq')],
  ['eTP Local', { ...ETP, endpoints: BOTH }, EXTERNAL, ['all', 'all masq', 'local']],
  [
    'eTP Local, only remote',
    { ...ETP, endpoints: [REMOTE] },
    EXTERNAL,
    ['remote', 'remote masq', 'dropped'],
  ],
  ['eTP Local, none', ETP, EXTERNAL, all('refused')],
  ['eTP Cluster, none', {}, EXTERNAL, all('refused')],
  ['external, other port or protocol', { endpoints: BOTH }, BESIDE, all('untouched')],
  ['a node port elsewhere', { endpoints: BOTH }, ['192.168.0.2:30080/tcp'], all('untouched')],
  ['a node port on loopback', { endpoints: BOTH }, ['127.0.0.1:30080/tcp'], all('untouched')],
  ['an address of nobody', { endpoints: BOTH }, ['198.51.100.2:80/tcp'], all('untouched')],
]

for (const [words, more, destinations, answers] of TABLE) {
  walk(words, () => {
    const world = { ports: [everywhere(more)], serviceCIDRs: ['10.96.0.0/16'] }
    for (const to of destinations) {
      assert.equal(
        SENDERS.map(sender => short(ask(world, sender, to))),
        answers,
        to,
      )
    }
  })
}

walk('an external address in a service CIDR is guarded as an unallocated one is', () => {
  const world = { ports: [everywhere({ endpoints: [LOCAL] })], serviceCIDRs: ['198.51.100.0/24'] }
  assert.is(short(ask(world, OUTSIDE, `${EXTERNAL_IP}:80/tcp`)), 'local masq')
  assert.is(short(ask(world, OUTSIDE, `${EXTERNAL_IP}:81/tcp`)), 'dropped')
})

walk('an address of the node in a service CIDR is guarded from the node alone', () => {
  const world = { serviceCIDRs: ['192.168.0.0/24'] }
  assert.is(short(ask(world, OUTSIDE, '192.168.0.1:80/tcp')), 'untouched')
  assert.is(short(ask(world, NODE, '192.168.0.1:80/tcp')), 'dropped')
})

walk(
  'a Service of the address goes before a node port, unless only the other has endpoints',
  () => {
    const at = { clusterIP: '10.96.0.2', externalIPs: ['192.168.0.1'], port: 30080, name: 'other' }
    const to = '192.168.0.1:30080/tcp'
    const ports = [everywhere({ endpoints: [LOCAL] })]
    const alive = { ports: [...ports, { ...at, endpoints: [REMOTE] }] }
    assert.is(short(ask(alive, OUTSIDE, to)), 'remote masq')
    assert.is(short(ask({ ports: [...ports, at] }, OUTSIDE, to)), 'local masq')
  },
)

walk.run()
