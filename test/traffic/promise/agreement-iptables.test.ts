import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FAMILIES, familyOf } from '../../../src/address/address.js'
import { lowerIptables } from '../../../src/layouts/iptables/index.js'
import { planNode } from '../../../src/plan/plan.js'
import type { Expectation, Packet, Place, ProbeProtocol } from '../../../src/traffic/packet.js'
import { expect } from '../../../src/traffic/promise/promise.js'
import {
  addressOwner,
  nodePortOwner,
  type View,
  viewOf,
} from '../../../src/traffic/promise/view.js'
import { sceneOf } from '../../../src/verify/what/trials.js'
import { cluster } from '../../arbitrary/cluster.js'
import { options } from '../../arbitrary/options.js'
import { packetsOf } from '../../arbitrary/packets.js'
import { summaryOf } from '../../trace/summary.js'
import { expectedSummary, loadGenerated } from '../../verify/generated.js'
import { iptablesWalk } from '../iptables.js'

// Two opinions of the same packets in iptables mode: the reference of verify, which reads the model, and
// the rules that are compiled.

const agreement = suite('the reference of verify agrees with the rules for iptables')

/** Packets tried in each generated cluster. */
const PACKETS = 400
const modes = fc.record({
  'proxy-mode': fc.constant('iptables'),
  'iptables-localhost-nodeports': fc.boolean(),
})

agreement('in each check that there is', () => {
  fc.assert(
    fc.property(cluster(4), options, modes, (objects, given, mode) => {
      const loaded = loadGenerated(objects, given, mode)
      const { checks } = sceneOf(loaded.cluster, loaded.node, loaded.options, {
        maxDestinations: 500,
      })
      const run = runOf(loaded)
      for (const { client, destination, expected } of checks) {
        const { ip: daddr, port: dport, protocol } = destination
        const packet = {
          saddr: client.ip,
          inputInterface: client.inputInterface,
          daddr,
          dport,
          protocol,
        }
        const words = JSON.stringify({ packet, because: expected.reason.text })
        assert.equal(run(packet), expectedSummary(expected), words)
      }
    }),
    { numRuns: 60 },
  )
})

agreement('of packets from everywhere to everywhere', () => {
  fc.assert(
    fc.property(cluster(4), options, modes, fc.nat(), (objects, given, mode, first) => {
      const loaded = loadGenerated(objects, given, mode)
      const view = viewOf(loaded.cluster, loaded.node, loaded.options)
      const run = runOf(loaded)
      const packets = packetsOf(objects, loaded.node.addresses)
      const step = Math.ceil(packets.length / PACKETS)
      for (const packet of packets.filter((_, index) => index % step === first % step)) {
        const { saddr: ip, inputInterface, daddr, dport: port, protocol } = packet
        if (port === undefined) continue
        const to = { ip: daddr, port, protocol: protocol as ProbeProtocol }
        const expected = expect(view, { ip, inputInterface }, to)
        if (meetsRefusals(view, to, expected)) continue
        const words = JSON.stringify({ packet, because: expected.reason.text })
        assert.equal(run({ ...packet, dport: port }), expectedSummary(expected), words)
      }
    }),
    { numRuns: 60 },
  )
})

/** Whether it is translated to what is refused: the reference asks after the first destination only. */
const meetsRefusals = (view: View, { protocol }: Place, expected: Expectation): boolean =>
  expected.verdict === 'backends' &&
  expected.backends.some(({ at }) =>
    [addressOwner, nodePortOwner].some(owner => owner(view, { ...at, protocol })),
  )

function runOf({ cluster, node, options }: ReturnType<typeof loadGenerated>) {
  const rules = new Map(
    FAMILIES.map(family => [
      family,
      iptablesWalk(
        lowerIptables(planNode(cluster, node, family, options.plan), options),
        node.addresses,
      ),
    ]),
  )
  return (packet: Packet) => {
    const walk = rules.get(familyOf(packet.daddr))
    if (walk === undefined) throw new Error('no rules')
    return summaryOf(walk(packet))
  }
}

agreement.run()
