import { TABLE_FAMILY } from '../../ir/family.js'
import type { Rule, Table, TableFamily } from '../../ir/table.js'
import { familyOf, type Ip } from '../../model/address.js'
import { ruleText } from '../../render/nft-rule.js'
import type { Step } from '../../trace/packet.js'
import { quote } from '../../util/quote.js'
import type { RuleStep } from '../report.js'

/** The steps of a packet in nft's words. */
export function ruleSteps(
  tables: readonly Table[],
  daddr: Ip,
  path: readonly Step[],
): readonly RuleStep[] {
  const family = TABLE_FAMILY[familyOf(daddr)]
  const ofFamily = tables.filter(table => table.family === family)
  return path.map(({ hook, chain, rule, element }): RuleStep => {
    const text = rule === 'policy' ? 'policy drop' : textAt(ofFamily, family, chain, rule)
    const step = { hook, chain, rule: text }
    return element ? { ...step, element: element.join(' . ') } : step
  })
}

/** A step does not say of which table it is, so two of one name leave the rule open. */
function textAt(
  tables: readonly Table[],
  family: TableFamily,
  chain: string,
  index: number,
): string {
  const chains = tables.flatMap(table => table.chains.filter(({ name }) => name === chain))
  const [rule] = chains.length === 1 ? (chains[0]?.rules.slice(index) ?? []) : []
  return rule ? wordsOf(family, rule) : `rule ${index + 1}`
}

function wordsOf(family: TableFamily, rule: Rule): string {
  const foreign = [...rule.matches, ...rule.statements].find(({ kind }) => kind === 'foreign')
  if (foreign && 'json' in foreign) return `not understood: ${quote(foreign.json)}`
  try {
    return ruleText(family, rule)
  } catch {
    // The printer vouches for what it prints, and others name things as they like.
    return 'a rule with names that are not printed'
  }
}
