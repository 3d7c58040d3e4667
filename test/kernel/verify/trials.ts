import { compileNode, findNode, loadCluster } from '../../../src/compile.js'
import { Diagnostics, type Source } from '../../../src/diagnostics/diagnostic.js'
import type { LayoutName } from '../../../src/layouts.js'
import { parseOptions, type RawOptions } from '../../../src/options.js'
import type { Check } from '../../../src/verify/check.js'
import { sceneOf } from '../../../src/verify/checks/scene-of.js'
import { viewOf } from '../../../src/verify/reference/view.js'
import type { Failed } from '../../../src/verify/report.js'
import { runChecks } from '../../../src/verify/run/run-checks.js'
import { RUN_DEFAULTS, type RunSettings } from '../../../src/verify/run/settings.js'
import type { Scene } from '../../../src/verify/scene.js'
import { strangersOf } from '../../../src/verify/strangers.js'
import type { World } from '../../../src/verify/world.js'
import { tracedOtherwise } from './traced.js'

/** What objects promise, to be tried on any rules. */
export interface ShortTrials {
  readonly scene: Scene
  readonly checks: readonly Check[]
  readonly rules: (layout: LayoutName) => string
  /** Tries checks on the rules that are loaded; the problems found, in words. */
  readonly failures: (world: World, checks: readonly Check[]) => Promise<readonly string[]>
  /** Loads rules, tries everything, and traces it through what the kernel lists of them. */
  readonly tryAll: (world: World, rules: string) => Promise<readonly string[]>
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
  }
  const spoken = checks.filter(({ destination }) => destination.protocol !== 'sctp')
  const failures = async (world: World, some: readonly Check[]): Promise<readonly string[]> => {
    const { results } = await runChecks(world, some, settings, () => {})
    return results.filter(result => result.status === 'failed').map(describe)
  }
  return {
    scene,
    checks: spoken,
    rules: layout => compileNode(cluster, node, { ...options, layout }, problems).text,
    failures,
    tryAll: async (world, rules) => {
      await world.load({ kind: 'nft', text: rules })
      const listing = await world.list()
      return [
        ...(await failures(world, spoken)),
        ...tracedOtherwise(listing, spoken, scene.node.addresses),
      ]
    },
  }
}

const describe = ({ check: { client, destination: to }, problem }: Failed): string =>
  `${client.name} -> ${to.ip} ${to.port}/${to.protocol}: ${problem}`
