import { TABLE_NAME } from '../../rules/names.js'
import type { Surroundings } from './backends.js'
import { type End, sameEnds } from './ends.js'
import type { Reason } from './reason.js'
import { reasonOf } from './reason-of.js'
import type { Traced } from './traced.js'

/** Why the packet comes to no backend: by the objects, where the rules do as they say. */
export function whyNot(
  { packet, branches, objects }: Traced,
  { plan, destination, finder }: Surroundings,
  ends: readonly End[],
): Reason | undefined {
  const [end] = ends
  if (end === undefined) return undefined
  const last = end.branch.path.at(-1)
  const isOwn = end.verdict === 'accept' || last?.table.endsWith(` ${TABLE_NAME}`) === true
  const { expected = branches } = objects ?? {}
  const planned =
    plan && objects && isOwn && sameEnds(expected, branches)
      ? reasonOf(plan, objects, packet, destination)
      : undefined
  if (planned) return planned
  if (end.verdict === 'accept' || last === undefined) {
    return { code: 'untouched', text: 'no rule rewrites the destination' }
  }
  const rule = finder.rule(last)
  const which = last.rule === 'policy' ? 'the policy' : `rule ${last.rule + 1}`
  const comment = rule?.comment === undefined ? '' : ` (${rule.comment})`
  const text = `${which} of chain ${last.chain} in table ${last.table} decides${comment}`
  return { code: 'rule', text }
}

/** What the sender gets of an end that is no backend. */
export function answerOf({ verdict, branch }: End, { finder, packet }: Surroundings): string {
  if (verdict === 'drop') return 'nothing: it waits until it gives up'
  if (verdict === 'accept') return 'what the destination itself answers'
  const last = branch.path.at(-1)
  const rule = last && finder.rule(last)
  const answers = rule?.statements.flatMap(one => (one.kind === 'reject' ? [one.answer] : []))
  const answer = answers?.[0]
  const refused = packet.protocol === 'icmp' ? '' : ': connection refused'
  if (answer === undefined) return `ICMP port unreachable${refused}`
  return answer.type === 'tcp reset' ? `a TCP reset${refused}` : `${answer.type} ${answer.code}`
}
