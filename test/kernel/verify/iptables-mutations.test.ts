import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLab } from '../../../src/verify/lab/lab.js'
import { findTools } from '../../../src/verify/lab/tools.js'
import { openWorld } from '../../../src/verify/lab/world.js'
import { RUN_DEFAULTS, type World } from '../../../src/verify/run/run.js'
import { OPTIONS, shopObjects } from '../shop.js'
import { IPTABLES_MUTATIONS } from './iptables-mutations.js'
import { HASTY, iptablesText, isTriedBy, trialsOf } from './trials.js'

// Rules for iptables that are broken in many ways, each of which verification has to catch.

const mutated = suite('verification of broken rules for iptables')
const lab = openLab()
mutated.after(lab.close)

const shop = trialsOf(
  [{ name: 'shop.json', text: shopObjects() }],
  // An address of the node beside its primary one, where node ports are served too.
  {
    ...OPTIONS,
    'proxy-mode': 'iptables',
    'ip-family': 'ipv4',
    'node-addresses': ['172.31.0.1'],
  },
  RUN_DEFAULTS.budget,
)
const rules = iptablesText(shop.ruleset(), 'IPv4')
let opening: Promise<World> | undefined
const LEAST = 30

mutated(`at least ${LEAST} ways to break rules are tried`, () => {
  assert.ok(Object.keys(IPTABLES_MUTATIONS).length >= LEAST)
})

mutated('right rules pass', async () => {
  const world = await open()
  await load(world, rules)
  assert.equal(await shop.failures(world, shop.checks), [])
})

for (const [name, mutation] of Object.entries(IPTABLES_MUTATIONS)) {
  mutated(`${name}: noticed`, async () => {
    const world = await open()
    const text = rules.replace(mutation.replace, mutation.by)
    assert.is.not(text, rules, 'the mutation changes the rules')
    await load(world, text)
    const failures = await shop.failures(world, shop.checks.filter(isTriedBy(mutation)), HASTY)
    assert.is.not(failures.length, 0, 'a failure')
    assert.match(failures.join('\n'), mutation.says)
  })
}

mutated.run()

function open(): Promise<World> {
  opening ??= openWorld(shop.scene, findTools(['IPv4']), lab)
  return opening
}

const load = (world: World, text: string): Promise<void> =>
  world.load({ kind: 'iptables', texts: { IPv4: text }, localhost: true })
