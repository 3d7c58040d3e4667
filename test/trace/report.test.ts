import { Ajv } from 'ajv'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FAMILIES, type Family } from '../../src/address/address.js'
import { findNode, loadCluster } from '../../src/compile.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { TraceReport } from '../../src/generated/reports.gen.js'
import { LAYOUTS } from '../../src/layouts/registry.js'
import type { LayoutName } from '../../src/options/modes.js'
import { parseOptions } from '../../src/options/table.js'
import { type Plan, planNode } from '../../src/plan/plan.js'
import type { Table } from '../../src/rules/table.js'
import { explainTrace } from '../../src/trace/explain.js'
import { dotGraph, mermaidGraph, servicesGraph, traceGraph } from '../../src/trace/graph.js'
import { traceText } from '../../src/trace/text.js'
import type { Packet } from '../../src/traffic/packet.js'
import type { Objects } from '../../src/traffic/promise/near-misses.js'
import { type View, viewOf } from '../../src/traffic/promise/view.js'
import { evaluate } from '../../src/traffic/walk/evaluate.js'
import { indexTables, type TablesIndex } from '../../src/traffic/walk/index-tables.js'
import { cluster, type KubeObject } from '../arbitrary/cluster.js'
import { type ClusterOptions, options } from '../arbitrary/options.js'
import { packetsOf } from '../arbitrary/packets.js'
import { readObjects } from '../reference/objects.js'
import { expectedTraffic } from '../reference/traffic.js'
import { strictSchema } from './answer.js'
import type { Summary } from './summary.js'

// Whatever the objects and the packet: a trace is right, complete, and true to its schema.

const reports = suite('explained traces')
const isReport = new Ajv().compile(strictSchema())

/** Packets tried in each generated cluster. */
const PACKETS = 60

interface World {
  readonly view: View
  readonly objects: Objects
  readonly plans: Readonly<Record<Family, Plan>>
  readonly rules: readonly {
    readonly layout: LayoutName
    readonly tables: readonly Table[]
    readonly index: TablesIndex
  }[]
}

function worldOf(objects: readonly KubeObject[], given: ClusterOptions): World {
  const problems = new Diagnostics()
  const parsed = parseOptions({ ...given })
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const { cluster, objects: read } = loadCluster(
    [{ name: 'list.json', text }],
    parsed,
    undefined,
    problems,
  )
  const node = findNode(cluster, parsed, problems)
  if (node === undefined) throw new Error('no node')
  const planIn = (family: Family): Plan => planNode(cluster, node, family, parsed.plan)
  const plans = { IPv4: planIn('IPv4'), IPv6: planIn('IPv6') }
  const rules = Object.entries(LAYOUTS).map(([layout, { lower }]) => {
    const tables = FAMILIES.map(family => lower(plans[family], parsed))
    return { layout: layout as LayoutName, tables, index: indexTables(tables) }
  })
  return { view: viewOf(cluster, node, parsed), objects: read, plans, rules }
}

function reportsOf({ view, objects, rules }: World, packet: Packet): TraceReport[] {
  return rules.map(({ layout, tables, index }) =>
    explainTrace({
      packet,
      sender: undefined,
      branches: evaluate(index, packet, { addresses: view.node.addresses }),
      tables,
      alternatives: [],
      assumed: [],
      rules: { layout },
      objects: { view, objects, leftOut: [] },
    }),
  )
}

/** A report in the words of the reference. */
function summaryOf({ backends, ends }: TraceReport): Summary {
  const sent = backends.map(({ address, port, masqueraded, share }) => [
    `${address}:${port}${masqueraded ? ' masqueraded' : ''}`,
    share.fraction,
  ])
  const others = ends
    .filter(({ answer }) => answer !== undefined)
    .map(({ verdict, share }) => [verdict === 'accept' ? 'untouched' : verdict, share.fraction])
  return Object.fromEntries([...sent, ...others])
}

/** What a reason is a reason for. */
const VERDICTS: Readonly<Record<string, TraceReport['verdict'] | 'any'>> = {
  'source-ranges': 'drop',
  'no-endpoints': 'reject',
  'no-ready-endpoints': 'reject',
  'no-local-endpoints': 'drop',
  'wrong-port': 'any',
  'not-a-port': 'any',
  unallocated: 'drop',
  'node-port-elsewhere': 'accept',
  'node-port-protocol': 'accept',
  'this-node': 'accept',
  'other-node': 'accept',
  endpoint: 'accept',
  'ip-mode-proxy': 'accept',
  headless: 'accept',
  'external-name': 'accept',
  'other-proxy': 'any',
  'other-family': 'accept',
  'not-assigned': 'accept',
  'other-port-name': 'reject',
  'other-address-type': 'reject',
  'no-service': 'accept',
}

reports('agree with the reference in both layouts, and say why there is no backend', () => {
  fc.assert(
    fc.property(cluster(4), options, fc.nat(), (objects, given, first) => {
      const world = worldOf(objects, given)
      const known = readObjects(objects, given)
      const all = packetsOf(objects, world.view.node.addresses)
      const step = Math.ceil(all.length / PACKETS)
      for (const packet of all.filter((_, i) => i % step === first % step)) {
        const words = JSON.stringify(packet)
        for (const report of reportsOf(world, packet)) {
          assert.equal(summaryOf(report), expectedTraffic(known, given, packet), words)
          assert.ok(isReport(report), `${words}: ${JSON.stringify(isReport.errors)}`)
          checkReason(report, words)
          for (const text of [
            traceText(report, false),
            mermaidGraph(traceGraph(report)),
            dotGraph(traceGraph(report)),
          ])
            assert.not.match(text, /undefined|\[object/)
        }
      }
      const drawn = FAMILIES.flatMap(family => world.plans[family].ports)
      assert.not.match(mermaidGraph(servicesGraph(world.view, drawn)), /undefined/)
    }),
    { numRuns: 40 },
  )
})

function checkReason({ backends, reason, verdict }: TraceReport, words: string): void {
  if (backends.length > 0) {
    assert.is(reason, undefined, words)
    return
  }
  const expected = VERDICTS[reason?.code ?? '']
  assert.ok(expected !== undefined, `${words}: ${JSON.stringify(reason)}`)
  assert.ok(
    expected === 'any' || expected === verdict,
    `${words}: ${reason?.code} is no ${verdict}`,
  )
}

reports.run()
