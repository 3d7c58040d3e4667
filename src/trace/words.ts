import { foreignText } from '../listing/words.js'
import type { Field, ListedMatch, MarkOf, Match, Side } from '../rules/match.js'
import type { Statement, Verdict } from '../rules/statement.js'
import type { Rule } from '../rules/table.js'
import { assertNever } from '../util/errors.js'

/** What a rule found for the packet: the element of a named map that answered it. */
export interface Answer {
  readonly key?: readonly string[]
  readonly verdict?: Verdict
  /** What the hash of the packet gave, where the packet tells. */
  readonly bucket?: number
}

/** A rule that a packet matched, in plain words: what was true of the packet, and what was done. */
export function ruleWords(rule: Rule, answer: Answer): string {
  const tests = rule.matches.map(matchWords)
  const deeds = rule.statements.map(one => statementWords(one, answer))
  return [tests.join(', '), deeds.join(', then ')].filter(part => part !== '').join(': ')
}

const SIDE: Readonly<Record<Side, string>> = { saddr: 'source', daddr: 'destination' }

function matchWords(match: Match): string {
  switch (match.kind) {
    case 'address':
      return `${SIDE[match.side]} ${is(match.negate, match.cidr.includes('/'))} ${match.cidr}`
    case 'address-in':
      return `${SIDE[match.side]} ${is(match.negate, true)} ${match.cidrs.join(', ')}`
    case 'in-set':
      return `${keyWords(match.key)} ${is(match.negate === true, true)} the set ${match.set}`
    case 'local':
      return `${SIDE[match.side]} ${is(match.negate === true, false)} an address of this node`
    case 'interface':
      return `came ${match.negate ? 'not ' : ''}by interface ${match.name}${match.prefix ? '*' : ''}`
    case 'protocol':
      return `is ${match.protocol.toUpperCase()}`
    case 'ct-state-new':
      return 'opens a connection'
    case 'ct-status-dnat':
      return 'destination was rewritten'
    case 'mark-set':
      return `has the mark ${hex(match.mark)}`
    case 'mark-unset':
      return `has not the mark ${hex(match.mark)}`
    case 'port':
    case 'protocol-in':
    case 'interface-in':
    case 'ct-state':
    case 'mark-is':
    case 'family':
      return listedWords(match)
    case 'foreign':
      return foreignText(match)
    default:
      return assertNever(match, 'match')
  }
}

const MARK: Readonly<Record<MarkOf, string>> = { packet: 'mark', connection: 'connection mark' }
const WAY = { iif: 'came', iifname: 'came', oif: 'leaves', oifname: 'leaves' } as const

function listedWords(match: ListedMatch): string {
  const isNot = is(match.negate, false)
  switch (match.kind) {
    case 'port': {
      const ranges = match.ranges.map(({ from, to }) => (from === to ? from : `${from}-${to}`))
      const protocol = match.protocol === 'th' ? '' : `${match.protocol.toUpperCase()} `
      return `${protocol}port ${isNot} ${ranges.join(', ')}`
    }
    case 'protocol-in':
      return `protocol ${isNot} ${match.protocols.join(', ')}`
    case 'interface-in':
      return `${WAY[match.side]} ${match.negate ? 'not ' : ''}by interface ${match.names.join(', ')}`
    case 'ct-state':
      return `state of the connection ${isNot} ${match.states.join(', ')}`
    case 'mark-is': {
      const mask = match.mask === undefined ? '' : ` (of its bits ${hex(match.mask)})`
      return `${MARK[match.of]}${mask} ${isNot} ${hex(match.value)}`
    }
    case 'family':
      return `${isNot} ${match.family === 'ipv4' ? 'IPv4' : 'IPv6'}`
    default:
      return assertNever(match, 'match')
  }
}

function statementWords(statement: Statement, answer: Answer): string {
  switch (statement.kind) {
    case 'drop':
    case 'accept':
    case 'return':
    case 'jump':
    case 'goto':
      return verdictWords(statement)
    case 'reject':
      return statement.answer === undefined
        ? 'refuse it'
        : `refuse it with ${Object.values(statement.answer).join(' ')}`
    case 'masquerade':
      return "masquerade it: its source becomes the node's"
    case 'mark-or':
      return `set the mark ${hex(statement.mark)}`
    case 'mark-xor':
      return `toggle the mark ${hex(statement.mark)}`
    case 'vmap': {
      const key = answer.key?.join(' . ') ?? keyWords(statement.key)
      const verdict = answer.verdict ? `: ${verdictWords(answer.verdict)}` : ''
      return `${key} is in the map ${statement.map}${verdict}`
    }
    case 'dnat':
      return `rewrite the destination to ${socketText(statement.to)}`
    case 'dnat-random':
      return `rewrite the destination to ${oneOf(statement.choice.buckets.length)}`
    case 'dnat-map':
      return `rewrite the destination to one that the map ${statement.map} has for it, by chance`
    case 'dnat-hash': {
      const { hash, choice } = statement
      return `rewrite the destination to ${bucketWords(choice.modulus, answer)}, by a hash of ${keyWords(hash.fields)}`
    }
    case 'dnat-hash-map': {
      const { hash, modulus, map } = statement
      return `rewrite the destination to ${bucketWords(modulus, answer)} in the map ${map}, by a hash of ${keyWords(hash.fields)}`
    }
    case 'vmap-random':
      return `go on with ${oneOf(statement.choice.buckets.length)}`
    case 'update-set':
      return `put ${keyWords(statement.key)} on record in ${statement.set}`
    case 'match':
      return `if it ${matchWords(statement.match)}`
    case 'counter':
      return 'count it'
    case 'log':
      return 'log it'
    case 'mark-set-to':
      return `set the ${MARK[statement.of]}`
    case 'vmap-cases':
      return 'decide by a map'
    case 'foreign':
      return foreignText(statement)
    default:
      return assertNever(statement, 'statement')
  }
}

function verdictWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'drop':
      return 'drop it'
    case 'accept':
      return 'accept it, as far as this base chain goes'
    case 'return':
      return 'go back'
    case 'jump':
      return `look into ${verdict.chain}`
    case 'goto':
      return `go to ${verdict.chain}`
    default:
      return assertNever(verdict, 'verdict')
  }
}

const oneOf = (count: number): string =>
  count === 1 ? 'the only one' : `one of ${count} by chance`

const FIELD: Readonly<Record<Field, string>> = {
  saddr: 'source',
  daddr: 'destination',
  l4proto: 'protocol',
  dport: 'port',
  'tcp-dport': 'port',
  'udp-dport': 'port',
  'sctp-dport': 'port',
  'tcp-sport': 'source port',
  'udp-sport': 'source port',
  'sctp-sport': 'source port',
}

/** `that of bucket 17 of 251`. */
const bucketWords = (modulus: number, { bucket }: Answer): string =>
  bucket === undefined
    ? `that of one of ${modulus} buckets`
    : `that of bucket ${bucket} of ${modulus}`

/** `destination, protocol and port`. */
function keyWords(key: readonly Field[]): string {
  const words = key.map(field => FIELD[field])
  const last = words.pop() ?? ''
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`
}

const is = (negate: boolean, inside: boolean): string =>
  `is ${negate ? 'not ' : ''}${inside ? 'in' : ''}`.trimEnd()

const hex = (mark: number): string => `0x${mark.toString(16)}`

/** An address with its port, IPv6 in brackets. */
export const socketText = ({
  ip,
  port,
}: {
  readonly ip: string
  readonly port: number | undefined
}): string => {
  if (port === undefined) return ip
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}
