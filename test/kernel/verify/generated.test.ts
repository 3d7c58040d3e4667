import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { LAYOUTS } from '../../../src/layouts/registry.js'
import type { LayoutName } from '../../../src/options/modes.js'
import { openLab } from '../../../src/verify/lab/lab.js'
import { findTools } from '../../../src/verify/lab/tools.js'
import { openWorld } from '../../../src/verify/lab/world.js'
import { cluster } from '../../arbitrary/cluster.js'
import { options } from '../../arbitrary/options.js'
import { trialsOf } from './trials.js'

// Any cluster that can be: its rules of each layout do with real packets what the objects say, and
// trace to the same.

const RUNS = 8
const BUDGET = { samples: 500, milliseconds: 500 }

const generated = suite('rules of generated clusters keep what their objects promise')

generated(`in each of ${RUNS} clusters and each layout`, () =>
  fc.assert(
    fc.asyncProperty(cluster(3), options, async (items, given) => {
      const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
      const trials = trialsOf([{ name: 'list.json', text }], { ...given }, BUDGET)
      const lab = openLab()
      try {
        const world = await openWorld(trials.scene, findTools(), lab)
        for (const layout of Object.keys(LAYOUTS) as LayoutName[]) {
          const ruleset = { kind: 'nft', text: trials.rules(layout) } as const
          assert.equal(await trials.tryAll(world, ruleset), [], layout)
        }
      } finally {
        await lab.close()
      }
    }),
    // A failure takes long enough to be found once.
    { numRuns: RUNS, endOnFailure: true },
  ),
)

generated.run()
