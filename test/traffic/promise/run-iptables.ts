import { type Cidr, containedIn, type Ip, isLoopback } from '../../../src/address/address.js'
import type { IptablesMatch, IptablesRule, IptablesRules } from '../../../src/rules/iptables.js'
import {
  type Branch,
  type Fraction,
  fraction,
  ONE,
  type Outcome,
  times,
} from '../../../src/traffic/packet.js'

// Rules for iptables as a packet meets them that opens a flow and whose client is on no list.

/** A packet that opens a flow. */
export interface FirstPacket {
  readonly saddr: Ip
  readonly daddr: Ip
  readonly protocol: string
  readonly dport: number
  readonly inputInterface: string | undefined
}

interface State extends FirstPacket {
  readonly share: Fraction
  readonly mark: number
  readonly to: { readonly ip: string; readonly port: number } | undefined
  readonly masqueraded: boolean
}

/** How a way through a chain ends: by a verdict, by a translation, or at the end of the chain. */
interface End {
  readonly state: State
  readonly verdict: 'accept' | 'drop' | 'reject' | 'nat' | 'end'
}

/** Every way of a packet through the rules, with its share. */
export function runIptables(
  rules: IptablesRules,
  packet: FirstPacket,
  own: readonly Ip[],
): readonly Pick<Branch, 'share' | 'outcome' | 'to' | 'masqueraded'>[] {
  const isOwn = (ip: Ip): boolean => own.includes(ip) || isLoopback(ip)
  const isNode = packet.inputInterface === undefined
  const start: State = { ...packet, share: ONE, mark: 0, to: undefined, masqueraded: false }
  const nat = builtin('nat', isNode ? 'OUTPUT' : 'PREROUTING')
  return nat(start).flatMap(({ state }) => {
    const isForNode = isOwn(state.daddr)
    const filters = [
      ...(isNode ? ['OUTPUT'] : isForNode ? [] : ['FORWARD']),
      ...(isForNode ? ['INPUT'] : []),
    ]
    const leaves = isNode || !isForNode
    return filters
      .reduce<readonly End[]>(
        (ends, chain) =>
          ends.flatMap(end => (isStopped(end) ? [end] : builtin('filter', chain)(end.state))),
        [{ state, verdict: 'accept' }],
      )
      .flatMap(end =>
        isStopped(end) || !leaves ? [end] : builtin('nat', 'POSTROUTING')(end.state),
      )
      .map(({ state: { share, to, masqueraded }, verdict }) => ({
        share,
        to: to as Branch['to'],
        masqueraded,
        outcome: {
          kind: verdict === 'drop' || verdict === 'reject' ? verdict : 'accept',
        } as Outcome,
      }))
  })

  function builtin(name: 'filter' | 'nat', chain: string): (state: State) => readonly End[] {
    const table = rules.tables.find(one => one.name === name)
    const jumps = table?.builtins.find(one => one.name === chain)?.jumps ?? []
    const all = [...(table?.rules ?? []), ...(table?.lastRules ?? [])]
    const run = (list: readonly IptablesRule[], state: State): readonly End[] => {
      const [rule, ...rest] = list
      if (rule === undefined) return [{ state, verdict: 'end' }]
      return split(rule.matches, state).flatMap(({ state, isTrue }) => {
        const { target } = rule
        if (!isTrue || target === undefined) return run(rest, state)
        switch (target.kind) {
          case 'return':
            return [{ state, verdict: 'end' }]
          case 'jump':
            return run(
              all.filter(one => one.chain === target.chain),
              state,
            ).flatMap(end => (end.verdict === 'end' ? run(rest, end.state) : [end]))
          case 'mark-or':
            return run(rest, { ...state, mark: (state.mark | target.mark) >>> 0 })
          case 'mark-xor':
            return run(rest, { ...state, mark: (state.mark ^ target.mark) >>> 0 })
          case 'masquerade':
            return [{ state: { ...state, masqueraded: true }, verdict: 'nat' }]
          case 'dnat': {
            const { ip, port } = target.to
            const to = { ip, port }
            return [{ state: { ...state, daddr: ip as Ip, dport: port, to }, verdict: 'nat' }]
          }
          default:
            return [{ state, verdict: target.kind }]
        }
      })
    }
    return state => run(jumps, state)
  }

  /** The state where all matches hold, and where they do not: chance may make both of one. */
  function split(
    matches: readonly IptablesMatch[],
    state: State,
  ): readonly { readonly state: State; readonly isTrue: boolean }[] {
    const random = matches.find(one => one.kind === 'random')
    if (!matches.every(one => holds(one, state))) return [{ state, isTrue: false }]
    if (random === undefined) return [{ state, isTrue: true }]
    const { weight, total } = random
    return [
      { state: { ...state, share: times(state.share, fraction(weight, total)) }, isTrue: true },
      {
        state: { ...state, share: times(state.share, fraction(total - weight, total)) },
        isTrue: false,
      },
    ]
  }

  function holds(match: IptablesMatch, state: State): boolean {
    switch (match.kind) {
      case 'address':
        return containedIn([cidrOf(match.cidr)])(state[match.side]) !== match.negate
      case 'protocol':
        return state.protocol === match.protocol
      case 'dport':
        return state.dport === match.port
      case 'interface': {
        const { inputInterface = '' } = state
        const isIt = match.prefix
          ? inputInterface.startsWith(match.name)
          : inputInterface === match.name
        return isIt !== match.negate
      }
      case 'local':
        return isOwn(state[match.side])
      case 'flow-state': {
        const states = ['NEW', ...(state.to ? ['DNAT'] : [])]
        return match.states.some(one => states.includes(one)) !== match.negate
      }
      case 'mark':
        return ((state.mark & match.mark) !== 0) !== match.negate
      case 'on-list':
        return false
      default:
        return true
    }
  }
}

const isStopped = ({ verdict }: End): boolean => verdict === 'drop' || verdict === 'reject'

const cidrOf = (text: string): Cidr =>
  (text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`) as Cidr
