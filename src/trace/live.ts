import type { OtherHook, Ruleset } from '../listing/ruleset.js'
import type { Table } from '../rules/table.js'
import type { Branch, NodeState, Packet } from '../traffic/packet.js'
import { evaluate } from '../traffic/walk/evaluate.js'
import { indexTables } from '../traffic/walk/index-tables.js'
import { sameEnds } from './backends.js'

/** The rules of a real node, as they were listed. */
export interface LiveRules extends Ruleset {
  /** The file that they stand in. */
  readonly name: string
}

/** What listed rules do with a packet, as far as all of it is known. */
export interface LiveTrace {
  readonly branches: readonly Branch[]
  /** What is not known, a message each; nothing else counts where there is any. */
  readonly unknown: readonly string[]
}

/** Walks a packet through listed rules, whoever wrote them; what is not known is told, never guessed. */
export function traceLive(live: LiveRules, packet: Packet, state: NodeState): LiveTrace {
  const branches = evaluate(indexTables(live.tables), packet, state)
  const unknown = [
    ...live.otherHooks.filter(hook => mayMeet(hook, packet)).map(hookMessage),
    ...branches.flatMap(unknownIn),
  ]
  if (unknown.length > 0) return { branches, unknown }
  // The kernel runs the newest of the chains of one priority first, and nothing tells which that is.
  const others = evaluate(indexTables(turned(live.tables)), packet, state)
  const open = others.flatMap(unknownIn)
  if (open.length > 0) return { branches, unknown: open }
  if (sameEnds(branches, others)) return { branches, unknown }
  const message =
    'base chains of several tables have the same hook and priority, and what becomes of the packet depends on which runs first, which a listing does not tell'
  return { branches, unknown: [message] }
}

const turned = (tables: readonly Table[]): readonly Table[] =>
  [...tables].reverse().map(table => ({ ...table, chains: [...table.chains].reverse() }))

/** A chain at a device or a bridge that the packet may come by. */
function mayMeet({ hook, device }: OtherHook, packet: Packet): boolean {
  if (hook !== 'ingress' || device === undefined) return true
  const { inputInterface, isInputAssumed } = packet
  // What the node sends to itself comes in by the loopback interface.
  return isInputAssumed ? device !== 'lo' : device === (inputInterface ?? 'lo')
}

const hookMessage = ({ table, chain, hook, device }: OtherHook): string => {
  const at = device === undefined ? hook : `${hook} of ${device}`
  return `table ${table}, chain ${chain}: its rules at the hook ${at} are not walked here, and may decide about the packet`
}

function unknownIn({ outcome, path }: Branch): string[] {
  if (outcome.kind !== 'unknown') return []
  const last = path.at(-1)
  const place =
    last === undefined || last.rule === 'policy'
      ? ''
      : `table ${last.table}, chain ${last.chain}, rule ${last.rule + 1}: `
  const hint = /^\(?(?:iif|iifname|meta iif)/.test(outcome.what)
    ? ' (--in-interface NAME says by which interface the packet comes)'
    : ''
  return [`${place}not known of this packet: ${outcome.what}${hint}`]
}
