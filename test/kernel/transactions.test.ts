import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type CompileResult, compile } from '../../src/compile.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { transactionText } from '../../src/diff/rules/transaction.js'
import { LAYOUTS } from '../../src/layouts/registry.js'
import { importTables } from '../../src/listing/ruleset.js'
import type { LayoutName } from '../../src/options/modes.js'
import type { RawOptions } from '../../src/options/table.js'
import { formatDiagnostics } from '../../src/report/diagnostics.js'
import type { Table } from '../../src/rules/table.js'
import { clusterChange } from '../arbitrary/change.js'
import type { KubeObject } from '../arbitrary/cluster.js'
import { type ClusterOptions, options } from '../arbitrary/options.js'
import { goldenCases } from '../golden/cases.js'
import { type Listing, listAfterEach } from './canonical.js'
import { type NftBinary, nftVersions } from './nft.js'

// Transactions in the real kernel: what they make of the old rules is what a load of the new ones
// gives.

const transactions = suite('transactions')

const LAYOUT_NAMES = Object.keys(LAYOUTS) as LayoutName[]
const RUNS = 25

const cases = goldenCases().filter(({ expected }) => expected['expected.nft'])

/** One golden case after the other. */
const WALKS: Readonly<Record<string, (index: number) => LayoutName>> = {
  'in the layout kube-proxy': () => 'kube-proxy',
  'in the layout maps': () => 'maps',
  'from one layout to the other': index => (index % 2 === 0 ? 'kube-proxy' : 'maps'),
}

interface Rules {
  readonly rules: string
  readonly tables: readonly Table[]
}

const compiled = Object.fromEntries(
  LAYOUT_NAMES.map(layout => [
    layout,
    cases.map(({ sources, options }) => complete(compile(sources, { ...options, layout }))),
  ]),
) as Record<LayoutName, Rules[]>

const shop = Object.fromEntries(
  LAYOUT_NAMES.map(layout => [
    layout,
    compiled[layout][cases.findIndex(({ name }) => name === 'example-shop')],
  ]),
) as Record<LayoutName, Rules>

const written = (version: string): string =>
  readFileSync(new URL(`kube-proxy/${version}.nft`, import.meta.url), 'utf8')

/** What a node may have loaded, one text after the other. */
const STARTS: Readonly<Record<string, readonly string[]>> = {
  'tables of kube-proxy 1.35': [written('1.35')],
  'tables of kube-proxy 1.36': [written('1.36')],
  'rules that somebody has meddled with': [
    shop.maps.rules,
    `add set ip kube-proxy theirs { type ipv4_addr ; elements = { 192.0.2.1 } ; }
    add map ip kube-proxy _theirs { type inet_service : verdict ; }
    add counter ip kube-proxy hits
    add chain ip kube-proxy _more
    add element ip kube-proxy _theirs { 53 : jump _more }
    add rule ip kube-proxy _more ip saddr @theirs counter name hits accept
    insert rule ip kube-proxy services udp dport vmap @_theirs
    flush set ip kube-proxy cluster-ips
    flush chain ip6 kube-proxy masquerading
    flush chain ip6 kube-proxy nodeport-endpoints-check
    delete map ip6 kube-proxy no-endpoint-nodeports
    flush chain ip6 kube-proxy nat-output
    delete chain ip6 kube-proxy nat-output
    add chain ip6 kube-proxy nat-output { type nat hook output priority 7 ; }`,
  ],
}

for (const nft of nftVersions()) {
  let listing: Promise<Listings> | undefined
  const listings = (): Promise<Listings> => {
    listing ??= listGolden(nft)
    return listing
  }
  for (const walk of Object.keys(WALKS)) {
    transactions(`golden cases turn into one another ${walk}, nft ${nft.version}`, async () => {
      const { walks, loaded } = await listings()
      for (const [index, { name }] of cases.entries()) {
        const layout = WALKS[walk]?.(index) ?? 'maps'
        const change = `${cases[index - 1]?.name} to ${name}`
        assert.is(walks[walk]?.[index], loaded.get(layout)?.[index]?.text, change)
      }
    })
  }

  transactions(`what nft ${nft.version} lists of a golden case is no change`, async () => {
    const { loaded } = await listings()
    for (const layout of LAYOUT_NAMES) {
      for (const [index, { name }] of cases.entries()) {
        const live = importLive(name, loaded.get(layout)?.[index]?.json)
        assert.is(transactionText(live, compiled[layout][index]?.tables ?? []), '', name)
      }
    }
  })

  for (const [name, start] of Object.entries(STARTS)) {
    transactions(`${name} turn into rules of any layout, nft ${nft.version}`, async () => {
      const listing = (await listAfterEach(nft, start, true)).at(-1)
      const live = importLive(name, listing?.json)
      for (const layout of LAYOUT_NAMES) {
        const { rules, tables } = shop[layout]
        const change = transactionText(live, tables)
        const listings = await listAfterEach(nft, [...start, change, `flush ruleset\n${rules}`])
        const [changed, fresh] = listings.slice(-2)
        assert.is(changed?.text, fresh?.text, change)
      }
    })
  }

  transactions(`any cluster turns into any other, nft ${nft.version}`, async () => {
    const side = fc.record({
      layout: fc.constantFrom(...LAYOUT_NAMES),
      comments: fc.boolean(),
      counters: fc.boolean(),
      plan: options,
    })
    const sides = fc.oneof(
      side.map(both => [both, both] as const),
      fc.tuple(side, side),
    )
    await fc.assert(
      fc.asyncProperty(clusterChange(), sides, async ([before, after], [one, other]) => {
        const old = compileObjects(before, one)
        const wanted = compileObjects(after, other)
        const text = transactionText(old.tables, wanted.tables)
        assert.is(transactionText(wanted.tables, wanted.tables), '')
        const [, changed, fresh] = await listAfterEach(nft, [
          old.rules,
          text,
          `flush ruleset\n${wanted.rules}`,
        ])
        assert.is(changed?.text, fresh?.text, text)
      }),
      { numRuns: RUNS },
    )
  })
}

function importLive(name: string, text = ''): readonly Table[] {
  const problems = new Diagnostics()
  const tables = importTables({ name, text }, problems)
  assert.equal(problems.all(), [])
  return tables
}

function complete({ rules, tables, diagnostics }: CompileResult): Rules {
  assert.ok(rules, formatDiagnostics(diagnostics, { color: false }))
  return { rules, tables }
}

function compileObjects(
  items: readonly KubeObject[],
  { plan, ...others }: RawOptions & { readonly plan: ClusterOptions },
): Rules {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  return complete(compile([{ name: 'list.json', text }], { ...plan, ...others }))
}

interface Listings {
  readonly walks: Readonly<Record<string, readonly string[]>>
  readonly loaded: ReadonlyMap<LayoutName, readonly Listing[]>
}

/** Walks through all cases by transactions, and loads each from scratch. */
async function listGolden(nft: NftBinary): Promise<Listings> {
  const walks = Object.entries(WALKS).map(async ([name, layoutOf]) => {
    const steps = cases.map((_, index) => compiled[layoutOf(index)][index])
    const texts = steps.map((step, index) => {
      const before = steps[index - 1]
      return before && step ? transactionText(before.tables, step.tables) : (step?.rules ?? '')
    })
    return [name, (await listAfterEach(nft, texts)).map(({ text }) => text)] as const
  })
  const loaded = LAYOUT_NAMES.map(async layout => {
    const texts = compiled[layout].map(({ rules }) => `flush ruleset\n${rules}`)
    return [layout, await listAfterEach(nft, texts, true)] as const
  })
  return {
    walks: Object.fromEntries(await Promise.all(walks)),
    loaded: new Map(await Promise.all(loaded)),
  }
}

transactions.run()
