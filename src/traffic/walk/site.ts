import type { Ip } from '../../address/address.js'
import type { AddressTest } from '../../address/ranges.js'
import type { Verdict } from '../../rules/statement.js'
import type { Origin } from '../../rules/table.js'
import type { Drawn, Hashed, Outcome } from '../packet.js'
import type { Asked } from './expression.js'
import type { Flow } from './flow.js'
import type { TableIndex } from './index-tables.js'

/** What a rule is run against, beside the packet. */
export interface Site {
  readonly table: TableIndex
  /** Every address of the node. */
  readonly addresses: readonly Ip[]
  readonly isLocal: AddressTest
  /** Whether a client is on record in a dynamic set before the packet comes. */
  readonly isClient: (set: string, client: string) => boolean
  /** Who answers what the packet does not tell; where nobody does, that is the end of its way. */
  readonly answers: Answers | undefined
}

/** Answers to what a packet does not tell of itself. */
export interface Answers {
  /** The interface by which the packet leaves the node, if that is given. */
  readonly outputInterface: string | undefined
  /** Whether a test that is open is to be passed. */
  open(question: Unknown): boolean
  /** Takes note of what is taken for granted. */
  assume(text: string): void
}

/** What cannot be known: a test in nft's words. */
export interface Unknown {
  readonly what: string
  /** Whether the rule asks for the opposite of these words. */
  readonly isTurned?: boolean
  /** The interface of the packet that the words ask for, if they ask for one alone. */
  readonly interface?: { readonly side: 'in' | 'out'; readonly name: string }
}

/** By which interface a packet leaves, as far as that is known without the routes. */
export type Outgoing = { readonly name: string } | 'elsewhere' | 'anywhere'

/** The way out of a packet at its hook; what the node sends to itself leaves by the loopback interface. */
export function outgoingOf({ hook, to, daddr }: Flow, { isLocal, answers }: Site): Outgoing {
  if (hook === 'prerouting' || hook === 'input') return { name: '' }
  // Within the hook, a packet keeps the route of the destination that it came with.
  if (hook === 'output' && to !== undefined) return 'anywhere'
  if (isLocal(daddr)) return { name: 'lo' }
  const name = answers?.outputInterface
  return name === undefined ? 'elsewhere' : { name }
}

/** The kernel compares with the empty name where there is no interface. */
export const incomingOf = ({ inputInterface = '', isInputAssumed }: Flow): Outgoing =>
  isInputAssumed ? 'elsewhere' : { name: inputInterface }

/** What expressions are asked of. */
export function askedOf(site: Site, flow: Flow): Asked {
  const { table, isLocal } = site
  return {
    flow,
    table,
    isLocal,
    interfaceOf: side => {
      const way = side === 'in' ? incomingOf(flow) : outgoingOf(flow, site)
      return typeof way === 'string' ? undefined : way.name
    },
  }
}

/** How a base chain lets go of a packet; `nat` accepts it, with the NAT of this hook done. */
export type Ending = Outcome | { readonly kind: 'nat' }

/** Where a packet goes from a rule: `next` is the next rule of the chain. */
export type Move =
  | { readonly kind: 'next' }
  | { readonly kind: 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  | { readonly kind: 'end'; readonly ending: Ending }

/** What answered a look-up or a draw. */
export interface Found {
  readonly element?: readonly string[]
  readonly drawn?: Drawn
  readonly hashed?: Hashed
  readonly origin?: Origin
}

/** One way out of a rule; only chance makes it more than one. */
export interface Exit {
  readonly flow: Flow
  readonly move: Move
  /** Absent where a look-up found nothing: the rule ends as if it had not matched. */
  readonly found?: Found
}

/** A statement lets the packet pass to the next one, or ends the rule. */
export type Result = { readonly passed: Flow } | { readonly exits: readonly Exit[] }

export const NEXT: Move = { kind: 'next' }
export const NAT_DONE: Move = { kind: 'end', ending: { kind: 'nat' } }

export const end = (flow: Flow, move: Move, found: Found = {}): Result => ({
  exits: [{ flow, move, found }],
})

/** The rule ends as if it had not matched. */
export const none = (flow: Flow): Result => ({ exits: [{ flow, move: NEXT }] })

export const moveOf = (verdict: Verdict): Move =>
  verdict.kind === 'drop' || verdict.kind === 'accept' ? { kind: 'end', ending: verdict } : verdict

/** The end of what can be told of a packet. */
export const unknown = ({ what }: Unknown): Move => ({
  kind: 'end',
  ending: { kind: 'unknown', what },
})
