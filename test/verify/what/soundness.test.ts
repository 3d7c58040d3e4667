import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { familyOf, type Ip, isLoopback } from '../../../src/address/address.js'
import type { Client } from '../../../src/traffic/packet.js'
import { placeKey } from '../../../src/traffic/promise/view.js'
import { sceneOf, type Trials } from '../../../src/verify/what/trials.js'
import { cluster } from '../../arbitrary/cluster.js'
import { options } from '../../arbitrary/options.js'
import { loadGenerated } from '../generated.js'

// What whoever builds the scene and sends the probes may rely on, for every cluster.

const soundness = suite('scenes and checks')

const modes = fc.constantFrom({ 'proxy-mode': 'nftables' }, { 'proxy-mode': 'iptables' })
const forAll = (check: (all: Trials) => void): void =>
  fc.assert(
    fc.property(cluster(4), options, modes, (objects, given, mode) => {
      const { cluster, node, options } = loadGenerated(objects, given, mode)
      check(sceneOf(cluster, node, options, { maxDestinations: 500 }))
    }),
    { numRuns: 50 },
  )

soundness('every client is at home in the scene', () => {
  forAll(({ scene, checks }) => {
    const homes: Record<Client['kind'], (client: Client) => boolean> = {
      node: ({ ip, inputInterface }) =>
        (scene.node.addresses.includes(ip) || isLoopback(ip)) && inputInterface === undefined,
      pod: inPod,
      backend: inPod,
      outside: isBeyond,
      'pod-elsewhere': isBeyond,
    }
    for (const client of new Set(checks.map(check => check.client)))
      assert.ok(homes[client.kind](client), JSON.stringify(client))

    function inPod({ ip, inputInterface }: Client): boolean {
      const pod = scene.pods.find(({ addresses }) => addresses.includes(ip))
      return pod !== undefined && inputInterface === (scene.bridge ?? pod.device)
    }
    function isBeyond({ ip, inputInterface }: Client): boolean {
      return scene.beyond.includes(ip) && inputInterface === 'eth0'
    }
  })
})

soundness('every address is in one place, and pods have at most one of each family', () => {
  forAll(({ scene }) => {
    const all = [
      ...scene.node.addresses,
      ...scene.pods.flatMap(({ addresses }) => addresses),
      ...scene.beyond,
    ]
    assert.is(new Set(all).size, all.length)
    for (const { addresses } of scene.pods)
      assert.is(new Set(addresses.map(familyOf)).size, addresses.length)
    const devices = scene.pods.map(({ device }) => device)
    assert.is(new Set([...devices, 'eth0', 'lo']).size, devices.length + 2)
    assert.ok(devices.every(name => /^\S{1,15}$/.test(name)))
  })
})

soundness('whoever a packet may or might find is listening, once', () => {
  forAll(({ scene, checks }) => {
    const keys = scene.listeners.map(placeKey)
    const known = new Set(keys)
    assert.is(known.size, keys.length)
    for (const { destination, expected } of checks) {
      assert.ok(known.has(placeKey(destination)))
      const backends = expected.verdict === 'backends' ? expected.backends : []
      for (const { at } of backends)
        assert.ok(known.has(placeKey({ ...at, protocol: destination.protocol })))
    }
  })
})

soundness('no check is there twice, none is between two families', () => {
  forAll(({ checks }) => {
    const keys = checks.map(({ client, destination }) => `${client.ip} ${placeKey(destination)}`)
    assert.is(new Set(keys).size, keys.length)
    for (const { client, destination } of checks)
      assert.is(familyOf(client.ip), familyOf(destination.ip))
  })
})

soundness(
  'clients have addresses of their own: no destination is one, unless it is the node',
  () => {
    forAll(({ checks }) => {
      const isMadeUp = ({ client }: { client: Client }): boolean =>
        !['node', 'backend'].includes(client.kind) && !isEndpoint(client.ip)
      const endpoints = checks.flatMap(one => one.destination.servicePort?.endpoints ?? [])
      const isEndpoint = (ip: Ip): boolean => endpoints.some(one => one.ip === ip)
      const madeUp = new Set<Ip>(checks.filter(isMadeUp).map(({ client }) => client.ip))
      assert.not.ok(checks.some(({ destination }) => madeUp.has(destination.ip)))
      for (const { client, destination } of checks)
        if (isLoopback(destination.ip)) assert.is(client.kind, 'node')
    })
  },
)

soundness('the order of the objects does not show', () => {
  fc.assert(
    fc.property(cluster(4), options, (objects, given) => {
      const tried = [objects, [...objects].reverse()].map(list => {
        const { cluster, node, options } = loadGenerated(list, given)
        const { checks, scene, left } = sceneOf(cluster, node, options, { maxDestinations: 60 })
        const plain = checks.map(({ destination, expected, ...rest }) => {
          const { servicePort: _, ...at } = destination
          return [at, { ...expected, reason: expected.reason.text }, rest]
        })
        return { plain, scene, left }
      })
      assert.equal(tried[1], tried[0])
    }),
    { numRuns: 20 },
  )
})

soundness.run()
