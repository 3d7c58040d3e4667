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

live('a test that is open is named, and both of its answers are walked', () => {
  const own = { from: '192.168.10.11', to: '192.168.10.12:80' }
  const output = (...rules: readonly (readonly unknown[])[]) =>
    listing({ chains: { output: { hook: 'output', rules } } })
  const { verdict, alternatives = [] } = traced(output([STRANGE, DROP]), own)
  assert.is(verdict, 'accept')
  assert.equal(
    alternatives.map(({ when, verdict, by }) => [when, verdict, by]),
    [[['meta skuid 0'], 'drop', 'rule 1 of chain output in table inet filter']],
  )
  // What does not decide is not asked, nor what is behind the end of a chain.
  assert.is(traced(output([ACCEPT], [STRANGE, DROP]), own).alternatives, undefined)
  assert.is(traced(output([STRANGE, { counter: null }]), own).alternatives, undefined)
  assert.is(traced(output([STRANGE, ACCEPT]), own).alternatives, undefined)
  // What comes from elsewhere has no owner.
  assert.is(traced(input('accept', [STRANGE, DROP])).alternatives, undefined)
})

live('tests that are open together are named together, and each of them once', () => {
  const [mark, hour] = [match(meta('priority'), 1), match(meta('cpu'), 2)]
  const set = { mangle: { key: { meta: { key: 'mark' } }, value: 1 } }
  const marked = match(meta('mark'), 1)
  const { alternatives = [] } = traced(
    input('accept', [mark, set], [marked, hour, DROP], [hour, ACCEPT]),
  )
  assert.equal(
    alternatives.map(({ when, verdict }) => [when, verdict]),
    [[['meta priority 1', 'meta cpu 2'], 'drop']],
  )
  const twice = traced(input('accept', [mark, DROP], [mark, ACCEPT], [mark, DROP]))
  assert.is(twice.alternatives?.length, 1)
})

live('what limits packets, or is likely of them, is assumed and said', () => {
  const notesOf = (...rules: readonly (readonly unknown[])[]) => {
    const { verdict, notes, alternatives } = traced(input('accept', ...rules))
    assert.is(alternatives, undefined)
    return [verdict, ...notes.map(({ text }) => text)]
  }
  const limit = { rate: 5, per: 'second', burst: 5 }
  assert.equal(notesOf([{ limit }, DROP]), [
    'drop',
    'assumed: fewer packets come than `limit rate 5/second burst 5 packets` asks for',
  ])
  assert.is(notesOf([{ limit: { ...limit, inv: true } }, DROP])[0], 'accept')
  assert.equal(notesOf([match(meta('pkttype'), 'broadcast'), DROP]), [
    'accept',
    'assumed: the frame is addressed to this host (pkttype unicast)',
  ])
  assert.is(notesOf([{ limit }, { counter: null }]).length, 2)
})

live('a translation to one of several addresses is an assumption, and said', () => {
  const range = { range: ['192.168.20.1', '192.168.20.9'] }
  const chain = (hook: string, statement: unknown) =>
    listing({
      family: 'ip',
      chains: {
        c: { hook, type: 'nat', prio: hook === 'prerouting' ? -100 : 100, rules: [[statement]] },
      },
    })
  const notesOf = (hook: string, statement: unknown, asked: Partial<Asked> = {}) =>
    traced(chain(hook, statement), asked).notes.map(({ text }) => text)
  assert.equal(notesOf('prerouting', { dnat: { addr: range } }), [
    'assumed: the first address is taken of `dnat to 192.168.20.1-192.168.20.9`',
  ])
  assert.equal(notesOf('postrouting', { snat: { addr: range } }, { to: '198.51.100.1:80' }), [
    'assumed: the first address is taken of `snat to 192.168.20.1-192.168.20.9`',
  ])
  assert.equal(notesOf('prerouting', { redirect: { port: 9999 } }), [])
  const second: RawOptions = { 'node-addresses': ['192.168.10.11', '192.168.10.12'] }
  const redirected = answer(chain('prerouting', { redirect: { port: 9999 } }), {}, second)
  if (!('report' in redirected)) throw new Error('no report')
  assert.equal(
    redirected.report.notes.map(({ text }) => text),
    [
      'assumed: `redirect to :9999` takes the address 192.168.10.11, as if it were that of the interface by which the packet comes',
    ],
  )
})

live('what is open in only one order of chains of one priority is told with that order', () => {
  const input = (name: string, ...rules: readonly (readonly unknown[])[]) => ({
    name,
    chains: { input: { hook: 'input', rules } },
  })
  const asking = input('a', [match(meta('mark'), 7), match(meta('cpu'), 1), DROP])
  const marking = input('b', [{ mangle: { key: meta('mark'), value: 7 } }])
  const whens = [listing(asking, marking), listing(marking, asking)].map(text => {
    const { verdict, alternatives = [] } = traced(text)
    assert.is(verdict, 'accept')
    assert.equal(
      alternatives.map(one => one.verdict),
      ['drop'],
    )
    return alternatives[0]?.when ?? []
  })
  // One of the two listings has the order in which it is asked.
  const [plain = [], ordered = []] = whens.sort((a, b) => a.length - b.length)
  assert.equal(plain, ['meta cpu 1'])
  assert.is(ordered[1], 'meta cpu 1')
  assert.match(
    ordered[0] ?? '',
    /^chain input of table inet b runs before chain input of table inet a/,
  )
})

live('more open tests than can be combined are not passed over in silence', () => {
  const rules = Array.from({ length: 500 }, (_, i) => [match(meta('priority'), i + 1), DROP])
  const { alternatives = [], notes } = traced(input('accept', ...rules))
  assert.is(alternatives.length, 400)
  assert.match(notes.map(({ text }) => text).join(), /only 400 combinations of tests that are open/)
})

live('a rule that certainly does not match is passed, whatever else it asks', () => {
  const udp = match(payload('udp', 'dport'), 53)
  const other = match(payload('ip', 'saddr'), '198.51.100.1')
  const flags = match(payload('tcp', 'flags'), 'syn')
  assert.is(verdict('accept', [STRANGE, udp, DROP]), 'accept')
  assert.is(verdict('accept', [STRANGE, other, DROP]), 'accept')
  assert.is(verdict('accept', [match(payload('icmp', 'type'), 'echo-request'), DROP]), 'accept')
  assert.is(verdict('accept', [match(payload('ip6', 'hoplimit'), 1), DROP]), 'accept')
  assert.is(verdict('accept', [flags, DROP]), 'drop')
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

live('an interface that nobody named is asked for once', () => {
  const byEth1 = match(meta('iifname'), 'eth1')
  const byLo = match(meta('iif'), 'lo')
  const open = traced(
    input('accept', [byEth1, DROP], [match(meta('iifname'), 'eth1', '!='), ACCEPT]),
  )
  assert.is(open.verdict, 'accept')
  assert.equal(
    open.alternatives?.map(({ when }) => when),
    [['iifname "eth1"']],
  )
  assert.is(verdict('accept', [byLo, DROP]), 'accept')
  const named = (name: string) =>
    traced(input('accept', [byEth1, DROP]), { inInterface: name }).verdict
  assert.equal([named('eth1'), named('eth0')], ['drop', 'accept'])
  const own = { from: '192.168.10.11' }
  assert.is(traced(input('accept', [byLo, DROP]), own).verdict, 'drop')
})

live('where a packet leaves is known of the loopback interface, or given', () => {
  const forward = (...rules: readonly (readonly unknown[])[]) =>
    listing({ chains: { c: { hook: 'forward', rules } } })
  const by = (right: unknown, op = '==') => [match(meta('oifname'), right, op), DROP]
  const to = { to: '198.51.100.1:80' }
  const whenOf = (text: string, asked = {}) =>
    traced(text, { ...to, ...asked }).alternatives?.map(({ when }) => when.join())
  assert.equal(whenOf(forward(by('eth1'))), ['oifname "eth1"'])
  // It has one: who leaves by eth1 does not leave by eth2.
  assert.equal(whenOf(forward(by('eth1'), by('eth2'))), ['oifname "eth1"', 'oifname "eth2"'])
  assert.is(traced(forward(by('eth1')), { ...to, outInterface: 'eth1' }).verdict, 'drop')
  assert.is(whenOf(forward(by('eth1')), { outInterface: 'eth2' }), undefined)
  assert.is(traced(forward(by('lo')), to).verdict, 'accept')
  assert.is(traced(forward(by('lo', '!=')), to).verdict, 'drop')
})

live('tables that are switched off are not walked', () => {
  const chains = { input: { hook: 'input', rules: [[DROP]] } }
  assert.is(traced(listing({ chains })).verdict, 'drop')
  assert.is(traced(listing({ flags: 'dormant', chains })).verdict, 'accept')
})

live(
  'rules at bridges and devices are assumed to let the packet pass, where it may meet them',
  () => {
    const at = (family: string, chain: ChainText) =>
      traced(listing({ family, chains: { c: chain } }), { inInterface: 'eth0' }).notes
    const rules = [[DROP]]
    assert.match(
      at('bridge', { hook: 'forward', rules })[0]?.text ?? '',
      /^assumed: chain c of table bridge filter lets the packet pass/,
    )
    assert.is(at('bridge', { hook: 'forward' }).length, 0)
    assert.is(at('bridge', { hook: 'forward', policy: 'drop' }).length, 1)
    assert.is(at('netdev', { hook: 'ingress', dev: 'eth0', rules }).length, 1)
    assert.is(at('netdev', { hook: 'ingress', dev: 'eth1', rules }).length, 0)
    assert.is(at('netdev', { hook: 'ingress', rules }).length, 1)
    assert.is(at('inet', { hook: 'ingress', dev: 'eth0', rules }).length, 1)
    assert.is(at('arp', { hook: 'input', rules }).length, 0)
  },
)

live('chains of one priority give both ends if their order decides', () => {
  const tables = (second: unknown) =>
    listing(
      { name: 'a', chains: { input: { hook: 'input', rules: [[DROP]] } } },
      { name: 'b', chains: { input: { hook: 'input', rules: [[second]] } } },
    )
  const both = traced(tables({ reject: { type: 'icmpx', expr: 'port-unreachable' } }))
  assert.equal([both.verdict, both.alternatives?.[0]?.verdict].sort(), ['drop', 'reject'])
  assert.match(
    both.alternatives?.[0]?.when.join() ?? '',
    /^chain input of table inet [ab] runs before chain input of table inet [ab] at hook input and priority 0 /,
  )
  assert.is(traced(tables(DROP)).alternatives, undefined)
  assert.is(traced(tables(ACCEPT)).alternatives, undefined)
})

live('what is open decides in whatever order chains of one priority run', () => {
  const docker = match(meta('iifname'), 'docker0')
  const text = listing(
    { name: 'a', chains: { input: { hook: 'input', rules: [[DROP]] } } },
    { name: 'b', chains: { input: { hook: 'input', rules: [[docker, ACCEPT]] } } },
  )
  const { verdict, alternatives } = traced(text)
  assert.is(verdict, 'drop')
  assert.is(alternatives, undefined)
})

live('a comment of iptables-nft fits every packet, other extensions are open', () => {
  const xt = (name: string) => ({ xt: { type: 'match', name } })
  assert.is(verdict('accept', [xt('comment'), { counter: { packets: 0, bytes: 0 } }, DROP]), 'drop')
  const { verdict: base, alternatives } = traced(input('accept', [xt('recent'), DROP]))
  assert.is(base, 'accept')
  assert.equal(
    alternatives?.map(({ when }) => when),
    [['xt match recent']],
  )
  const target = { xt: { type: 'target', name: 'TPROXY' } }
  assert.match(unknownOf(input('accept', [target])).join(), /not known here: xt target TPROXY/)
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
