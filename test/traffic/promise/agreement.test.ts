import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FAMILIES } from '../../../src/address/address.js'
import { LAYOUTS } from '../../../src/layouts/registry.js'
import { planNode } from '../../../src/plan/plan.js'
import type { ProbeProtocol } from '../../../src/traffic/packet.js'
import { expect } from '../../../src/traffic/promise/promise.js'
import { viewOf } from '../../../src/traffic/promise/view.js'
import { evaluate } from '../../../src/traffic/walk/evaluate.js'
import { indexTables } from '../../../src/traffic/walk/index-tables.js'
import { sceneOf } from '../../../src/verify/what/trials.js'
import { cluster } from '../../arbitrary/cluster.js'
import { options } from '../../arbitrary/options.js'
import { packetsOf } from '../../arbitrary/packets.js'
import { readObjects } from '../../reference/objects.js'
import { expectedTraffic } from '../../reference/traffic.js'
import { summaryOf } from '../../trace/summary.js'
import { expectedSummary, loadGenerated } from '../../verify/generated.js'

// Three opinions of the same packets: the reference of verify, which reads the model; that of the
// tests, which reads the objects as they are; and the rules of every layout, as the evaluator runs them.

const agreement = suite('the reference of verify agrees')

/** Packets tried in each generated cluster. */
const PACKETS = 400

agreement('with the reference that reads raw objects', () => {
  fc.assert(
    fc.property(cluster(4), options, fc.nat(), (objects, given, first) => {
      const loaded = loadGenerated(objects, given)
      const view = viewOf(loaded.cluster, loaded.node, loaded.options)
      const known = readObjects(objects, given)
      const packets = packetsOf(objects, loaded.node.addresses)
      const step = Math.ceil(packets.length / PACKETS)
      for (const packet of packets.filter((_, index) => index % step === first % step)) {
        const { saddr: ip, inputInterface, daddr, dport: port, sport, protocol } = packet
        if (port === undefined) continue
        const to = { ip: daddr, port, protocol: protocol as ProbeProtocol }
        const sender = { ip, inputInterface, ...(sport === undefined ? {} : { port: sport }) }
        const expected = expect(view, sender, to)
        const words = JSON.stringify({ packet, because: expected.reason.text })
        assert.equal(expectedSummary(expected), expectedTraffic(known, given, packet), words)
      }
    }),
  )
})

agreement('with the rules of every layout, in each check that there is', () => {
  fc.assert(
    fc.property(cluster(4), options, (objects, given) => {
      const { cluster, node, options } = loadGenerated(objects, given)
      const { checks } = sceneOf(cluster, node, options, { maxDestinations: 500 })
      const plans = FAMILIES.map(family => planNode(cluster, node, family, options.plan))
      for (const [name, { lower }] of Object.entries(LAYOUTS)) {
        const tables = indexTables(plans.map(plan => lower(plan, options)))
        for (const { client, destination, expected } of checks) {
          const { ip: daddr, port: dport, protocol } = destination
          const { ip: saddr, inputInterface } = client
          const packet = { saddr, inputInterface, daddr, dport, protocol }
          const found = summaryOf(evaluate(tables, packet, { addresses: node.addresses }))
          const words = JSON.stringify({ name, packet, because: expected.reason.text })
          assert.equal(found, expectedSummary(expected), words)
        }
      }
    }),
    { numRuns: 40 },
  )
})

agreement.run()
