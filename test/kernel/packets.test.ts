import { suite } from 'uvu'
import { LAYOUTS } from '../../src/layouts/registry.js'
import type { LayoutName } from '../../src/options/modes.js'
import { openLab } from '../../src/verify/lab/lab.js'
import { BEHAVIOURS, checkAffinity, checkRow, checkWeights } from './behaviours.js'
import { nftVersions } from './nft.js'
import { FAMILIES, type Family } from './shop.js'
import { openWorld, type World } from './world.js'

// Real clients through a real kernel: the table of results of the packet walk, in both families, over
// TCP and UDP, at every kind of destination.

const CLIENTS = 200

const lab = openLab()
let opening: Promise<World> | undefined
// Opened by the first test, for uvu is silent about what throws in `before`.
const openedWorld = (): Promise<World> => {
  opening ??= openWorld(lab)
  return opening
}

const runs = (Object.keys(LAYOUTS) as LayoutName[]).flatMap(layout =>
  nftVersions().map(nft => ({ nft, layout })),
)
for (const [index, { nft, layout }] of runs.entries()) {
  const packets = suite(`packets, layout ${layout}, nft ${nft.version}`)
  let loading: Promise<void> | undefined
  if (index === runs.length - 1) packets.after(lab.close)

  // Both families at once: most of the time is spent waiting for silence.
  const inBothFamilies = async (check: (world: World, family: Family) => Promise<void>) => {
    const world = await openedWorld()
    loading ??= world.load(nft, layout)
    await loading
    await Promise.all(FAMILIES.map(family => check(world, family)))
  }
  for (const [behaviour, rows] of Object.entries(BEHAVIOURS)) {
    packets(behaviour, () =>
      inBothFamilies(async ({ probe }, family) => {
        await Promise.all(rows.map(row => checkRow(probe, family, row)))
      }),
    )
  }
  packets('weights are the shares of new flows', () => inBothFamilies(checkWeights))
  packets('session affinity keeps what the first, weighted draw gave', () =>
    inBothFamilies((world, family) => checkAffinity(world, family, CLIENTS)),
  )
  packets.run()
}
