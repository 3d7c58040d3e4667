import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type GoldenCase, layoutFile, RESTORE_FILES } from '../../../src/golden/case.js'
import { VARIANTS } from '../../../src/golden/golden.js'
import { LAYOUTS } from '../../../src/layouts/registry.js'
import type { LayoutName } from '../../../src/options/modes.js'
import type { RawOptions } from '../../../src/options/table.js'
import type { Scene } from '../../../src/traffic/packet.js'
import { forEachAtOnce, groupBy } from '../../../src/util/collections.js'
import { openLab } from '../../../src/verify/lab/lab.js'
import { findTools, type Tools } from '../../../src/verify/lab/tools.js'
import { openWorld } from '../../../src/verify/lab/world.js'
import type { Ruleset } from '../../../src/verify/run/run.js'
import { goldenCases } from '../../golden/cases.js'
import { iptablesVersions } from '../iptables.js'
import { type ShortTrials, toolsOf, trialsOf } from './trials.js'

// Every expected rule set keeps what its objects promise: real packets to every destination of each
// golden case, in each layout of nftables mode and in iptables mode. What the kernel lists of tables of
// nftables traces to the same.

// Verifying is mostly waiting.
const AT_ONCE = 4
/** For the tests of shares of one case in one layout. */
const BUDGET = { samples: 1000, milliseconds: 500 }
/** Cases for further implementations of iptables, which differ in nothing but the loading. */
const SAMPLE = /^(?:affinity$|example-shop|iptables-full|node-port-ipv6|source-ranges$)/

const verified = suite('golden rules keep what their objects promise')
const cases = goldenCases().filter(
  ({ expected }) => expected['expected.nft'] || isForIptables(expected),
)
const implementations = iptablesVersions().map(one => ({ name: one.name, tools: toolsOf(one) }))
const [first = { tools: findTools() }] = implementations
let verifying: Promise<ReadonlyMap<string, Result>> | undefined
/** The problems of each rule set, or what kept the case from being tried. */
type Result = ReadonlyMap<string, readonly string[]> | Error

for (const { name } of cases) {
  verified(name, async () => {
    verifying ??= verifyAll()
    const result = (await verifying).get(name)
    if (result === undefined || result instanceof Error) throw result
    for (const [rules, problems] of result) assert.equal(problems, [], rules)
  })
}

verified.run()

async function verifyAll(): Promise<ReadonlyMap<string, Result>> {
  const results = new Map<string, Result>()
  await forEachAtOnce(AT_ONCE, cases, async one => {
    results.set(one.name, await verifyCase(one).catch((error: Error) => error))
  })
  return results
}

/** Rules of a case, what they are to keep, and what loads them. */
interface Run {
  readonly name: string
  readonly ruleset: Ruleset
  readonly trials: ShortTrials
  readonly tools: Tools
}

async function verifyCase(one: GoldenCase): Promise<Result> {
  const problems = new Map<string, readonly string[]>()
  const lab = openLab()
  try {
    for (const [tools, runs] of groupBy(
      [...nftRuns(one), ...iptablesRuns(one)],
      run => run.tools,
    )) {
      const world = await openWorld(commonScene(runs), tools, lab)
      for (const { name, ruleset, trials } of runs) {
        problems.set(name, await trials.tryAll(world, ruleset))
      }
    }
    return problems
  } finally {
    await lab.close()
  }
}

function nftRuns({ sources, options, expected }: GoldenCase): readonly Run[] {
  if (!expected['expected.nft']) return []
  const trials = trialsOf(sources, options, BUDGET)
  return (Object.keys(LAYOUTS) as LayoutName[]).map(name => {
    const text = expected[layoutFile(name)] ?? trials.rules(name)
    return { name, ruleset: { kind: 'nft', text }, trials, tools: first.tools }
  })
}

function iptablesRuns({ name, sources, options, expected }: GoldenCase): readonly Run[] {
  const used = implementations.filter(({ tools }) => tools === first.tools || SAMPLE.test(name))
  if (used.length === 0 || !isForIptables(expected)) return []
  const trials = trialsOf(sources, forIptables(options), BUDGET)
  const ruleset = trials.ruleset()
  return used.map(({ name, tools }) => ({ name: `iptables-${name}`, ruleset, trials, tools }))
}

/** The options of a case for iptables, in all of its families at once. */
function forIptables(given: RawOptions): RawOptions {
  const [variant] = RESTORE_FILES.flatMap(file => VARIANTS[file]?.(given) ?? [])
  return variant === undefined ? given : { ...variant, 'ip-family': given['ip-family'] ?? 'dual' }
}

/** The scene of several runs, where the modes differ in who is asked alone: building it takes longest. */
function commonScene(runs: readonly Run[]): Scene {
  const scenes = runs.map(({ trials }) => trials.scene)
  const [scene] = scenes
  if (scene === undefined) throw new Error('nothing to try')
  const listeners = scenes.flatMap(one => one.listeners)
  for (const one of scenes) assert.equal({ ...one, listeners }, { ...scene, listeners })
  return { ...scene, listeners }
}

function isForIptables(expected: GoldenCase['expected']): boolean {
  return RESTORE_FILES.some(file => expected[file])
}
