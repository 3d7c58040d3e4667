import type { Match } from '../../rules/match.js'
import type {
  Bucket,
  PacketHash,
  RandomChoice,
  SocketAddress,
  Statement,
} from '../../rules/statement.js'
import type { EndpointElement } from '../../rules/table.js'
import { groupBy } from '../../util/collections.js'
import { assertNever } from '../../util/errors.js'
import { fraction, times } from '../packet.js'
import { type Flow, hashNumber, isOfOther, keyOf, sentTo } from './flow.js'
import { runForeign } from './foreign.js'
import type { TableIndex } from './index-tables.js'
import { canConcern, matches } from './match.js'
import {
  type Exit,
  end,
  moveOf,
  NAT_DONE,
  NEXT,
  none,
  type Result,
  type Site,
  type Unknown,
  unknown,
} from './site.js'

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
    case 'dnat-hash': {
      const { hash, choice } = statement
      return pick(
        flow,
        hash,
        choice,
        to => to,
        (picked, to) => ({
          flow: sentTo(picked, to),
          move: NAT_DONE,
        }),
      )
    }
    case 'dnat-hash-map':
      return pickFromMap(table, statement, flow)
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
      return canConcern(statement, table, flow) ? runForeign(site, statement, flow) : none(flow)
    default:
      return assertNever(statement, 'statement')
  }
}

/** A rule that goes no further here has done what it did before. */
function test(site: Site, match: Match, flow: Flow): Result {
  const answer = matches(site, match, flow)
  const holds = typeof answer === 'boolean' ? answer : site.answers?.open(answer)
  if (holds === undefined) return end(flow, unknown(answer as Unknown))
  return holds ? { passed: flow } : none(flow)
}

type Cases = Extract<Statement, { kind: 'vmap-cases' }>['cases']

function chooseCase(site: Site, cases: Cases, flow: Flow): Result {
  const answers = cases.map(({ match }) => matches(site, match, flow))
  const chosen = cases[answers.indexOf(true)]
  if (chosen) return end(flow, moveOf(chosen.verdict))
  for (const [index, answer] of answers.entries()) {
    if (typeof answer !== 'object') continue
    const holds = site.answers?.open(answer)
    const verdict = cases[index]?.verdict
    if (holds === undefined || verdict === undefined) return end(flow, unknown(answer))
    if (holds) return end(flow, moveOf(verdict))
  }
  return none(flow)
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
  { modulus, buckets }: RandomChoice<T>,
  exitOf: (flow: Flow, value: T) => Exit,
): Result {
  const exits = buckets.map(({ from, to, value }) => {
    const share = times(flow.share, fraction(to - from + 1, modulus))
    const exit = exitOf({ ...flow, share }, value)
    return { ...exit, found: { ...exit.found, drawn: { from, to, modulus } } }
  })
  return { exits }
}

/**
 * The exit of the bucket that the packet's hash gives; where that is open, one for each endpoint, with its
 * share of all packets like this one: of more buckets than endpoints nobody wants a way for each.
 */
function pick<T>(
  flow: Flow,
  hash: PacketHash,
  { modulus, buckets }: RandomChoice<T>,
  toOf: (value: T) => SocketAddress | undefined,
  exitOf: (flow: Flow, value: T) => Exit,
): Result {
  if (hash.fields.some(field => isOfOther(flow, field))) return none(flow)
  const number = hashNumber(flow, hash, modulus)
  if (number !== undefined) {
    const bucket = buckets.find(({ from, to }) => from <= number && number <= to)
    if (bucket === undefined) return none(flow)
    const exit = exitOf(flow, bucket.value)
    const hashed = { hash, modulus, stretches: [{ from: number, to: number }], isKnown: true }
    return { exits: [{ ...exit, found: { ...exit.found, hashed } }] }
  }
  const byEnd = groupBy(buckets, ({ value }) => {
    const to = toOf(value)
    return to && `${to.ip} ${to.port}`
  })
  const exits = [...byEnd.values()].flatMap((stretches): Exit | [] => {
    const [first] = stretches
    if (first === undefined) return []
    const count = stretches.reduce((sum, { from, to }) => sum + to - from + 1, 0)
    const share = times(flow.share, fraction(count, modulus))
    const exit = exitOf({ ...flow, share }, first.value)
    const hashed = {
      hash,
      modulus,
      stretches: stretches.map(({ from, to }) => ({ from, to })),
      isKnown: false,
    }
    return { ...exit, found: { ...exit.found, hashed } }
  })
  return { exits }
}

type DnatMap = Extract<Statement, { kind: 'dnat-map' }>

/** Numbers in a row that lead to one endpoint are one exit, as in an anonymous map. */
const drawFromMap = (table: TableIndex, statement: DnatMap, flow: Flow): Result =>
  draw(flow, choiceOfMap(table, statement, flow), elementExit)

type DnatHashMap = Extract<Statement, { kind: 'dnat-hash-map' }>

/** Of a packet that tells its bucket, that one's own element; of others as by chance. */
function pickFromMap(table: TableIndex, statement: DnatHashMap, flow: Flow): Result {
  const { key, hash, modulus, map } = statement
  const number = hashNumber(flow, hash, modulus)
  if (number === undefined)
    return pick(flow, hash, choiceOfMap(table, statement, flow), socketOf, elementExit)
  const value = table.endpointMaps.get(map)?.([...keyOf(flow, key), String(number)])
  const buckets = [{ from: number, to: number, value }]
  return pick(flow, hash, { modulus, buckets }, socketOf, elementExit)
}

const socketOf = (element: EndpointElement | undefined): SocketAddress | undefined => element?.to

/** Where an element of a map sends; without one the rule ends as if it had not matched. */
const elementExit = (flow: Flow, element: EndpointElement | undefined): Exit =>
  element === undefined
    ? { flow, move: NEXT }
    : {
        flow: sentTo(flow, element.to),
        move: NAT_DONE,
        found: { element: element.key, origin: element.origin },
      }

/** What a named map has for the numbers behind the packet's key. */
function choiceOfMap(
  table: TableIndex,
  { key, modulus, map }: DnatMap | DnatHashMap,
  flow: Flow,
): RandomChoice<EndpointElement | undefined> {
  const lookup = table.endpointMaps.get(map)
  const prefix = keyOf(flow, key)
  const elements = Array.from({ length: modulus }, (_, bucket) =>
    lookup?.([...prefix, String(bucket)]),
  )
  const buckets: Bucket<EndpointElement | undefined>[] = []
  for (const [bucket, element] of elements.entries()) {
    const last = buckets.at(-1)
    if (last && isSame(last.value?.to, element?.to)) {
      buckets[buckets.length - 1] = { ...last, to: bucket }
    } else {
      buckets.push({ from: bucket, to: bucket, value: element })
    }
  }
  return { modulus, buckets }
}

const isSame = (a: SocketAddress | undefined, b: SocketAddress | undefined): boolean =>
  a?.ip === b?.ip && a?.port === b?.port
