import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FAMILIES } from '../../../src/address/address.js'
import { itemsOf } from '../../../src/diff/traffic/items.js'
import { sameFate } from '../../../src/traffic/packet.js'
import { cluster } from '../../arbitrary/cluster.js'
import { options } from '../../arbitrary/options.js'
import { packetsOf } from '../../arbitrary/packets.js'
import { fateText, worldsOf } from './worlds.js'

// What the rules of the layouts do is the same, by the plan's words and without: a diff means the same
// from objects and from what is loaded.

const worlds = suite('layouts agree')

const PACKETS = 300

worlds('on every packet of generated clusters', () => {
  fc.assert(
    fc.property(cluster(4), options, fc.nat(), (objects, given, first) => {
      const { own, plans, tables } = worldsOf(objects, given)
      const packets = packetsOf(objects, own)
      const step = Math.ceil(packets.length / PACKETS)
      for (const packet of packets.filter((_, index) => index % step === first % step)) {
        const family = packet.daddr.includes(':') ? 'IPv6' : 'IPv4'
        const expected = plans[family].fateOf(packet)
        for (const [layout, world] of tables) {
          const found = world[family].fateOf(packet)
          const words = `${fateText(found)}, not ${fateText(expected)}`
          assert.ok(sameFate(found, expected), `${layout} of ${JSON.stringify(packet)}: ${words}`)
        }
      }
    }),
  )
})

worlds('on which packets are worth a look', () => {
  fc.assert(
    fc.property(cluster(4), options, (objects, given) => {
      const { plans, tables } = worldsOf(objects, given)
      for (const family of FAMILIES) {
        const plan = plans[family]
        const hasNodePorts = [...plan.claims.values()].some(({ kind }) => kind === 'node-port')
        for (const [layout, { [family]: rules }] of tables) {
          assert.equal([...rules.claims.keys()].sort(), [...plan.claims.keys()].sort(), layout)
          if (hasNodePorts) assert.equal(rules.nodePortsAt, plan.nodePortsAt, layout)
          for (const network of plan.networks) assert.ok(rules.networks.includes(network), network)
          for (const ip of plan.guarded.keys()) assert.ok(rules.guarded.has(ip), ip)
          if (layout !== 'kube-proxy') continue
          for (const [key, claim] of plan.claims) {
            const known = [...rules.sources, ...rules.sourcesOf(claim)]
            for (const source of plan.sourcesOf(claim)) {
              assert.ok(known.includes(source), `${source} of ${key}`)
            }
          }
        }
      }
    }),
  )
})

worlds('on everything that a diff looks at', () => {
  fc.assert(
    fc.property(cluster(4), options, (objects, given) => {
      const { plans, tables } = worldsOf(objects, given)
      for (const family of FAMILIES) {
        const plan = plans[family]
        for (const { [family]: rules } of tables.values()) {
          assert.equal(itemsOf({ before: rules, after: plan }), [])
          assert.equal(itemsOf({ before: plan, after: rules }), [])
        }
      }
    }),
  )
})

worlds.run()
