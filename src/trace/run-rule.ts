import type { Match } from '../rules/match.js'
import type { Rule } from '../rules/table.js'
import { type Flow, noted } from './flow.js'
import { matches, type Site, type Unknown } from './match.js'
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
  const note = (one: Flow, { origin = rule.origin, ...found }: Found = {}): Flow =>
    noted(one, { hook: one.hook, table: site.table.label, ...place, ...found, origin })
  const answer = testAll(site, rule.matches, flow)
  if (answer === false) return undefined
  if (answer !== true) return [{ flow: note(flow), move: unknown(answer) }]
  let current = flow
  for (const statement of rule.statements) {
    const result = runStatement(site, statement, current)
    if ('passed' in result) {
      current = result.passed
      continue
    }
    return result.exits.map(exit =>
      exit.found === undefined ? exit : { flow: note(exit.flow, exit.found), move: exit.move },
    )
  }
  return [{ flow: note(current), move: NEXT }]
}

/** Tests change nothing, so one that fails decides, whatever stands before it. */
function testAll(site: Site, tests: readonly Match[], flow: Flow): boolean | Unknown {
  let open: Unknown | undefined
  for (const match of tests) {
    const answer = matches(site, match, flow)
    if (answer === false) return false
    if (answer !== true) open ??= answer
  }
  return open ?? true
}
