import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../src/address/address.js'
import { goto, inSet, jump, notInSet, RETURN, rule, setMark } from '../../src/rules/build.js'
import type { Match } from '../../src/rules/match.js'
import type { Statement } from '../../src/rules/statement.js'
import type { BaseChain, Chain, EndpointMap, Origin, Table } from '../../src/rules/table.js'
import type { Branch, Packet } from '../../src/traffic/packet.js'
import { evaluate } from '../../src/traffic/walk/evaluate.js'
import { indexTables } from '../../src/traffic/walk/index-tables.js'
import { summaryOf } from './summary.js'

// Tables that no layout makes: what the kernel does with other people's rules.

const origin: Origin = { concern: 'imported' }
const rules = suite('rules of any table')

type Line = Statement | readonly [readonly Match[], Statement]

const lines = (given: readonly Line[]): Chain['rules'] =>
  given.map(line =>
    Array.isArray(line) ? rule(line[0], line[1], origin) : rule([], line as Statement, origin),
  )
const chain = (name: string, ...given: readonly Line[]): Chain => ({
  name,
  rules: lines(given),
  origin,
})
const based = (base: BaseChain, ...given: readonly Line[]): Chain => ({
  ...chain(`${base.type}-${base.hook}-${base.priority}`, ...given),
  base,
})
const FORWARD: BaseChain = { type: 'filter', hook: 'forward', priority: 0 }

const table = (chains: readonly Chain[], more: Partial<Table> = {}): Table => ({
  family: 'ip',
  name: 'other',
  sets: [],
  maps: [],
  endpointMaps: [],
  chains,
  ...more,
})

const PACKET: Packet = {
  saddr: '192.0.2.7' as Ip,
  daddr: '203.0.113.1' as Ip,
  protocol: 'tcp',
  dport: 80,
  inputInterface: 'eth0',
}
const send = (tables: readonly Table[], packet: Partial<Packet> = {}): readonly Branch[] =>
  evaluate(indexTables(tables), { ...PACKET, ...packet }, { addresses: ['192.168.0.1' as Ip] })
const ends = (...given: Parameters<typeof send>) => Object.keys(summaryOf(send(...given)))

const DROP: Statement = { kind: 'drop' }
const REJECT: Statement = { kind: 'reject' }
const dnatTo = (ip: string): Statement => ({ kind: 'dnat', to: { ip, port: 8080 } })

rules('a jump comes back, a goto to where its chain would have', () => {
  const base = based(FORWARD, jump('a'), REJECT)
  assert.equal(ends([table([base, chain('a', goto('b'), DROP), chain('b')])]), ['reject'])
  assert.equal(ends([table([base, chain('a', jump('b'), DROP), chain('b')])]), ['drop'])
  const gone = based(FORWARD, goto('b'), REJECT)
  assert.equal(ends([table([gone, chain('b')])]), ['untouched'])
})

rules('a return leaves its chain, and in a base chain the policy speaks', () => {
  const base = based(FORWARD, jump('a'), REJECT)
  assert.equal(ends([table([base, chain('a', RETURN, DROP)])]), ['reject'])
  assert.equal(ends([table([based(FORWARD, RETURN, REJECT)])]), ['untouched'])
  const [dropped] = send([table([based({ ...FORWARD, policy: 'drop' }, RETURN, REJECT)])])
  assert.equal(dropped?.outcome, { kind: 'drop' })
  assert.equal(dropped?.path.at(-1)?.rule, 'policy')
})

rules('an unknown expression ends its branch by name, where the packet gets to it', () => {
  const foreign = { kind: 'foreign', json: '{"limit":{"per":"second","rate":5}}' } as const
  const notMine: Match = { kind: 'protocol', protocol: 'udp' }
  const unknown = [{ kind: 'unknown', what: 'limit rate 5/second' }]
  const outcomes = (line: Line) => send([table([based(FORWARD, line, DROP)])]).map(b => b.outcome)
  assert.equal(outcomes([[foreign], REJECT]), unknown)
  assert.equal(outcomes(foreign), unknown)
  assert.equal(outcomes([[notMine, foreign], REJECT]), [{ kind: 'drop' }])
  assert.equal(outcomes([[notMine], foreign]), [{ kind: 'drop' }])
  // Nobody hears that the first of several addresses is taken.
  const range = { range: ['10.0.0.1', '10.0.0.9'] }
  const guessed = { kind: 'foreign', json: JSON.stringify({ dnat: { addr: range } }) } as const
  assert.equal(outcomes(guessed), [{ kind: 'unknown', what: 'dnat to 10.0.0.1-10.0.0.9' }])
})

rules('marks are tested set and unset, the highest bit too', () => {
  for (const mark of [1, 2 ** 14, 2 ** 31]) {
    const tested = (kind: 'mark-set' | 'mark-unset', before: readonly Statement[]) =>
      ends([table([based(FORWARD, ...before, [[{ kind, mark }], DROP])])])
    const toggled: readonly Statement[] = [setMark(mark), { kind: 'mark-xor', mark }]
    assert.equal(tested('mark-set', [setMark(mark)]), ['drop'])
    assert.equal(tested('mark-unset', [setMark(mark)]), ['untouched'])
    assert.equal(tested('mark-set', toggled), ['untouched'])
    assert.equal(tested('mark-unset', toggled), ['drop'])
  }
})

rules('base chains of all tables run by priority, and NAT chains where the kernel has NAT', () => {
  const at = (priority: number, ...given: readonly Line[]) =>
    based({ type: 'filter', hook: 'prerouting', priority }, ...given)
  const nat = (priority: number, ip: string) =>
    based({ type: 'nat', hook: 'prerouting', priority }, dnatTo(ip))
  const isNew: Match = { kind: 'address', side: 'daddr', negate: false, cidr: '10.0.0.0/8' }
  const before = table([at(-110, [[isNew], DROP])])
  const after = table([at(-90, [[isNew], DROP])])
  // Its priority says 50, but NAT happens at -100; among NAT chains the lower one wins.
  const translating = [table([nat(50, '10.0.0.2')]), table([nat(49, '10.0.0.1')])]
  assert.equal(ends([before, ...translating]), ['10.0.0.1:8080'])
  assert.equal(ends([after, ...translating]), ['drop'])
  assert.equal(ends([{ ...after, family: 'ip6' }, ...translating]), ['10.0.0.1:8080'])
})

rules('of chains with the same priority the newest runs first', () => {
  const forward = (...given: readonly Line[]) => table([based(FORWARD, ...given)])
  const dropping = forward([[], DROP])
  const rejecting = forward([[], { kind: 'reject' }])
  assert.equal(ends([dropping, rejecting]), ['reject'])
  assert.equal(ends([rejecting, dropping]), ['drop'])
})

rules('NAT chains do not see again what comes back by the loopback interface', () => {
  const toItself = {
    saddr: '192.168.0.1',
    daddr: '192.168.0.1',
    inputInterface: undefined,
  } as Partial<Packet>
  const nat = (hook: 'prerouting' | 'output') =>
    table([based({ type: 'nat', hook, priority: -100 }, dnatTo('10.0.0.1'))])
  assert.equal(ends([nat('output')], toItself), ['10.0.0.1:8080'])
  assert.equal(ends([nat('prerouting')], toItself), ['untouched'])
  const looped: Match = { kind: 'interface', name: 'lo', prefix: false, negate: false }
  const filter: BaseChain = { type: 'filter', hook: 'input', priority: 0 }
  assert.equal(ends([table([based(filter, [[looped], DROP])])], toItself), ['drop'])
})

rules(
  'what is masqueraded comes back by the loopback interface from an address of the node',
  () => {
    const masquerade: BaseChain = { type: 'nat', hook: 'postrouting', priority: 100 }
    const fromNode: Match = { kind: 'address', side: 'saddr', negate: false, cidr: '192.168.0.1' }
    const input = based({ type: 'filter', hook: 'input', priority: 0 }, [[fromNode], DROP])
    const own = { saddr: '127.0.0.1', daddr: '192.168.0.1', inputInterface: undefined }
    const sent = (...chains: readonly Chain[]) => ends([table(chains)], own as Partial<Packet>)
    assert.equal(sent(input), ['untouched'])
    assert.equal(sent(input, based(masquerade, { kind: 'masquerade' })), ['drop'])
  },
)

rules('what a packet puts into a set is in it for the rules behind', () => {
  const clients = { name: 'clients', key: ['address'], timeout: 60, elements: [], origin } as const
  const known = inSet(['saddr'], 'clients')
  const record: Statement = { kind: 'update-set', key: ['saddr'], set: 'clients' }
  const verdicts = (...given: readonly Line[]) =>
    ends([table([based(FORWARD, ...given)], { sets: [clients] })])
  assert.equal(verdicts(record, [[known], DROP]), ['drop'])
  assert.equal(verdicts([[known], DROP], record), ['untouched'])
})

rules('a draw that finds no endpoint goes on with the next rule, for its share', () => {
  const key = (bucket: number) => ['203.0.113.1', 'tcp', '80', String(bucket)]
  const to = { ip: '10.0.0.1', port: 8080 }
  const map: EndpointMap = {
    name: 'endpoints',
    fields: ['daddr', 'l4proto', 'dport'],
    elements: [0, 1, 3].map(bucket => ({ key: key(bucket), to, origin })),
    origin,
  }
  const nat: BaseChain = { type: 'nat', hook: 'prerouting', priority: -100 }
  const pick: Statement = { kind: 'dnat-map', key: map.fields, modulus: 4, map: map.name }
  const branches = send([table([based(nat, pick)], { endpointMaps: [map] })])
  assert.equal(summaryOf(branches), { '10.0.0.1:8080': '3/4', untouched: '1/4' })
  // Numbers in a row that lead to one endpoint are one branch.
  assert.equal(
    branches.map(({ path }) => path.at(-1)?.drawn?.from),
    [0, 2, 3],
  )
})

rules('sets of intervals hold addresses beside exact parts', () => {
  const keys = [
    ['203.0.113.1', '192.0.2.0/24'],
    ['203.0.113.1', '198.51.100.7'],
    ['203.0.113.2', '0.0.0.0/0'],
  ]
  const sources = {
    name: 'sources',
    key: ['address', 'address'],
    interval: true,
    elements: keys.map(key => ({ key, origin })),
    origin,
  } as const
  const inside = inSet(['daddr', 'saddr'], 'sources')
  const outside = notInSet(['daddr', 'saddr'], 'sources')
  const verdictOf = (match: Match, daddr: string, saddr: string) =>
    ends([table([based(FORWARD, [[match], DROP])], { sets: [sources] })], {
      daddr: daddr as Ip,
      saddr: saddr as Ip,
    })[0]
  const cases = [
    ['203.0.113.1', '192.0.2.255', true],
    ['203.0.113.1', '192.0.3.0', false],
    ['203.0.113.1', '198.51.100.7', true],
    ['203.0.113.1', '198.51.100.8', false],
    ['203.0.113.2', '8.8.8.8', true],
    ['203.0.113.3', '192.0.2.1', false],
  ] as const
  for (const [daddr, saddr, held] of cases) {
    assert.is(verdictOf(inside, daddr, saddr), held ? 'drop' : 'untouched', `${daddr} ${saddr}`)
    assert.is(verdictOf(outside, daddr, saddr), held ? 'untouched' : 'drop', `${daddr} ${saddr}`)
  }
})

rules('chains that lead nowhere or in a circle throw', () => {
  assert.throws(() => send([table([based(FORWARD, jump('a'))])]), /missing chain a/)
  const circle = [based(FORWARD, goto('a')), chain('a', goto('b')), chain('b', goto('a'))]
  assert.throws(() => send([table(circle)]), /leads back to itself/)
})

rules('a packet has one family', () => {
  assert.throws(() => send([], { saddr: '::1' as Ip }), /two families/)
})

rules.run()
