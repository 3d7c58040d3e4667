import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../src/address/address.js'
import { findNode, loadCluster } from '../../src/compile.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { GoldenCase } from '../../src/golden/case.js'
import { LAYOUTS } from '../../src/layouts/registry.js'
import { importRuleset } from '../../src/listing/ruleset.js'
import type { LayoutName } from '../../src/options/modes.js'
import { parseOptions } from '../../src/options/table.js'
import { type Plan, planNode } from '../../src/plan/plan.js'
import type { Table } from '../../src/rules/table.js'
import { renderNftTable } from '../../src/text/nft-table.js'
import { explainTrace } from '../../src/trace/explain.js'
import { traceLive } from '../../src/trace/live.js'
import type { Packet } from '../../src/traffic/packet.js'
import { evaluate } from '../../src/traffic/walk/evaluate.js'
import { indexTables } from '../../src/traffic/walk/index-tables.js'
import { goldenCases } from '../golden/cases.js'
import { summaryOf } from '../trace/summary.js'
import { inFreshNamespace, type NftBinary, nftVersions } from './nft.js'

// What a listing of loaded rules says of a packet is what the typed rules say of it.

const traces = suite('traces through loaded rules')

const SEPARATOR = '\f'
const pathTo = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Of many cases some, and those where most is going on. */
const EVERY = 5
const ALWAYS = ['example-shop', 'affinity-external-local', 'source-ranges-overlapping', 'hairpin']
const cases = goldenCases()
  .filter(({ expected }) => expected['expected.nft'] !== undefined)
  .filter(({ name }, index) => index % EVERY === 0 || ALWAYS.includes(name))

/** The listings of some rule files, one after the other in one namespace. */
async function listingsOf(nft: NftBinary, files: readonly string[]): Promise<readonly string[]> {
  const script = `printf '%s' "$(cat)" | while IFS= read -r -d '${SEPARATOR}' rules; do
    "$@" flush ruleset; printf '%s' "$rules" | "$@" -f -; "$@" -j list ruleset; printf '${SEPARATOR}'
  done`
  const bash = ['bash', '-ec', script, 'bash', ...nft.command]
  const quoted = bash.map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  const listed = await inFreshNamespace(
    nft,
    `exec ${quoted}`,
    files.map(one => one + SEPARATOR).join(''),
  )
  return listed.split(SEPARATOR).slice(0, -1)
}

interface Compiled {
  readonly plans: readonly Plan[]
  readonly tables: readonly Table[]
  readonly addresses: readonly Ip[]
}

function compiled({ sources, options }: GoldenCase, layout: LayoutName): Compiled {
  const problems = new Diagnostics()
  const parsed = parseOptions({ ...options, layout })
  const { cluster } = loadCluster(sources, parsed, undefined, problems)
  const node = findNode(cluster, parsed, problems)
  if (node === undefined) throw new Error('no node')
  const plans = parsed.families.map(family => planNode(cluster, node, family, parsed.plan))
  const tables = plans.map(plan => LAYOUTS[layout].lower(plan, parsed))
  return { plans, tables, addresses: node.addresses }
}

const SENDERS = {
  IPv4: ['192.0.2.7', '10.244.1.99', '127.0.0.1'],
  IPv6: ['2001:db8::7', 'fd00:10:244:1::99', '::1'],
}
const NOBODY = { IPv4: '10.96.9.9', IPv6: 'fd00:10:96::9:9' }

/** Packets from everywhere to all that a plan serves, and a step beside it. */
function packetsOf({ ports, node, family }: Plan): readonly Packet[] {
  const own = node.addresses.filter(ip => ip.includes(':') === (family === 'IPv6'))
  const endpoints = ports.flatMap(({ port }) => port.endpoints.slice(0, 1).map(({ ip }) => ip))
  const senders = [...SENDERS[family], ...own.slice(0, 1), ...endpoints.slice(0, 2)] as Ip[]
  const targets = ports.flatMap(({ port, frontends }) =>
    frontends.flatMap(frontend =>
      (frontend.ip === undefined ? own : [frontend.ip]).flatMap(daddr => [
        { daddr, dport: frontend.port, protocol: port.protocol.toLowerCase() as 'tcp' },
        { daddr, dport: frontend.port + 1, protocol: 'tcp' as const },
      ]),
    ),
  )
  const beside = [NOBODY[family], ...targets.slice(0, 1).map(({ daddr }) => daddr)] as Ip[]
  const pings = beside.map(daddr => ({ daddr, dport: undefined, protocol: 'icmp' as const }))
  const isOwn = (ip: Ip): boolean => own.includes(ip) || ['127.0.0.1', '::1'].includes(ip)
  return [...targets, ...pings].flatMap(target =>
    senders.map(saddr => ({ ...target, saddr, inputInterface: isOwn(saddr) ? undefined : 'eth0' })),
  )
}

const imported = (nft: NftBinary, text: string) => {
  const problems = new Diagnostics()
  const ruleset = importRuleset({ name: nft.version, text }, problems)
  assert.equal(problems.all(), [])
  return { ...ruleset, name: nft.version }
}

const NOTHING_OPEN = { alternatives: [], assumed: [] } as const

for (const nft of nftVersions()) {
  for (const layout of Object.keys(LAYOUTS) as LayoutName[]) {
    traces(`agree with the typed rules in layout ${layout}, nft ${nft.version}`, async () => {
      const all = cases.map(golden => compiled(golden, layout))
      const files = all.map(({ tables }) =>
        tables.map(table => renderNftTable(table, { node: 'n', comments: false })).join('\n'),
      )
      const listings = await listingsOf(nft, files)
      assert.is(listings.length, cases.length)
      let count = 0
      for (const [index, { plans, tables, addresses }] of all.entries()) {
        const live = imported(nft, listings[index] ?? '')
        const typed = indexTables(tables)
        for (const packet of plans.flatMap(packetsOf)) {
          const words = `${cases[index]?.name}: ${JSON.stringify(packet)}`
          const expected = evaluate(typed, packet, { addresses })
          const { branches, unknown } = traceLive(live, packet, { addresses })
          assert.equal(unknown, [], words)
          assert.equal(summaryOf(branches), summaryOf(expected), words)
          const { tables } = live
          const rules = { listing: 'live.json' }
          explainTrace({ packet, sender: undefined, ...NOTHING_OPEN, branches, tables, rules })
          count++
        }
      }
      assert.ok(count > 500, `${count} packets`)
    })
  }

  traces(`kube-proxy's own rules do what they are for, nft ${nft.version}`, async () => {
    const releases = ['1.35', '1.36']
    const files = releases.map(one => readFileSync(pathTo(`kube-proxy/${one}.nft`), 'utf8'))
    const listings = await listingsOf(nft, files)
    const addresses = ['192.168.0.2'] as Ip[]
    for (const [index, text] of listings.entries()) {
      const live = imported(nft, text)
      const summary = (
        saddr: string,
        daddr: string,
        dport: number | undefined,
        protocol = 'tcp',
      ) => {
        const packet = { saddr, daddr, dport, protocol, inputInterface: 'eth0' } as Packet
        const { branches, unknown } = traceLive(live, packet, { addresses })
        assert.equal(unknown, [], releases[index])
        return summaryOf(branches)
      }
      const [outside, pod] = ['192.0.2.7', '10.20.1.99']
      assert.equal(summary(pod, '172.30.4.7', 443), {
        '10.20.1.8:8443': '1/2',
        '10.20.2.9:8443': '1/2',
      })
      assert.equal(summary(outside, '172.30.0.10', 53, 'udp'), {
        '10.20.1.3:5353 masqueraded': '1',
      })
      assert.equal(summary('10.20.1.3', '172.30.0.10', 53, 'udp'), {
        '10.20.1.3:5353 masqueraded': '1',
      })
      assert.equal(summary('203.0.113.5', '198.51.100.20', 443), { '10.20.1.8:8443': '1' })
      assert.equal(summary(outside, '198.51.100.20', 443), { drop: '1' })
      assert.equal(summary(outside, '198.51.100.30', 80), { drop: '1' })
      assert.equal(summary(pod, '198.51.100.30', 80), { '10.20.2.4:80': '1' })
      assert.equal(summary(outside, '192.168.0.2', 30080), { reject: '1' })
      assert.equal(summary(pod, '172.30.4.7', 80), { reject: '1' })
      assert.equal(summary(pod, '172.30.4.7', undefined, 'icmp'), { reject: '1' })
      assert.equal(summary(pod, '172.30.77.7', 80), { drop: '1' })
      assert.equal(summary(pod, '8.8.8.8', 80), { untouched: '1' })
    }
  })
}

traces.run()
