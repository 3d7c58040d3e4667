import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLab } from '../../../src/verify/lab/lab.js'
import { findTools } from '../../../src/verify/lab/tools.js'
import { openWorld } from '../../../src/verify/lab/world.js'
import { RUN_DEFAULTS, type World } from '../../../src/verify/run/run.js'
import { OPTIONS, shopObjects } from '../shop.js'
import { MUTATIONS } from './mutations.js'
import { HASTY, isTriedBy, trialsOf } from './trials.js'

// Verification is worth what it notices: rules that are broken in many ways, each of which it has to
// catch, in words that tell what is wrong. The shop's IPv4 half is enough: families share all code.

const mutated = suite('verification of broken rules')
const lab = openLab()
mutated.after(lab.close)

const shop = trialsOf(
  [{ name: 'shop.json', text: shopObjects() }],
  // An address of the node that serves no node ports shows whether those are served too widely.
  { ...OPTIONS, 'ip-family': 'ipv4', 'node-addresses': ['172.31.0.1'] },
  RUN_DEFAULTS.budget,
)
let opening: Promise<World> | undefined
const LEAST = 30

mutated(`at least ${LEAST} ways to break rules are tried`, () => {
  assert.ok(Object.keys(MUTATIONS).length >= LEAST)
})

mutated('right rules pass in each layout', async () => {
  const world = await open()
  for (const layout of ['kube-proxy', 'maps'] as const) {
    await world.load({ kind: 'nft', text: shop.rules(layout) })
    assert.equal(await shop.failures(world, shop.checks), [], layout)
  }
})

for (const [name, mutation] of Object.entries(MUTATIONS)) {
  mutated(`${name}: noticed`, async () => {
    const world = await open()
    const rules = shop.rules(mutation.layout)
    const text = rules.replace(mutation.replace, mutation.by)
    assert.is.not(text, rules, 'the mutation changes the rules')
    await world.load({ kind: 'nft', text })
    const failures = await shop.failures(world, shop.checks.filter(isTriedBy(mutation)), HASTY)
    assert.is.not(failures.length, 0, 'a failure')
    assert.match(failures.join('\n'), mutation.says)
  })
}

mutated.run()

function open(): Promise<World> {
  opening ??= openWorld(shop.scene, findTools(), lab)
  return opening
}
