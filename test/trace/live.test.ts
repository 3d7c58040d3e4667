import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { TraceReport } from '../../src/generated/reports.gen.js'
import type { RawOptions } from '../../src/options/table.js'
import { traceText } from '../../src/trace/text.js'
import { goldenNamed } from '../golden/cases.js'
import { type Asked, answered } from './answer.js'

// Listings of rules that others wrote: what is known is followed, what is not is named.

const live = suite('traces through a listing')

type Json = Readonly<Record<string, unknown>>

/** A listing of tables in nft's JSON: rules by chain, each a list of expressions. */
interface TableText {
  readonly family?: string
  readonly name?: string
  readonly flags?: string
  readonly sets?: readonly Json[]
  readonly chains: Readonly<Record<string, ChainText>>
}
interface ChainText {
  readonly hook?: string
  readonly prio?: number
  readonly type?: string
  readonly policy?: string
  readonly dev?: string
  readonly rules?: readonly (readonly unknown[])[]
}

function listing(...tables: readonly TableText[]): string {
  const items = tables.flatMap(({ family = 'inet', name = 'filter', flags, sets = [], chains }) => {
    const head = { family, table: name }
    const all = Object.entries(chains)
    return [
      { table: { family, name, handle: 1, ...(flags ? { flags } : {}) } },
      ...sets.map(set => ({ set: { ...head, handle: 2, ...set } })),
      ...all.map(
        ([chain, { rules: _, hook, prio = 0, type = 'filter', policy = 'accept', dev }]) => ({
          chain: {
            ...head,
            name: chain,
            handle: 3,
            ...(hook ? { type, hook, prio, policy } : {}),
            ...(dev ? { dev } : {}),
          },
        }),
      ),
      ...all.flatMap(([chain, { rules = [] }]) =>
        rules.map(expr => ({ rule: { ...head, chain, handle: 4, expr } })),
      ),
    ]
  })
  return JSON.stringify({ nftables: [{ metainfo: { version: '1.0.6' } }, ...items] })
}

const ALONE: RawOptions = { 'node-addresses': ['192.168.10.11', 'fd00:192:168:10::11'] }
const FROM = '192.0.2.7'
const TO = '192.168.10.11:8080'

function answer(text: string, asked: Partial<Asked> = {}, options: RawOptions = ALONE) {
  const source = { name: 'live.json', text }
  return answered({ objects: undefined, live: source }, options, { from: FROM, to: TO, ...asked })
}

function traced(text: string, asked: Partial<Asked> = {}): TraceReport {
  const found = answer(text, asked)
  if ('report' in found) return found.report
  throw new Error(found.unknown.join('\n'))
}

function unknownOf(text: string, asked: Partial<Asked> = {}): readonly string[] {
  const found = answer(text, asked)
  return 'unknown' in found ? found.unknown : []
}

const match = (left: unknown, right: unknown, op = '=='): unknown => ({
  match: { op, left, right },
})
const meta = (key: string): unknown => ({ meta: { key } })
const payload = (protocol: string, field: string): unknown => ({ payload: { protocol, field } })
const ACCEPT = { accept: null }
const DROP = { drop: null }
const STRANGE = match(meta('skuid'), 0)

const input = (policy: string, ...rules: readonly (readonly unknown[])[]): string =>
  listing({ chains: { input: { hook: 'input', policy, rules } } })
const verdict = (policy: string, ...rules: readonly (readonly unknown[])[]): string =>
  traced(input(policy, ...rules)).verdict

live('a host firewall with a dropping policy lets pass what it accepts', () => {
  const states = match({ ct: { key: 'state' } }, ['established', 'related'], 'in')
  const ssh = match(payload('tcp', 'dport'), { set: [22, { range: [8000, 9000] }] })
  assert.is(verdict('drop', [states, ACCEPT]), 'drop')
  assert.is(verdict('drop', [states, ACCEPT], [ssh, ACCEPT]), 'accept')
  assert.is(verdict('accept', [ssh, DROP]), 'drop')
})

live('of a drop by others, rule and table are named', () => {
  const { reason, hooks } = traced(input('drop', [match(meta('l4proto'), 'udp'), ACCEPT]))
  assert.equal(reason, {
    code: 'rule',
    text: 'the policy of chain input in table inet filter decides',
  })
  assert.equal(
    hooks.map(({ hook, steps }) => [hook, steps.map(({ nft }) => nft)]),
    [
      ['prerouting', []],
      ['input', ['policy drop']],
    ],
  )
})

live('accept ends its own base chain alone', () => {
  const tables = (first: unknown, second: unknown) =>
    listing(
      { name: 'a', chains: { input: { hook: 'input', prio: -1, rules: [[first]] } } },
      { name: 'b', chains: { input: { hook: 'input', prio: 1, rules: [[second]] } } },
    )
  assert.is(traced(tables(ACCEPT, DROP)).verdict, 'drop')
  assert.is(traced(tables(ACCEPT, ACCEPT)).verdict, 'accept')
})

live(
  'an expression that is not known is named with its place, where the packet comes to it',
  () => {
    const [message, ...others] = unknownOf(input('accept', [ACCEPT], [STRANGE, DROP]))
    assert.is(message, undefined)
    assert.equal(unknownOf(input('accept', [STRANGE, DROP])), [
      'table inet filter, chain input, rule 1: not known of this packet: {"match":{"left":{"meta":{"key":"skuid"}},"op":"==","right":0}}',
    ])
    assert.equal(others, [])
    assert.match(unknownOf(input('accept', [{ limit: { rate: 5 } }, DROP])).join(), /\{"limit"/)
  },
)

live('a rule that certainly does not match is passed, whatever else it asks', () => {
  const udp = match(payload('udp', 'dport'), 53)
  const other = match(payload('ip', 'saddr'), '198.51.100.1')
  const flags = match(payload('tcp', 'flags'), 'syn')
  assert.is(verdict('accept', [STRANGE, udp, DROP]), 'accept')
  assert.is(verdict('accept', [STRANGE, other, DROP]), 'accept')
  assert.is(verdict('accept', [match(payload('icmp', 'type'), 'echo-request'), DROP]), 'accept')
  assert.is(verdict('accept', [match(payload('ip6', 'hoplimit'), 1), DROP]), 'accept')
  assert.is(unknownOf(input('accept', [flags, DROP])).length, 1)
  assert.is(
    traced(input('accept', [flags, DROP]), { to: '192.168.10.11:53/udp' }).verdict,
    'accept',
  )
})

live('tables of both families meet packets of either', () => {
  const text = input('accept', [match(payload('ip', 'saddr'), FROM), DROP])
  assert.is(traced(text).verdict, 'drop')
  const six = { from: '2001:db8::7', to: '[fd00:192:168:10::11]:80' }
  assert.is(traced(text, six).verdict, 'accept')
  const ipv6 = input('accept', [match(meta('nfproto'), 'ipv6'), DROP])
  assert.is(traced(ipv6).verdict, 'accept')
  assert.is(traced(ipv6, six).verdict, 'drop')
})

live('counters and logs change nothing, and a log is told of', () => {
  const counter = { counter: { packets: 1, bytes: 60 } }
  const { verdict, notes } = traced(
    input('accept', [
      counter,
      { log: { prefix: 'x' } },
      match(payload('tcp', 'dport'), 8080),
      DROP,
    ]),
  )
  assert.is(verdict, 'drop')
  assert.equal(
    notes.map(({ code }) => code),
    ['log'],
  )
})

live('marks of the packet and of the connection are followed', () => {
  const mangle = (key: string, value: unknown) => ({
    mangle: { key: { [key]: { key: 'mark' } }, value },
  })
  const rules = [
    [mangle('ct', 0x10)],
    [mangle('meta', { ct: { key: 'mark' } })],
    [match({ '&': [{ meta: { key: 'mark' } }, 0xff] }, 0x10), DROP],
  ]
  assert.is(verdict('accept', ...rules), 'drop')
  assert.is(verdict('accept', ...rules.slice(1)), 'accept')
})

live('an anonymous verdict map decides by its one case', () => {
  const states = (verdicts: readonly unknown[]) => [
    { vmap: { key: { ct: { key: 'state' } }, data: { set: verdicts } } },
  ]
  assert.is(
    verdict(
      'accept',
      states([
        ['invalid', DROP],
        ['new', DROP],
      ]),
    ),
    'drop',
  )
  assert.is(
    verdict(
      'accept',
      states([
        ['invalid', DROP],
        ['established', DROP],
      ]),
    ),
    'accept',
  )
})

live('an interface that nobody named answers no test of its name', () => {
  const byEth1 = match(meta('iifname'), 'eth1')
  const byLo = match(meta('iif'), 'lo')
  const [message = ''] = unknownOf(input('accept', [byEth1, DROP]))
  assert.match(message, /iifname "eth1" \(--in-interface NAME says/)
  assert.is(verdict('accept', [byLo, DROP]), 'accept')
  const named = (name: string) =>
    traced(input('accept', [byEth1, DROP]), { inInterface: name }).verdict
  assert.equal([named('eth1'), named('eth0')], ['drop', 'accept'])
  const own = { from: '192.168.10.11' }
  assert.is(traced(input('accept', [byLo, DROP]), own).verdict, 'drop')
})

live('where a packet leaves is known only of the loopback interface', () => {
  const forward = (right: unknown, op = '==') =>
    listing({
      chains: { c: { hook: 'forward', rules: [[match(meta('oifname'), right, op), DROP]] } },
    })
  const to = { to: '198.51.100.1:80' }
  assert.is(unknownOf(forward('eth1'), to).length, 1)
  assert.is(traced(forward('lo'), to).verdict, 'accept')
  assert.is(traced(forward('lo', '!='), to).verdict, 'drop')
})

live('tables that are switched off are not walked', () => {
  const chains = { input: { hook: 'input', rules: [[DROP]] } }
  assert.is(traced(listing({ chains })).verdict, 'drop')
  assert.is(traced(listing({ flags: 'dormant', chains })).verdict, 'accept')
})

live('rules at bridges and devices stop the trace if the packet may meet them', () => {
  const at = (family: string, chain: ChainText) =>
    unknownOf(listing({ family, chains: { c: chain } }), { inInterface: 'eth0' })
  const rules = [[DROP]]
  assert.match(at('bridge', { hook: 'forward', rules }).join(), /table bridge filter, chain c/)
  assert.is(at('bridge', { hook: 'forward' }).length, 0)
  assert.is(at('bridge', { hook: 'forward', policy: 'drop' }).length, 1)
  assert.is(at('netdev', { hook: 'ingress', dev: 'eth0', rules }).length, 1)
  assert.is(at('netdev', { hook: 'ingress', dev: 'eth1', rules }).length, 0)
  assert.is(at('netdev', { hook: 'ingress', rules }).length, 1)
  assert.is(at('inet', { hook: 'ingress', dev: 'eth0', rules }).length, 1)
  assert.is(at('arp', { hook: 'input', rules }).length, 0)
})

live('chains of one priority stop the trace if their order decides', () => {
  const tables = (second: unknown) =>
    listing(
      { name: 'a', chains: { input: { hook: 'input', rules: [[DROP]] } } },
      { name: 'b', chains: { input: { hook: 'input', rules: [[second]] } } },
    )
  assert.match(
    unknownOf(tables({ reject: { type: 'icmpx', expr: 'port-unreachable' } })).join(),
    /which runs first/,
  )
  assert.is(traced(tables(DROP)).verdict, 'drop')
  assert.is(traced(tables(ACCEPT)).verdict, 'drop')
})

live('what stops the trace in only one order of chains of one priority is named', () => {
  const docker = match(meta('iifname'), 'docker0')
  const text = listing(
    { name: 'a', chains: { input: { hook: 'input', rules: [[DROP]] } } },
    { name: 'b', chains: { input: { hook: 'input', rules: [[docker, ACCEPT]] } } },
  )
  const [message = ''] = unknownOf(text)
  assert.match(message, /table inet b, chain input, rule 1: .*iifname "docker0".*--in-interface/)
  assert.is(traced(text, { inInterface: 'eth1' }).verdict, 'drop')
})

live('a comment of iptables-nft fits every packet, other extensions stop the trace', () => {
  const xt = (name: string) => ({ xt: { type: 'match', name } })
  assert.is(verdict('accept', [xt('comment'), { counter: { packets: 0, bytes: 0 } }, DROP]), 'drop')
  assert.match(unknownOf(input('accept', [xt('recent'), DROP])).join(), /"name":"recent"/)
})

live('what the sender of a refused packet is told comes from the rule', () => {
  const refused = (reject: unknown) => traced(input('accept', [{ reject }])).ends[0]?.answer
  assert.is(
    refused({ type: 'icmpx', expr: 'port-unreachable' }),
    'ICMP port unreachable: connection refused',
  )
  assert.is(refused({ type: 'tcp reset' }), 'a TCP reset: connection refused')
  assert.is(refused({ type: 'icmpx', expr: 'admin-prohibited' }), 'icmpx admin-prohibited')
  const reset = input('accept', [{ reject: { type: 'tcp reset' } }])
  assert.is(traced(reset, { to: '192.168.10.11:53/udp' }).verdict, 'accept')
})

live('names that nft cannot read back are shown, not run', () => {
  const hostile = 'x"; drop\u001b[31m'
  const text = listing({
    sets: [{ name: hostile, type: 'ipv4_addr', elem: [FROM] }],
    chains: {
      input: { hook: 'input', rules: [[match(payload('ip', 'saddr'), `@${hostile}`), DROP]] },
    },
  })
  const report = traced(text)
  assert.is(report.hooks[1]?.steps[0]?.nft, 'ip saddr @x___drop__31m drop')
  assert.not.match(traceText(report, false), '\u001b')
})

live('objects beside a listing give names and reasons, and tell where it differs from them', () => {
  const { sources, options } = goldenNamed('no-endpoints')
  const asked = {
    from: '10.244.1.99',
    to: 'shop/web:http',
    inInterface: 'veth1',
  } as const
  const ask = (text: string, to: string = asked.to) => {
    const source = { name: 'live.json', text }
    const found = answered({ objects: sources, live: source }, options, { ...asked, to })
    if ('report' in found) return found.report
    throw new Error(found.unknown.join())
  }
  const reject = { reject: { type: 'icmp', expr: 'port-unreachable' } }
  const own = { family: 'ip', name: 'kube-proxy' }
  const same = ask(listing({ ...own, chains: { f: { hook: 'forward', rules: [[reject]] } } }))
  assert.is(same.reason?.code, 'no-endpoints')
  assert.is(same.destination?.servicePort, 'shop/web:http')
  assert.equal(same.notes, [])
  const empty = ask(listing({ ...own, chains: { f: { hook: 'forward' } } }))
  assert.is(empty.reason?.code, 'untouched')
  assert.equal(empty.notes, [
    { code: 'drift', text: 'the rules do not do what the objects say, which is: reject (1)' },
  ])
  const firewall = listing({ chains: { f: { hook: 'forward', policy: 'drop' } } })
  assert.equal(
    ask(firewall).notes.map(({ code }) => code),
    ['drift'],
  )
  assert.equal(
    ask(firewall, '198.51.100.1:80').notes.map(({ code }) => code),
    ['beside-objects'],
  )
})

live('a listing alone needs the addresses of the node, and no names', () => {
  assert.throws(() => answer(input('accept'), {}, {}), /--node-addresses LIST/)
  assert.throws(
    () => answer(input('accept'), { to: 'shop/web' }),
    /takes names only beside objects/,
  )
  assert.throws(
    () => answer(input('accept'), { from: 'shop/web-0' }),
    /takes names only beside objects/,
  )
  assert.throws(() => answer('table ip x {}'), /KN120/)
})

live.run()
