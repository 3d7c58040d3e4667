import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { discoverCases, type GoldenCase, layoutFile } from '../../../src/golden/case.js'
import { LAYOUTS, type LayoutName } from '../../../src/layouts.js'
import { forEachAtOnce } from '../../../src/util/at-once.js'
import { openLab } from '../../../src/verify/lab/netns.js'
import { findTools } from '../../../src/verify/lab/tools.js'
import { openWorld } from '../../../src/verify/world/open-world.js'
import { trialsOf } from './trials.js'

// Every expected rule set keeps what its objects promise: real packets to every destination of each
// golden case, in each layout. What the kernel lists of the rules traces to the same.

const GOLDEN = fileURLToPath(new URL('../../../golden', import.meta.url))
// Verifying is mostly waiting.
const AT_ONCE = 4
/** For the tests of shares of one case in one layout. */
const BUDGET = { samples: 1000, milliseconds: 500 }

const verified = suite('golden rules keep what their objects promise')
const cases = discoverCases(GOLDEN).cases.filter(({ expected }) => expected['expected.nft'])
let verifying: Promise<ReadonlyMap<string, Result>> | undefined
/** The problems of each layout, or what kept the case from being tried. */
type Result = Readonly<Partial<Record<LayoutName, readonly string[]>>> | Error

for (const { name } of cases) {
  verified(name, async () => {
    verifying ??= verifyAll()
    const result = (await verifying).get(name)
    if (result instanceof Error) throw result
    assert.equal(result, Object.fromEntries(LAYOUT_NAMES.map(layout => [layout, []])))
  })
}

verified.run()

const LAYOUT_NAMES = Object.keys(LAYOUTS) as LayoutName[]

async function verifyAll(): Promise<ReadonlyMap<string, Result>> {
  const results = new Map<string, Result>()
  await forEachAtOnce(AT_ONCE, cases, async one => {
    results.set(one.name, await verifyCase(one).catch((error: Error) => error))
  })
  return results
}

async function verifyCase({ sources, options, expected }: GoldenCase): Promise<Result> {
  const trials = trialsOf(sources, options, BUDGET)
  const lab = openLab()
  try {
    const world = await openWorld(trials.scene, findTools(), lab)
    const problems: Partial<Record<LayoutName, readonly string[]>> = {}
    for (const layout of LAYOUT_NAMES) {
      const rules = expected[layoutFile(layout)] ?? trials.rules(layout)
      problems[layout] = await trials.tryAll(world, rules)
    }
    return problems
  } finally {
    await lab.close()
  }
}
