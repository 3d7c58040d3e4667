import { familyOf, type Ip } from '../../address/address.js'
import { TABLE_FAMILY } from '../../rules/build.js'
import type { Rule, Table } from '../../rules/table.js'
import { ruleFinder, stepTexts } from '../../trace/steps.js'
import type { Step } from '../../traffic/packet.js'
import { quote } from '../../util/text.js'
import type { RuleStep } from '../report.js'

/** The steps of a packet in nft's words. */
export function ruleSteps(
  tables: readonly Table[],
  daddr: Ip,
  path: readonly Step[],
): readonly RuleStep[] {
  const family = TABLE_FAMILY[familyOf(daddr)]
  const finder = ruleFinder(tables.filter(table => table.family === family))
  return path.map((step): RuleStep => {
    const { hook, table, chain, element } = step
    const what = foreignOf(finder.rule(step))
    const rule = what ? `not understood: ${quote(what)}` : stepTexts(step, finder, family).nft
    return { hook, table, chain, rule, ...(element && { element: element.join(' . ') }) }
  })
}

/** What of a rule is in no known words, as JSON. */
function foreignOf(rule: Rule | undefined): string | undefined {
  const parts = rule ? [...rule.matches, ...rule.statements] : []
  return parts.flatMap(part => (part.kind === 'foreign' ? part.json : []))[0]
}
