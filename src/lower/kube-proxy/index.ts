import type { Fragment, Table } from '../../ir/table.js'
import type { Plan } from '../../plan/plan.js'
import { affinity } from './affinity.js'
import { baseChains } from './base.js'
import { type Context, contextOf, type LowerSettings, mergeFragments } from './context.js'
import { dispatch, ownChain } from './dispatch.js'
import { masquerade } from './masquerade.js'
import { services } from './services.js'
import { sourceRanges } from './source-ranges.js'
import { unreachable } from './unreachable.js'

/** The tasks of the table, in the order in which their objects stand in it. */
const CONCERNS: readonly ((context: Context) => Fragment)[] = [
  baseChains,
  context => dispatch(context, ownChain),
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
export function lowerKubeProxy(plan: Plan, settings: LowerSettings): Table {
  const context = contextOf(plan, settings)
  return mergeFragments(
    plan,
    CONCERNS.map(concern => concern(context)),
  )
}
