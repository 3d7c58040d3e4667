import { FAMILIES, type Family } from '../../../src/address/address.js'
import { rulesetOf } from '../../../src/commands/verify.js'
import { compileNode, findNode, loadCluster } from '../../../src/compile.js'
import { Diagnostics, type Source } from '../../../src/diagnostics/diagnostic.js'
import type { LayoutName } from '../../../src/options/modes.js'
import { parseOptions, type RawOptions } from '../../../src/options/table.js'
import type { Scene } from '../../../src/traffic/packet.js'
import { viewOf } from '../../../src/traffic/promise/view.js'
import type { Check } from '../../../src/verify/check.js'
import { findTools, restoreWords, type Tools } from '../../../src/verify/lab/tools.js'
import type { Failed } from '../../../src/verify/report.js'
import {
  RUN_DEFAULTS,
  type Ruleset,
  type RunSettings,
  type World,
} from '../../../src/verify/run/run.js'
import { promiseOf, runChecks } from '../../../src/verify/verify.js'
import { strangersOf } from '../../../src/verify/what/clients.js'
import { sceneOf } from '../../../src/verify/what/trials.js'
import type { Iptables } from '../iptables.js'
import type { Mutation } from './mutations.js'
import { tracedOtherwise } from './traced.js'

/** What objects promise, to be tried on any rules. */
export interface ShortTrials {
  readonly scene: Scene
  readonly checks: readonly Check[]
  readonly rules: (layout: LayoutName) => string
  /** What the command compiles. */
  readonly ruleset: () => Ruleset
  /** Tries checks on the rules that are loaded; the problems found, in words. */
  readonly failures: (
    world: World,
    checks: readonly Check[],
    more?: Partial<RunSettings>,
  ) => Promise<readonly string[]>
  /** Loads rules, tries everything, and traces it through what nft lists of them, if it does. */
  readonly tryAll: (world: World, ruleset: Ruleset) => Promise<readonly string[]>
}

/** The trials of objects that compile; with fewer tests of shares than a user's run has. */
export function trialsOf(
  sources: readonly Source[],
  given: RawOptions,
  budget: RunSettings['budget'],
): ShortTrials {
  const problems = new Diagnostics()
  const options = parseOptions(given)
  const { cluster } = loadCluster(sources, options, undefined, problems)
  const node = findNode(cluster, options, problems)
  if (node === undefined) throw new Error('there is no such node')
  const view = viewOf(cluster, node, options)
  const { scene, checks } = sceneOf(cluster, node, options, { maxDestinations: 500 })
  const settings = {
    ...RUN_DEFAULTS,
    budget,
    nodeAddresses: scene.node.addresses,
    strangers: strangersOf(view, scene),
    promise: promiseOf(view),
  }
  const spoken = checks.filter(({ destination }) => destination.protocol !== 'sctp')
  const failures: ShortTrials['failures'] = async (world, some, more = {}) => {
    const { results } = await runChecks(world, some, { ...settings, ...more }, () => {})
    return results.filter(result => result.status === 'failed').map(describe)
  }
  return {
    scene,
    checks: spoken,
    rules: layout => compileNode(cluster, node, { ...options, layout }, problems).text,
    ruleset: () => rulesetOf(undefined, cluster, node, options, problems),
    failures,
    tryAll: async (world, ruleset) => {
      await world.load(ruleset)
      const listing = await world.list()
      return [
        ...(await failures(world, spoken)),
        ...tracedOtherwise(listing, spoken, scene.node.addresses),
      ]
    },
  }
}

/** The commands of one implementation of iptables. */
export const toolsOf = (iptables: Iptables): Tools => ({
  ...findTools(),
  restore: Object.fromEntries(
    FAMILIES.map(family => [family, restoreWords(`${iptables.command(family)}-restore`)]),
  ),
})

/** The rules of one family. */
export function iptablesText(ruleset: Ruleset, family: Family): string {
  const text = ruleset.kind === 'iptables' ? ruleset.texts[family] : undefined
  if (text === undefined) throw new Error(`no rules for iptables of ${family}`)
  return text
}

/** For rules that are broken: nobody waits long for what is not to come. */
export const HASTY: Partial<RunSettings> = { patience: { ...RUN_DEFAULTS.patience, answer: 500 } }

/** Whether a check is of the Services that a mutation breaks. */
export const isTriedBy =
  ({ tries }: Pick<Mutation, 'tries'>) =>
  ({ destination: { servicePort } }: Check): boolean =>
    tries.some(name => name === (servicePort?.name ?? 'beside'))

const describe = ({ check: { client, destination: to }, problem }: Failed): string =>
  `${client.name} -> ${to.ip} ${to.port}/${to.protocol}: ${problem}`
