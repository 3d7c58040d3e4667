import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../src/address/address.js'
import { compile } from '../../src/compile.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { diffClusters, diffLive } from '../../src/diff/traffic/diff.js'
import { itemsOf } from '../../src/diff/traffic/items.js'
import type { TrafficReport } from '../../src/diff/traffic/report.js'
import { LAYOUTS } from '../../src/layouts/registry.js'
import { importTables } from '../../src/listing/ruleset.js'
import type { LayoutName } from '../../src/options/modes.js'
import type { RawOptions } from '../../src/options/table.js'
import type { Table } from '../../src/rules/table.js'
import { clusterChange } from '../arbitrary/change.js'
import type { KubeObject } from '../arbitrary/cluster.js'
import { options } from '../arbitrary/options.js'
import { CASES } from '../diff/traffic/cases.js'
import { places } from '../diff/traffic/places.js'
import { known, type Loaded, loaded } from '../diff/traffic/worlds.js'
import { inFreshNamespace, type NftBinary, nftVersions } from './nft.js'

// What is loaded in the kernel, as `nft -j list ruleset` tells it, differs from new objects as the
// objects that it was compiled from do.

const traffic = suite('traffic of loaded rules')

const LAYOUT_NAMES = Object.keys(LAYOUTS) as LayoutName[]
const RUNS = 15

async function tablesOf(nft: NftBinary, rules: string): Promise<readonly Table[]> {
  const listing = await inFreshNamespace(nft, '"$@" -f -; "$@" -j list ruleset', rules)
  const problems = new Diagnostics()
  const tables = importTables({ name: nft.version, text: listing }, problems)
  assert.equal(problems.all(), [])
  return tables
}

function rulesOf(items: readonly KubeObject[], given: RawOptions): string {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  const { rules, diagnostics } = compile([{ name: 'list.json', text }], given)
  assert.ok(rules, JSON.stringify(diagnostics.map(({ message }) => message)))
  return rules ?? ''
}

const ofObjects = (before: Loaded, after: Loaded): TrafficReport =>
  diffClusters(
    { before: before.cluster, after: after.cluster },
    [{ before: before.node, after: after.node }],
    after.options,
  )

function ofRules(tables: readonly Table[], after: Loaded): TrafficReport {
  const { report, unknown } = diffLive(tables, after.cluster, after.node, after.options)
  assert.equal(unknown, [])
  return report
}

for (const nft of nftVersions()) {
  for (const layout of LAYOUT_NAMES) {
    traffic(
      `differs as its objects do: each kind of change, ${layout}, nft ${nft.version}`,
      async () => {
        for (const [name, one] of Object.entries(CASES)) {
          const { node = 'worker-1', ...given } = one.options ?? {}
          const options = { 'cluster-cidr': '10.244.0.0/16', ...given, node }
          const [before, after] = [loaded(one.before, options), loaded(one.after, options)]
          // Rules do not know what node they were made for: its addresses are those of the new object.
          if (JSON.stringify(before.node.addresses) !== JSON.stringify(after.node.addresses))
            continue
          const tables = await tablesOf(nft, rulesOf(one.before, { ...options, layout }))
          assert.equal(places(ofRules(tables, after)), places(ofObjects(before, after)), name)
        }
      },
    )

    traffic(
      `differs as its objects do: generated changes, ${layout}, nft ${nft.version}`,
      async () => {
        await fc.assert(
          fc.asyncProperty(clusterChange(4), options, async ([before, after], given) => {
            const rules = rulesOf(before, { ...given, layout, comments: true, counters: true })
            const wanted = loaded(after, given)
            const drift = ofRules(await tablesOf(nft, rules), wanted)
            assert.equal(places(drift), places(ofObjects(loaded(before, given), wanted)))
          }),
          { numRuns: RUNS },
        )
      },
    )
  }

  traffic(`rules of kube-proxy 1.35 and 1.36 do the same, nft ${nft.version}`, async () => {
    const [before, after] = await Promise.all(
      ['1.35', '1.36'].map(async release => {
        const text = readFileSync(new URL(`kube-proxy/${release}.nft`, import.meta.url), 'utf8')
        return known(await tablesOf(nft, text), 'IPv4', ['10.20.0.1' as Ip])
      }),
    )
    if (before === undefined || after === undefined) throw new Error('two releases')
    assert.ok(after.claims.size >= 5)
    const changes = itemsOf({ before, after }).flatMap(item => item.changes)
    // The former masquerades every endpoint that answers itself, the latter those of its node.
    assert.equal(
      changes.filter(({ to }) => !to.toItself),
      [],
    )
  })
}

traffic.run()
