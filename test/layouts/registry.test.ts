import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FAMILIES, type Ip } from '../../src/address/address.js'
import { findNode, loadCluster } from '../../src/compile.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { LAYOUTS } from '../../src/layouts/registry.js'
import type { LayoutName } from '../../src/options/modes.js'
import { parseOptions } from '../../src/options/table.js'
import { planNode } from '../../src/plan/plan.js'
import { checkTable } from '../../src/rules/check.js'
import {
  type Branch,
  type ClientRecord,
  type NodeState,
  ONE,
  type Packet,
  plus,
} from '../../src/traffic/packet.js'
import { evaluate } from '../../src/traffic/walk/evaluate.js'
import { indexTables, type TablesIndex } from '../../src/traffic/walk/index-tables.js'
import { cluster, type KubeObject } from '../arbitrary/cluster.js'
import { type ClusterOptions, options } from '../arbitrary/options.js'
import { packetsOf } from '../arbitrary/packets.js'
import { readObjects } from '../reference/objects.js'
import { expectedTraffic } from '../reference/traffic.js'
import { summaryOf } from '../trace/summary.js'

// The property of the project: whatever the objects, the options and the packet, all layouts do the
// same with it, and that is what kube-proxy's documents say.

const layouts = suite('layouts agree')

/** Packets tried in each generated cluster. */
const PACKETS = 200

/** One node of a generated cluster, compiled into every layout. */
interface World {
  readonly state: NodeState
  readonly tables: ReadonlyMap<LayoutName, TablesIndex>
}

function worldOf(objects: readonly KubeObject[], given: ClusterOptions): World {
  const problems = new Diagnostics()
  const parsed = parseOptions({ ...given })
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const { cluster } = loadCluster([{ name: 'list.json', text }], parsed, undefined, problems)
  const node = findNode(cluster, parsed, problems)
  assert.is(problems.errorCount, 0, JSON.stringify(problems.all().slice(0, 3)))
  if (node === undefined) throw new Error('no node')
  const plans = FAMILIES.map(family => planNode(cluster, node, family, parsed.plan))
  const tables = Object.entries(LAYOUTS).map(([name, { lower }]) => {
    const lowered = plans.map(plan => lower(plan, parsed))
    for (const table of lowered) checkTable(table)
    return [name as LayoutName, indexTables(lowered)] as const
  })
  return { state: { addresses: node.addresses }, tables: new Map(tables) }
}

/** What the layouts do with a packet: all the same, or the assertion says which is not. */
function agreedBranches(
  { state, tables }: World,
  packet: Packet,
  clients?: NodeState['clients'],
): readonly Branch[] {
  const given = clients ? { ...state, clients } : state
  const answers = [...tables].map(
    ([name, index]) => [name, evaluate(index, packet, given)] as const,
  )
  const [[first, expected] = ['', []], ...others] = answers
  for (const [name, branches] of others) {
    const words = `${name} against ${first}: ${JSON.stringify(packet)}`
    assert.equal(summaryOf(branches), summaryOf(expected), words)
    assert.equal(recordsOf(branches), recordsOf(expected), `records of ${words}`)
  }
  const total = expected.map(({ share }) => share).reduce(plus)
  assert.equal(total, ONE, `shares of ${JSON.stringify(packet)}`)
  return expected
}

const recordsOf = (branches: readonly Branch[]): string[] =>
  branches.flatMap(({ records }) => records.map(recordText)).sort()
const recordText = ({ set, key }: ClientRecord): string => `${set} ${key.join(' ')}`

/** Some of very many, spread over all of them from a first one on. */
function sample<T>(items: readonly T[], count: number, first: number): T[] {
  const step = Math.ceil(items.length / count)
  return items.filter((_, index) => index % step === first % step)
}

layouts('on every packet, with each other and with the reference', () => {
  fc.assert(
    fc.property(cluster(4), options, fc.nat(), (objects, given, first) => {
      const world = worldOf(objects, given)
      const known = readObjects(objects, given)
      for (const packet of sample(packetsOf(objects, world.state.addresses), PACKETS, first)) {
        const summary = summaryOf(agreedBranches(world, packet))
        assert.equal(summary, expectedTraffic(known, given, packet), JSON.stringify(packet))
      }
    }),
  )
})

layouts('on clients that are on record', () => {
  fc.assert(
    fc.property(cluster(4), options, fc.nat(), (objects, given, first) => {
      const world = worldOf(objects, given)
      for (const packet of sample(packetsOf(objects, world.state.addresses), PACKETS, first)) {
        for (const { records, to } of agreedBranches(world, packet)) {
          const clients = new Map(records.map(({ set, key }) => [set, key as readonly Ip[]]))
          if (clients.size === 0) continue
          const again = agreedBranches(world, packet, clients)
          assert.equal(
            again.map(branch => branch.to),
            [to],
          )
        }
      }
    }),
  )
})

layouts.run()
