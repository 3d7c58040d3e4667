import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FAMILIES, isLoopback } from '../../../src/address/address.js'
import { findNode, loadCluster } from '../../../src/compile.js'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import { ownAddresses } from '../../../src/diff/traffic/clients.js'
import { compiledWorld } from '../../../src/diff/traffic/compiled.js'
import { diffClusters, diffLive } from '../../../src/diff/traffic/diff.js'
import { itemsOf } from '../../../src/diff/traffic/items.js'
import { type Change, foldNodes, type TrafficReport } from '../../../src/diff/traffic/report.js'
import { LAYOUTS } from '../../../src/layouts/registry.js'
import { parseOptions } from '../../../src/options/table.js'
import { planNode } from '../../../src/plan/plan.js'
import type { Table } from '../../../src/rules/table.js'
import { evaluate } from '../../../src/traffic/walk/evaluate.js'
import { indexTables } from '../../../src/traffic/walk/index-tables.js'
import { clusterChange } from '../../arbitrary/change.js'
import { cluster, type KubeObject } from '../../arbitrary/cluster.js'
import { type ClusterOptions, options } from '../../arbitrary/options.js'
import { packetsOf } from '../../arbitrary/packets.js'
import { goldenNamed } from '../../golden/cases.js'
import { summaryOf } from '../../trace/summary.js'
import { places } from './places.js'
import { known, type Loaded, loaded } from './worlds.js'

const diffs = suite('traffic diff')

const reportOf = (before: Loaded, after: Loaded): TrafficReport =>
  diffClusters(
    { before: before.cluster, after: after.cluster },
    [{ before: before.node, after: after.node }],
    after.options,
  )

const changesOf = ({ groups }: TrafficReport): readonly Change[] =>
  groups.flatMap(({ entries }) => entries.flatMap(({ changes }) => changes))

diffs('of objects and the same objects is empty', () => {
  fc.assert(
    fc.property(cluster(), options, (objects, given) => {
      const [one, other] = [loaded(objects, given), loaded(objects, given)]
      assert.equal(reportOf(one, other).groups, [])
      // Without the short cut of looking at changed ports alone.
      for (const family of FAMILIES) {
        const [before, after] = [one, other].map(({ cluster, node, options }) =>
          compiledWorld(planNode(cluster, node, family, options.plan)),
        )
        if (before && after) assert.equal(itemsOf({ before, after }), [])
      }
    }),
  )
})

/** Whether the rules of two clusters do the same with all packets, clients on record left out. */
function doTheSame(
  before: readonly KubeObject[],
  after: readonly KubeObject[],
  given: ClusterOptions,
): boolean {
  const [old, wanted] = [loaded(before, given), loaded(after, given)]
  const [one, other] = [old, wanted].map(({ cluster, node, options }) =>
    indexTables(
      FAMILIES.map(family =>
        LAYOUTS.maps.lower(planNode(cluster, node, family, options.plan), options),
      ),
    ),
  )
  if (one === undefined || other === undefined) throw new Error('two sides')
  // A node may have more addresses than are known, and serve node ports there.
  const addresses = FAMILIES.flatMap(family => ownAddresses(wanted.node.addresses, family))
  return packetsOf([...before, ...after], addresses)
    .filter(({ saddr }) => !isLoopback(saddr))
    .every(packet => {
      const [was, is] = [one, other].map(index => summaryOf(evaluate(index, packet, { addresses })))
      return JSON.stringify(sorted(was)) === JSON.stringify(sorted(is))
    })
}

const sorted = (summary: object = {}): readonly unknown[] => Object.entries(summary).sort()

diffs('is empty if and only if the rules do the same with every packet', () => {
  let same = 0
  fc.assert(
    fc.property(clusterChange(3), options, ([before, after], given) => {
      const changes = changesOf(reportOf(loaded(before, given), loaded(after, given)))
      const seen = changes.filter(({ kind }) => kind !== 'affinity')
      const equal = doTheSame(before, after, given)
      if (equal) same++
      assert.is(seen.length === 0, equal, JSON.stringify(changes))
    }),
  )
  assert.ok(same > 0, 'no generated change keeps the traffic')
})

diffs('of changed ports alone is that of all', () => {
  fc.assert(
    fc.property(clusterChange(), options, ([before, after], given) => {
      const [old, wanted] = [loaded(before, given), loaded(after, given)]
      const items = FAMILIES.flatMap(family => {
        const world = ({ cluster, node, options }: Loaded) =>
          compiledWorld(planNode(cluster, node, family, options.plan))
        return itemsOf({ before: world(old), after: world(wanted) })
      })
      const all = foldNodes([{ node: wanted.node.name, items }])
      assert.equal(reportOf(old, wanted).groups, all)
    }),
  )
})

diffs('does not depend on the order and division of the input', () => {
  fc.assert(
    fc.property(clusterChange(), options, fc.integer({ min: 1, max: 5 }), (change, given, n) => {
      const [before, after] = change
      const straight = reportOf(loaded(before, given), loaded(after, given))
      const turned = reportOf(
        loaded([...before].reverse(), given, n),
        loaded([...after].reverse(), given, n + 1),
      )
      assert.is(JSON.stringify(turned), JSON.stringify(straight))
    }),
  )
})

for (const [layout, { lower }] of Object.entries(LAYOUTS)) {
  diffs(`of loaded rules says what that of objects says, in the layout ${layout}`, () => {
    fc.assert(
      fc.property(clusterChange(4), options, ([before, after], given) => {
        const [old, wanted] = [loaded(before, given), loaded(after, given)]
        const tables = FAMILIES.map(family =>
          lower(planNode(old.cluster, old.node, family, old.options.plan), old.options),
        )
        const { report, unknown } = diffLive(tables, wanted.cluster, wanted.node, wanted.options)
        assert.equal(unknown, [])
        assert.equal(places(report), places(reportOf(old, wanted)))
      }),
    )
  })
}

/** A table without one of its rules or elements. */
function meddledWith(table: Table, pick: number): Table {
  const places = [
    ...table.chains.flatMap(({ rules }) => rules),
    ...[...table.sets, ...table.maps, ...table.endpointMaps].flatMap(
      (set): readonly object[] => set.elements,
    ),
  ]
  const gone = places[pick % places.length]
  const without = <T extends { readonly elements: readonly object[] }>(set: T): T => ({
    ...set,
    elements: set.elements.filter(one => one !== gone),
  })
  return {
    ...table,
    chains: table.chains.map(chain => ({
      ...chain,
      rules: chain.rules.filter(rule => rule !== gone),
    })),
    sets: table.sets.map(without),
    maps: table.maps.map(without),
    endpointMaps: table.endpointMaps.map(without),
  }
}

diffs('of loaded rules that somebody has meddled with misses nothing for the sake of speed', () => {
  let seen = 0
  fc.assert(
    fc.property(
      cluster(4),
      options,
      fc.constantFrom(...Object.values(LAYOUTS)),
      fc.nat(),
      (objects, given, { lower }, pick) => {
        const { cluster, node, options } = loaded(objects, given)
        const tables = FAMILIES.map(family =>
          meddledWith(lower(planNode(cluster, node, family, options.plan), options), pick),
        )
        const { report } = diffLive(tables, cluster, node, options)
        const items = FAMILIES.flatMap(family =>
          itemsOf({
            before: known(tables, family, node.addresses),
            after: compiledWorld(planNode(cluster, node, family, options.plan)),
          }),
        )
        assert.equal(report.groups, foldNodes([{ node: node.name, items }]))
        if (items.length > 0) seen++
      },
    ),
  )
  assert.ok(seen > 0, 'nothing that was taken away had a meaning')
})

diffs('of loaded rules looks at addresses that only they serve node ports at', () => {
  for (const { family, ip } of [
    { family: 'IPv4', ip: '198.51.100.3' },
    { family: 'IPv6', ip: '2001:db8:9::3' },
  ] as const) {
    const { sources, options: given } = goldenNamed('example-shop')
    const parsed = parseOptions({ ...given, 'ip-family': 'dual' })
    const problems = new Diagnostics()
    const { cluster } = loadCluster(sources, parsed, undefined, problems)
    const node = findNode(cluster, parsed, problems)
    if (node === undefined) throw new Error('no node')
    const origin = { concern: 'imported' } as const
    const tables = FAMILIES.map((one): Table => {
      const table = LAYOUTS['kube-proxy'].lower(planNode(cluster, node, one, parsed.plan), parsed)
      const more = (set: Table['sets'][number]): Table['sets'][number] =>
        one === family && set.name === 'nodeport-ips'
          ? { ...set, elements: [...set.elements, { key: [ip], origin }] }
          : set
      return { ...table, sets: table.sets.map(more) }
    })
    const { report } = diffLive(tables, cluster, node, parsed)
    const [{ from, to } = {}] = changesOf(report)
    assert.ok(from?.addresses?.includes(ip), JSON.stringify(report.groups))
    assert.not.ok(to?.addresses?.includes(ip))
  }
})

diffs.run()
