import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { familyOf, type Ip } from '../../../src/address/address.js'
import type { Client, Place } from '../../../src/traffic/packet.js'
import { type Lab, openLab } from '../../../src/verify/lab/lab.js'
import { openWorld } from '../../../src/verify/lab/world.js'
import type { Observation } from '../../../src/verify/report.js'
import { RulesetError, type World } from '../../../src/verify/run/run.js'
import { nftVersions } from '../nft.js'
import {
  BACKEND_PORT,
  CLIENTS,
  EXTRA,
  FAMILIES,
  FAR,
  ip,
  NODE,
  POD,
  rules,
  SCENE,
  SERVICES,
  serviceIp,
} from './scene.js'

// What the world of `kubenat verify` shows of rules that are known to be right or wrong.

// Milliseconds; a refusal of TCP over IPv6 takes the kernel one second.
const PATIENCE = { answer: 4000, silence: 400 }
const PROTOCOLS = ['tcp', 'udp'] as const
const TOOLS = { nft: nftVersions()[0]?.command ?? ['nft'], restore: {} }

const lab = openLab()
const scene = suite('a world built from a scene')
let opening: Promise<World> | undefined
const opened = (): Promise<World> => {
  opening ??= openWorld(SCENE, TOOLS, lab)
  return opening
}
scene.after(lab.close)

const clientOf = (name: keyof typeof CLIENTS, family: 0 | 1): Client => ({
  kind: 'outside',
  name,
  ip: CLIENTS[name][family],
  inputInterface: undefined,
})

/** What all probes from a client to a place come to, in words. */
async function meet(
  world: World,
  client: Client,
  to: Place,
  patience = PATIENCE.answer,
): Promise<string> {
  const observations = await world.probe(client, to, { times: 3, patience })
  assert.is(observations.length, 3)
  return [...new Set(observations.map(wordsOf))].join(' or ')
}

const wordsOf = (observation: Observation): string => {
  if (observation.kind === 'answer')
    return `${observation.at.ip} ${observation.at.port} sees ${observation.source}`
  if (observation.kind === 'stray' && observation.at)
    return `stray at ${observation.at.ip} ${observation.at.port}`
  return observation.kind
}

/** Tries every client, family and protocol at once. */
async function everywhere(
  check: (name: keyof typeof CLIENTS, family: 0 | 1, protocol: 'tcp' | 'udp') => Promise<void>,
): Promise<void> {
  const names = Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]
  await Promise.all(
    names.flatMap(name =>
      FAMILIES.flatMap(family => PROTOCOLS.map(protocol => check(name, family, protocol))),
    ),
  )
}

for (const [title, masquerade] of [
  ['answers show the backend, and the client as the source', false],
  ['answers show the backend, and the first address of the node as the source', true],
] as const) {
  scene(title, async () => {
    const world = await opened()
    await world.load({ kind: 'nft', text: rules(masquerade) })
    await everywhere(async (name, family, protocol) => {
      const client = clientOf(name, family)
      for (const number of [10, 11, 12, 13]) {
        const backend = SERVICES[number]?.to?.[family]
        // A pod takes no packet that claims to be from itself.
        if (backend === POD[family] && name === 'pod' && !masquerade) continue
        const isNode = backend === NODE[family]
        // Which of its addresses the node masquerades as towards itself is up to the family.
        if (isNode && name === 'node' && masquerade) continue
        const source = masquerade && !isNode ? sourceOf(family) : client.ip
        const found = await meet(world, client, {
          ip: serviceIp(number)[family],
          port: 80,
          protocol,
        })
        assert.is(
          found,
          `${backend} ${BACKEND_PORT} sees ${source}`,
          `${name} to ${number} ${protocol}`,
        )
      }
    })
  })
}

/** The first of each family. */
const sourceOf = (family: 0 | 1): Ip =>
  SCENE.node.addresses.filter(address => familyOf(address) === familyOf(NODE[family]))[0] ??
  NODE[family]

scene('what goes on to a dead port is a stray, wherever that is', async () => {
  const world = await opened()
  await world.load({ kind: 'nft', text: rules(true) })
  await everywhere(async (name, family, protocol) => {
    for (const number of [20, 21, 22, 23]) {
      const { to, port = BACKEND_PORT } = SERVICES[number] ?? {}
      const place = { ip: serviceIp(number)[family], port: 80, protocol }
      const found = await meet(world, clientOf(name, family), place, PATIENCE.answer)
      assert.is(found, `stray at ${to?.[family]} ${port}`, `${name} to ${number} ${protocol}`)
    }
  })
})

scene('a rejection is refused, a drop is silence, and neither arrives', async () => {
  const world = await opened()
  await world.load({ kind: 'nft', text: rules(false) })
  const before = await world.arrivals()
  await everywhere(async (name, family, protocol) => {
    const client = clientOf(name, family)
    const at = (number: number): Place => ({ ip: serviceIp(number)[family], port: 80, protocol })
    assert.is(await meet(world, client, at(30)), 'refused', `${name} ${protocol}`)
    assert.is(await meet(world, client, at(31), PATIENCE.silence), 'silence', `${name} ${protocol}`)
  })
  assert.is(await world.arrivals(), before)
  await meet(world, clientOf('pod', 0), { ip: serviceIp(11)[0], port: 80, protocol: 'udp' })
  assert.is(await world.arrivals(), before + 3)
})

scene('without rules every packet arrives where it was sent', async () => {
  const world = await opened()
  await world.load({ kind: 'nft', text: '' })
  await everywhere(async (name, family, protocol) => {
    const client = clientOf(name, family)
    for (const { [family]: address } of [NODE, POD, FAR]) {
      const expected = `${address} ${BACKEND_PORT} sees ${client.ip}`
      const to = { ip: address, port: BACKEND_PORT, protocol }
      assert.is(await meet(world, client, to), expected, `${name} ${protocol}`)
    }
  })
  const loopback = { ip: ip('::1'), port: BACKEND_PORT, protocol: 'tcp' } as const
  assert.is(
    await meet(world, clientOf('node', 1), loopback),
    `::1 ${BACKEND_PORT} sees ${EXTRA[1]}`,
  )
})

scene('rules that are loaded decide at once, whatever connections came before', async () => {
  const world = await opened()
  const to: Place = { ip: ip('10.96.0.99'), port: 80, protocol: 'udp' }
  for (const backend of [POD[0], FAR[0], POD[0]]) {
    const text = `table ip t { chain c { type nat hook prerouting priority dstnat;
      ip daddr ${to.ip} udp dport 80 dnat to ${backend}:${BACKEND_PORT}; }; }`
    await world.load({ kind: 'nft', text })
    const found = await world.probe(clientOf('outside', 0), to, { times: 500, patience: 4000 })
    const answerers = found.map(one => (one.kind === 'answer' ? one.at.ip : one.kind))
    assert.equal([...new Set(answerers)], [backend])
  }
})

scene('rules that nft refuses are told in its words, and leave the world as it is', async () => {
  const world = await opened()
  const error = await world
    .load({ kind: 'nft', text: 'table ip t {\n  nonsense\n}\n' })
    .catch(e => e)
  assert.instance(error, RulesetError)
  assert.match(error.message, /:2:3-10: Error: syntax error/)
  const text = 'flush ruleset\ntable ip t { chain c { type filter hook input priority 0; drop; }; }'
  await world.load({ kind: 'nft', text })
  const listing = (await world.list()) ?? ''
  assert.match(listing, '"name":"t"')
  assert.not.match(listing, 'kubenat')
  const dead: Place = { ip: FAR[0], port: 99, protocol: 'tcp' }
  assert.is(await meet(world, clientOf('pod', 0), dead), `stray at ${FAR[0]} 99`)
})

scene('what cannot be sent is an error that says so', async () => {
  const world = await opened()
  const send = (client: Client, to: string): Promise<string> =>
    meet(world, client, { ip: ip(to), port: 80, protocol: 'udp' }).catch(error => String(error))
  assert.match(
    await send(clientOf('pod', 1), 'fe80::1'),
    'SceneError: nothing can be sent to fe80::1',
  )
  assert.match(
    await send(clientOf('pod', 0), '0.0.0.0'),
    'SceneError: nothing can be sent to 0.0.0.0',
  )
  assert.match(await send(clientOf('pod', 0), 'fd00::1'), 'cannot send from 10.244.1.2 to fd00::1')
})

scene(
  'packets from pods on a bridge come in by the bridge, also back to the same pod',
  async () => {
    await inLab(async own => {
      const world = await openWorld({ ...SCENE, bridge: 'cbr0' }, TOOLS, own)
      const guard = ['10.244.1.2', '10.244.1.3']
        .map(address => `ip saddr ${address} iifname != "cbr0" drop`)
        .join('\n')
      const text = `${rules(true)}\ntable inet g { chain c { type filter hook prerouting priority -300; ${guard}\n }; }`
      await world.load({ kind: 'nft', text })
      for (const family of FAMILIES)
        for (const protocol of PROTOCOLS) {
          const to = { ip: serviceIp(10)[family], port: 80, protocol }
          const expected = `${POD[family]} ${BACKEND_PORT} sees ${sourceOf(family)}`
          for (const name of ['pod', 'outside', 'node'] as const)
            assert.is(
              await meet(world, clientOf(name, family), to),
              expected,
              `${name} ${protocol}`,
            )
        }
    })
  },
)

scene('a node without an address of a family forwards it all the same', async () => {
  await inLab(async own => {
    const node = { name: 'bare', addresses: [] }
    const world = await openWorld({ ...SCENE, node }, TOOLS, own)
    await world.load({ kind: 'nft', text: rules(false) })
    for (const family of FAMILIES)
      for (const protocol of PROTOCOLS) {
        const client = clientOf('outside', family)
        const to = { ip: serviceIp(10)[family], port: 80, protocol }
        const expected = `${POD[family]} ${BACKEND_PORT} sees ${client.ip}`
        assert.is(await meet(world, client, to), expected, protocol)
      }
  })
})

scene.run()

async function inLab(work: (lab: Lab) => Promise<void>): Promise<void> {
  const own = openLab()
  try {
    await work(own)
  } finally {
    await own.close()
  }
}
