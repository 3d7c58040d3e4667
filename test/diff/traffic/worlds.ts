import * as assert from 'uvu/assert'
import { FAMILIES, type Family, type Ip } from '../../../src/address/address.js'
import { findNode, loadCluster } from '../../../src/compile.js'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import type { World } from '../../../src/diff/traffic/clients.js'
import { compiledWorld } from '../../../src/diff/traffic/compiled.js'
import { tableWorld } from '../../../src/diff/traffic/tables.js'
import { LAYOUTS } from '../../../src/layouts/registry.js'
import type { Cluster } from '../../../src/model/cluster.js'
import type { Node } from '../../../src/model/node.js'
import type { LayoutName } from '../../../src/options/modes.js'
import { type Options, parseOptions, type RawOptions } from '../../../src/options/table.js'
import { planNode } from '../../../src/plan/plan.js'
import type { Table } from '../../../src/rules/table.js'
import { backendText, type Fate } from '../../../src/traffic/packet.js'
import type { KubeObject } from '../../arbitrary/cluster.js'
import { shareText } from '../../trace/summary.js'

export type OfFamily<T> = Readonly<Record<Family, T>>

/** One node of some objects as worlds of every making. */
export interface NodeWorlds {
  readonly own: readonly Ip[]
  readonly plans: OfFamily<World>
  readonly tables: ReadonlyMap<LayoutName, OfFamily<World>>
}

/** Objects as a diff takes them. */
export interface Loaded {
  readonly cluster: Cluster
  readonly node: Node
  readonly options: Options
}

/** Loads valid objects, in several sources if asked for. */
export function loaded(objects: readonly KubeObject[], given: object, division = 1): Loaded {
  const problems = new Diagnostics()
  const options = parseOptions({ ...given } as RawOptions)
  const sources = Array.from({ length: division }, (_, part) => {
    const items = objects.filter((_, index) => index % division === part)
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
    return { name: `list-${part}.json`, text }
  }).filter((_, part) => part < objects.length)
  const { cluster } = loadCluster(sources, options, undefined, problems)
  const node = findNode(cluster, options, problems)
  assert.is(problems.errorCount, 0, JSON.stringify(problems.all().slice(0, 3)))
  if (node === undefined) throw new Error('no node')
  return { cluster, node, options }
}

export function worldsOf(objects: readonly KubeObject[], given: object): NodeWorlds {
  const { cluster, node, options } = loaded(objects, given)
  const ofFamilies = <T>(make: (family: Family) => T): OfFamily<T> => ({
    IPv4: make('IPv4'),
    IPv6: make('IPv6'),
  })
  const plan = ofFamilies(family => planNode(cluster, node, family, options.plan))
  const tables = Object.entries(LAYOUTS).map(([name, { lower }]) => {
    const lowered = FAMILIES.map(family => lower(plan[family], options))
    const worlds = ofFamilies(family => known(lowered, family, node.addresses))
    return [name as LayoutName, worlds] as const
  })
  return {
    own: node.addresses,
    plans: ofFamilies(family => compiledWorld(plan[family])),
    tables: new Map(tables),
  }
}

/** The world of tables that hold nothing unknown. */
export const known = (tables: readonly Table[], family: Family, addresses: readonly Ip[]): World =>
  tableWorld(tables, family, addresses, unknown => assert.unreachable(JSON.stringify(unknown)))

/** A fate in words. */
export const fateText = ({ ends, affinitySeconds }: Fate): string =>
  [
    ...ends.map(({ verdict, to, masqueraded, share }) =>
      [to ? backendText(to) : verdict, masqueraded ? 'masqueraded' : '', shareText(share)].join(
        ' ',
      ),
    ),
    affinitySeconds ?? '',
  ].join(', ')
