import type { Field, Match, Side } from './match.js'
import type { Statement, Verdict } from './statement.js'
import type { Origin, Rule } from './table.js'

// Small constructors, so that lowering reads like the rules it makes.

/** Where service traffic is addressed to: the key of the maps over service destinations. */
export const DESTINATION: readonly Field[] = ['daddr', 'l4proto', 'dport']
/** Protocol and port, the key of the maps over node ports. */
export const NODE_PORT: readonly Field[] = ['l4proto', 'dport']

export function rule(
  matches: readonly Match[],
  statements: Statement | readonly Statement[],
  origin: Origin,
  comment?: string,
): Rule {
  const list = Array.isArray(statements)
    ? (statements as readonly Statement[])
    : [statements as Statement]
  return { matches, statements: list, origin, ...(comment === undefined ? {} : { comment }) }
}

export const jump = (chain: string): Verdict => ({ kind: 'jump', chain })
export const goto = (chain: string): Verdict => ({ kind: 'goto', chain })
export const DROP: Verdict = { kind: 'drop' }
export const ACCEPT: Verdict = { kind: 'accept' }
export const RETURN: Verdict = { kind: 'return' }

export const vmap = (key: readonly Field[], map: string): Statement => ({ kind: 'vmap', key, map })
export const setMark = (mark: number): Statement => ({ kind: 'mark-or', mark })

export const inSet = (key: readonly Field[], set: string): Match => ({ kind: 'in-set', key, set })
export const notInSet = (key: readonly Field[], set: string): Match => ({
  kind: 'in-set',
  key,
  set,
  negate: true,
})
export const isLocal = (side: Side): Match => ({ kind: 'local', side })
export const NEW_FLOW: Match = { kind: 'ct-state-new' }
