import { FAMILY } from '../rules/build.js'
import type { ListedMatch, MarkOf, Range } from '../rules/match.js'
import type { ListedStatement, MasqueradeFlag, RejectAnswer } from '../rules/statement.js'
import type { TableFamily } from '../rules/table.js'
import { assertNever } from '../util/errors.js'
import { comment, identifier, interfaceName, word } from './safe.js'

// The words of rules that nothing here makes: they are shown, and loaded in tests alone.

/** A test in two parts: what is looked at, and what it shall be. */
export interface TestWords {
  readonly left: string
  readonly right: string
  readonly negate?: boolean
}

/** A test of other people's rules in nft's words. */
export function listedWords(family: TableFamily, match: ListedMatch): TestWords {
  const { negate } = match
  switch (match.kind) {
    case 'port':
      return { left: `${match.protocol} dport`, right: oneOf(match.ranges.map(rangeText)), negate }
    case 'protocol-in': {
      const left = match.header ? FAMILY[family].protocolField : 'meta l4proto'
      return { left, right: oneOf(match.protocols.map(word)), negate }
    }
    case 'interface-in':
      return { left: match.side, right: oneOf(match.names.map(nameText)), negate }
    case 'ct-state':
      return negate
        ? { left: 'ct state', right: oneOf(match.states), negate }
        : { left: 'ct state', right: match.states.join(',') }
    case 'mark-is': {
      const { of, mask, value } = match
      if (mask === undefined) return { left: MARK[of], right: markText(value), negate }
      // A zero behind a mask must be compared in words: without, nft reads a test of its bits.
      const left = `${MARK[of]} and ${markText(mask)}`
      return { left, right: `${negate ? '!=' : '=='} ${markText(value)}` }
    }
    case 'family':
      return { left: 'meta nfproto', right: match.family, negate }
    default:
      return assertNever(match, 'match')
  }
}

const MARK: Readonly<Record<MarkOf, string>> = { packet: 'meta mark', connection: 'ct mark' }

const oneOf = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? '') : `{ ${values.join(', ')} }`

const rangeText = ({ from, to }: Range): string => (from === to ? String(from) : `${from}-${to}`)

const nameText = (name: string): string =>
  name.endsWith('*') ? `"${interfaceName(name.slice(0, -1))}*"` : `"${interfaceName(name)}"`

/** kube-proxy's own spelling of marks: at least six hexadecimal digits. */
export const markText = (mark: number): string => `0x${mark.toString(16).padStart(6, '0')}`

/** A statement of other people's rules, those that hold tests or verdicts left out. */
export function listedStatementText(
  statement: Exclude<ListedStatement, { kind: 'match' | 'vmap-cases' }>,
): string {
  switch (statement.kind) {
    case 'counter':
      return statement.name === undefined ? 'counter' : `counter name ${identifier(statement.name)}`
    case 'log': {
      const { prefix, level, group } = statement
      return [
        'log',
        prefix === undefined ? [] : `prefix "${comment(prefix)}"`,
        level === undefined ? [] : `level ${word(level)}`,
        group === undefined ? [] : `group ${group}`,
      ]
        .flat()
        .join(' ')
    }
    case 'mark-set-to': {
      const { of, from, and, or } = statement
      if (from === undefined) return `${MARK[of]} set ${markText(or)}`
      const kept = and === ALL_BITS ? '' : ` and ${markText(and)}`
      return `${MARK[of]} set ${MARK[from]}${kept}${or === 0 ? '' : ` or ${markText(or)}`}`
    }
    default:
      return assertNever(statement, 'statement')
  }
}

const ALL_BITS = 2 ** 32 - 1

/** `reject`, with what the sender is told. */
export function rejectText(answer: RejectAnswer | undefined): string {
  if (answer === undefined) return 'reject'
  return answer.type === 'tcp reset'
    ? 'reject with tcp reset'
    : `reject with ${answer.type} ${word(answer.code)}`
}

/** `masquerade` with its flags; none said stand for kube-proxy's own. */
export const masqueradeText = (flags: readonly MasqueradeFlag[] = ['fully-random']): string =>
  ['masquerade', flags.join(',')].filter(part => part !== '').join(' ')
