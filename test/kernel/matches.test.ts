import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../src/address/address.js'
import { DROP, rule } from '../../src/rules/build.js'
import type { Match } from '../../src/rules/match.js'
import type { BaseChain, Chain, Origin, Table, TableFamily } from '../../src/rules/table.js'
import { ruleText } from '../../src/text/nft.js'
import { renderNftTable } from '../../src/text/nft-table.js'
import type { Packet } from '../../src/traffic/packet.js'
import { evaluate } from '../../src/traffic/walk/evaluate.js'
import { indexTables } from '../../src/traffic/walk/index-tables.js'
import { inFreshNamespace, nftVersions } from './nft.js'
import { vocabularyMatches, vocabularyTable } from './vocabulary.js'

// Each test of the vocabulary, other people's among them, asked by the kernel of a real packet: its
// counter tells whether it matched, and the evaluator must have said so.

const matches = suite('matches and the kernel')

const origin: Origin = { concern: 'base' }
const HOOKS = ['output', 'postrouting', 'prerouting', 'input'] as const
const PORT = 9999
const LOOPBACK: Readonly<Record<TableFamily, string>> = { ip: '127.0.0.1', ip6: '::1' }

const based = (hook: BaseChain['hook'], rules: Chain['rules']): Chain => ({
  name: hook,
  base: { type: 'filter', hook, priority: 0 },
  rules,
  origin,
})

/** Tests that are true of these packets too, or of what a rule before has done to them. */
function moreMatches(family: TableFamily): readonly Match[] {
  const cidr = LOOPBACK[family]
  return [
    { kind: 'address', side: 'daddr', negate: false, cidr },
    { kind: 'port', protocol: 'udp', negate: false, ranges: [{ from: 9000, to: PORT }] },
    { kind: 'port', protocol: 'tcp', negate: true, ranges: [{ from: 1, to: 80 }] },
    { kind: 'port', protocol: 'th', negate: false, ranges: [{ from: PORT, to: PORT }] },
    { kind: 'protocol-in', header: true, negate: true, protocols: ['udp'] },
    { kind: 'interface-in', side: 'iif', negate: true, names: ['lo'] },
    { kind: 'interface-in', side: 'oifname', negate: false, names: ['lo'] },
    { kind: 'interface-in', side: 'oifname', negate: true, names: ['l*', 'x'] },
    { kind: 'interface-in', side: 'iifname', negate: false, names: ['l*'] },
    { kind: 'ct-state', negate: false, states: ['new', 'invalid'] },
    { kind: 'in-set', key: ['tcp-dport', 'saddr'], set: 'ports', negate: true },
  ]
}

const setsOf = (family: TableFamily): Table['sets'] => [
  ...vocabularyTable(family).sets,
  { name: 'ports', key: ['port', 'address'], elements: [], origin },
]

/** A table with one chain that holds rules, and the sets that they ask. */
const tableOf = (family: TableFamily, chains: readonly Chain[]): Table => ({
  family,
  name: 'asked',
  sets: setsOf(family),
  maps: [],
  endpointMaps: [],
  chains,
})

/** How often each rule of each hook matched the first packet of a flow. */
function countsIn(listing: string): ReadonlyMap<string, readonly number[]> {
  const { nftables } = JSON.parse(listing) as {
    nftables: { rule?: { chain: string; expr: readonly { counter?: { packets: number } }[] } }[]
  }
  const counts = new Map<string, number[]>()
  for (const { rule } of nftables) {
    if (rule === undefined || !rule.chain.startsWith('asked-')) continue
    const packets = rule.expr.flatMap(({ counter }) => (counter ? [counter.packets] : []))
    const hook = rule.chain.slice('asked-'.length)
    counts.set(hook, [...(counts.get(hook) ?? []), packets[0] ?? 0])
  }
  return counts
}

for (const nft of nftVersions()) {
  for (const family of ['ip', 'ip6'] as const) {
    for (const protocol of ['udp', 'tcp'] as const) {
      matches(`of ${protocol} in ${family}, nft ${nft.version}`, async () => {
        const all = [...vocabularyMatches(family), ...moreMatches(family)]
        const asking = HOOKS.flatMap((hook): Chain[] => [
          {
            name: `asked-${hook}`,
            rules: all.map(match => rule([match], { kind: 'counter' }, origin)),
            origin,
          },
          based(hook, [
            rule([{ kind: 'ct-state-new' }], { kind: 'jump', chain: `asked-${hook}` }, origin),
          ]),
        ])
        const text = renderNftTable(tableOf(family, asking), { node: 'n', comments: false })
        const send = `echo x > /dev/${protocol}/${LOOPBACK[family]}/${PORT}`
        const script = `ip link set lo up; "$@" -f -; bash -c '${send}' 2>/dev/null || true; "$@" -j list ruleset`
        const counts = countsIn(await inFreshNamespace(nft, script, text))
        let matched = 0
        for (const hook of HOOKS) {
          for (const [index, match] of all.entries()) {
            const packets = counts.get(hook)?.[index]
            const words = `${hook}: ${ruleText(family, rule([match], DROP, origin))}`
            assert.ok(packets === 0 || packets === 1, `${words} counted ${packets}`)
            matched += packets
            assert.is(packets === 1, expected(family, protocol, hook, match), words)
          }
        }
        assert.ok(matched > 50, `${matched} matched`)
      })
    }
  }
}

/** Whether a test passes, by a table that drops what does. */
function expected(
  family: TableFamily,
  protocol: Packet['protocol'],
  hook: BaseChain['hook'],
  match: Match,
): boolean {
  const tables = indexTables([tableOf(family, [based(hook, [rule([match], DROP, origin)])])])
  const own = LOOPBACK[family] as Ip
  const packet = { saddr: own, daddr: own, protocol, dport: PORT, inputInterface: undefined }
  const [branch] = evaluate(tables, packet, { addresses: [] })
  assert.is.not(branch?.outcome.kind, 'unknown')
  return branch?.outcome.kind === 'drop'
}

matches.run()
