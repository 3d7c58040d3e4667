import type { Rule } from '../ir/table.js'
import { type Flow, noted } from './flow.js'
import { matches, type Site } from './match.js'
import type { Step } from './packet.js'
import { type Exit, type Found, NEXT, runStatement, unknown } from './run-statement.js'

/** The rule of a chain that is run. */
export type Place = Pick<Step, 'chain' | 'rule'>

/**
 * Runs one rule on a packet and notes it on the packet's path; `undefined` if the rule does not match.
 */
export function runRule(
  site: Site,
  rule: Rule,
  place: Place,
  flow: Flow,
): readonly Exit[] | undefined {
  for (const match of rule.matches) {
    const answer = matches(site, match, flow)
    if (answer === false) return undefined
    if (answer !== true) return [{ flow: note(flow, rule, place), move: unknown(answer) }]
  }
  let current = flow
  for (const statement of rule.statements) {
    const result = runStatement(site.table, statement, current)
    if ('passed' in result) {
      current = result.passed
      continue
    }
    return result.exits.map(exit =>
      exit.found === undefined
        ? exit
        : { flow: note(exit.flow, rule, place, exit.found), move: exit.move },
    )
  }
  return [{ flow: note(current, rule, place), move: NEXT }]
}

const note = (
  flow: Flow,
  rule: Rule,
  place: Place,
  { origin = rule.origin, ...found }: Found = {},
): Flow => noted(flow, { hook: flow.hook, ...place, ...found, origin })
