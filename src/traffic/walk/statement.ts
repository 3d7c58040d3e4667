import type { Match } from '../../rules/match.js'
import type { Bucket, SocketAddress, Statement, Verdict } from '../../rules/statement.js'
import type { Origin } from '../../rules/table.js'
import { assertNever } from '../../util/errors.js'
import { type Drawn, fraction, type Outcome, times } from '../packet.js'
import { type Flow, keyOf, sentTo } from './flow.js'
import type { TableIndex } from './index-tables.js'
import { canConcern, matches, type Site, type Unknown } from './match.js'

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
const NAT_DONE: Move = { kind: 'end', ending: { kind: 'nat' } }

/** Runs one statement on a packet. */
export function runStatement(site: Site, statement: Statement, flow: Flow): Result {
  const { table } = site
  switch (statement.kind) {
    case 'drop':
    case 'accept':
    case 'return':
    case 'jump':
    case 'goto':
      return end(flow, moveOf(statement))
    case 'reject':
      // nft asks for TCP itself where a reset is the answer.
      if (statement.answer?.type === 'tcp reset' && flow.protocol !== 'tcp') return none(flow)
      return end(flow, { kind: 'end', ending: { kind: 'reject' } })
    case 'masquerade':
      return end({ ...flow, masqueraded: true }, NAT_DONE)
    case 'mark-or':
      return { passed: { ...flow, mark: flow.mark | statement.mark } }
    case 'mark-xor':
      return { passed: { ...flow, mark: flow.mark ^ statement.mark } }
    case 'update-set': {
      const record = { set: statement.set, key: keyOf(flow, statement.key) }
      return { passed: { ...flow, records: [...flow.records, record] } }
    }
    case 'vmap': {
      const element = table.maps.get(statement.map)?.(keyOf(flow, statement.key))
      if (element === undefined) return none(flow)
      const { key, verdict, origin } = element
      return end(flow, moveOf(verdict), { element: key, origin })
    }
    case 'dnat':
      return end(sentTo(flow, statement.to), NAT_DONE)
    case 'dnat-random':
      return draw(flow, statement.choice, (drawn, to) => ({
        flow: sentTo(drawn, to),
        move: NAT_DONE,
      }))
    case 'vmap-random':
      return draw(flow, statement.choice, (drawn, verdict) => ({
        flow: drawn,
        move: moveOf(verdict),
      }))
    case 'dnat-map':
      return drawFromMap(table, statement, flow)
    case 'match':
      return test(site, statement.match, flow)
    case 'counter':
    case 'log':
      return { passed: flow }
    case 'mark-set-to':
      return { passed: marked(flow, statement) }
    case 'vmap-cases':
      return chooseCase(site, statement.cases, flow)
    case 'foreign':
      if (!canConcern(statement, table, flow)) return none(flow)
      return end(flow, unknown({ what: statement.json }))
    default:
      return assertNever(statement, 'statement')
  }
}

const end = (flow: Flow, move: Move, found: Found = {}): Result => ({
  exits: [{ flow, move, found }],
})

/** The rule ends as if it had not matched. */
const none = (flow: Flow): Result => ({ exits: [{ flow, move: NEXT }] })

const moveOf = (verdict: Verdict): Move =>
  verdict.kind === 'drop' || verdict.kind === 'accept' ? { kind: 'end', ending: verdict } : verdict

/** The end of what can be told of a packet. */
export const unknown = ({ what }: Unknown): Move => ({
  kind: 'end',
  ending: { kind: 'unknown', what },
})

/** A rule that goes no further here has done what it did before. */
function test(site: Site, match: Match, flow: Flow): Result {
  const answer = matches(site, match, flow)
  if (answer === true) return { passed: flow }
  return answer === false ? none(flow) : end(flow, unknown(answer))
}

type Cases = Extract<Statement, { kind: 'vmap-cases' }>['cases']

function chooseCase(site: Site, cases: Cases, flow: Flow): Result {
  const answers = cases.map(({ match }) => matches(site, match, flow))
  const chosen = cases[answers.indexOf(true)]
  if (chosen) return end(flow, moveOf(chosen.verdict))
  const open = answers.find(answer => typeof answer === 'object')
  return open ? end(flow, unknown(open)) : none(flow)
}

type MarkSetTo = Extract<Statement, { kind: 'mark-set-to' }>

function marked(flow: Flow, { of, from, and, or }: MarkSetTo): Flow {
  const source = from === 'packet' ? flow.mark : from === 'connection' ? flow.connectionMark : 0
  const mark = ((source & and) | or) >>> 0
  return of === 'packet' ? { ...flow, mark } : { ...flow, connectionMark: mark }
}

/** One exit for each stretch of a random choice, with its share of the flow. */
function draw<T>(
  flow: Flow,
  { modulus, buckets }: { readonly modulus: number; readonly buckets: readonly Bucket<T>[] },
  exitOf: (flow: Flow, value: T) => Exit,
): Result {
  const exits = buckets.map(({ from, to, value }) => {
    const share = times(flow.share, fraction(to - from + 1, modulus))
    const exit = exitOf({ ...flow, share }, value)
    return { ...exit, found: { ...exit.found, drawn: { from, to, modulus } } }
  })
  return { exits }
}

type DnatMap = Extract<Statement, { kind: 'dnat-map' }>

/** Numbers in a row that lead to one endpoint are one exit, as in an anonymous map. */
function drawFromMap(table: TableIndex, { key, modulus, map }: DnatMap, flow: Flow): Result {
  const lookup = table.endpointMaps.get(map)
  const prefix = keyOf(flow, key)
  const elements = Array.from({ length: modulus }, (_, bucket) =>
    lookup?.([...prefix, String(bucket)]),
  )
  const buckets: Bucket<(typeof elements)[number]>[] = []
  for (const [bucket, element] of elements.entries()) {
    const last = buckets.at(-1)
    if (last && isSame(last.value?.to, element?.to)) {
      buckets[buckets.length - 1] = { ...last, to: bucket }
    } else {
      buckets.push({ from: bucket, to: bucket, value: element })
    }
  }
  return draw(flow, { modulus, buckets }, (drawn, element) =>
    element === undefined
      ? { flow: drawn, move: NEXT }
      : {
          flow: sentTo(drawn, element.to),
          move: NAT_DONE,
          found: { element: element.key, origin: element.origin },
        },
  )
}

const isSame = (a: SocketAddress | undefined, b: SocketAddress | undefined): boolean =>
  a?.ip === b?.ip && a?.port === b?.port
