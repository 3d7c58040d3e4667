import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLab } from '../../src/verify/lab/lab.js'
import {
  ALL,
  BEHAVIOURS,
  checkAffinity,
  checkRow,
  checkWeights,
  type Row,
  refused,
} from './behaviours.js'
import { iptablesVersions } from './iptables.js'
import { addressesOf, FAMILIES, type Family, frontendOf } from './shop.js'
import { describeOutcome, NODE_EXTRA, openWorld, type World } from './world.js'

// Real clients through rules for iptables: what they meet is what they meet through those for nftables,
// but for the differences between the modes.

const OTHERWISE: Readonly<Record<string, readonly Row[]>> = {
  'without endpoints every destination refuses': [
    { from: 'outside', to: 'empty', at: ALL, expect: refused },
    { from: 'client', to: 'empty', at: ALL, expect: refused },
    { from: 'worker-1', to: 'empty', at: ['ClusterIP', 'NodePort'], expect: refused },
  ],
  'a wrong port of a ClusterIP refuses': [],
  'a ClusterIP that no Service has is silent': [],
}
const OWN: Readonly<Record<string, readonly Row[]>> = {
  'an address that no Service has is let through, to a host that refuses': [
    { from: 'outside', to: 'nobody', at: ['ClusterIP', 'external IP'], expect: refused },
    { from: 'client', to: 'nobody', at: ['ClusterIP', 'external IP'], expect: refused },
  ],
}

// xt_recent forgets clients of an endpoint beyond the hundredth.
const CLIENTS = 100
// Milliseconds that an answer may take, which must come.
const PATIENCE = 4000

const lab = openLab()
let opening: Promise<World> | undefined
// Opened by the first test, for uvu is silent about what throws in `before`.
const openedWorld = (): Promise<World> => {
  opening ??= openWorld(lab)
  return opening
}

const runs = iptablesVersions()
for (const [index, iptables] of runs.entries()) {
  const packets = suite(`packets, iptables-${iptables.name}`)
  let loading: Promise<void> | undefined
  if (index === runs.length - 1) packets.after(lab.close)

  const inBothFamilies = async (check: (world: World, family: Family) => Promise<void>) => {
    const world = await openedWorld()
    loading ??= world.loadIptables(iptables)
    await loading
    await Promise.all(FAMILIES.map(family => check(world, family)))
  }
  for (const [behaviour, rows] of Object.entries({ ...BEHAVIOURS, ...OTHERWISE, ...OWN })) {
    if (rows.length === 0) continue
    packets(behaviour, () =>
      inBothFamilies(async ({ probe }, family) => {
        await Promise.all(rows.map(row => checkRow(probe, family, row)))
      }),
    )
  }
  packets('NodePorts are served at every address of the node, and IPv4 ones on localhost', () =>
    inBothFamilies(checkNodePorts),
  )
  packets('weights are the shares of new flows', () => inBothFamilies(checkWeights))
  packets('session affinity keeps what the first, weighted draw gave', () =>
    inBothFamilies((world, family) => checkAffinity(world, family, CLIENTS)),
  )
  packets.run()
}

async function checkNodePorts({ probe }: World, family: Family): Promise<void> {
  const { port } = frontendOf('web', 'NodePort', family)
  const seen = async (address: string): Promise<readonly string[]> => {
    const target = { protocol: 'tcp', address, port, patience: PATIENCE } as const
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => probe('worker-1', target)))
    return [...new Set(outcomes.map(describeOutcome))].sort()
  }
  const own = addressesOf('worker-1')[family]
  const answers = ['web-1', 'web-2'].map(backend => `${backend} sees ${own}`)
  assert.equal(await seen(NODE_EXTRA[family]), answers)
  assert.equal(await seen((['127.0.0.1', '::1'] as const)[family]), [answers, ['refused']][family])
}
