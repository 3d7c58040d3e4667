import { FAMILY, TABLE_FAMILY } from '../../ir/family.js'
import { TABLE_NAME } from '../../ir/names.js'
import type { Fragment, Table } from '../../ir/table.js'
import type { Plan } from '../../plan/plan.js'
import { affinity } from './affinity.js'
import { baseChains } from './base.js'
import { type Context, contextOf } from './context.js'
import { dispatch } from './dispatch.js'
import { masquerade } from './masquerade.js'
import { services } from './services.js'
import { sourceRanges } from './source-ranges.js'
import { unreachable } from './unreachable.js'

/** The tasks of the table, in the order in which their objects stand in it. */
const CONCERNS: readonly ((context: Context) => Fragment)[] = [
  baseChains,
  dispatch,
  sourceRanges,
  unreachable,
  masquerade,
  services,
  affinity,
]

/**
 * kube-proxy's own layout of release 1.36 and later: a chain for each policy of each service port,
 * which chooses and DNATs through an anonymous map; endpoint chains for affinity alone.
 */
export function lowerKubeProxy(plan: Plan): Table {
  const context = contextOf(plan)
  const fragments = CONCERNS.map(concern => concern(context))
  return {
    family: FAMILY[TABLE_FAMILY[plan.family]].table,
    name: TABLE_NAME,
    comment: 'rules for kube-proxy',
    sets: fragments.flatMap(({ sets }) => sets),
    maps: fragments.flatMap(({ maps }) => maps),
    chains: fragments.flatMap(({ chains }) => chains),
  }
}
