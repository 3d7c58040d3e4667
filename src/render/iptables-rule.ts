import type { Family } from '../address/address.js'
import { FAMILY, TABLE_FAMILY } from '../rules/build.js'
import type { IptablesMatch, IptablesRule, IptablesTarget } from '../rules/iptables.js'
import { assertNever } from '../util/errors.js'
import { address, chainName, interfaceName, iptablesComment } from './safe.js'

/** One rule in the words of iptables, as they stand behind `-A`: `KUBE-SERVICES -d ... -j ...`. */
export const iptablesRuleText = (family: Family, rule: IptablesRule): string =>
  `${chainName(rule.chain)}${specText(family, rule)}`

/** What a rule says beside its chain, after a blank. */
function specText(family: Family, { matches, target }: IptablesRule): string {
  const words = matches.map(match => ` ${matchText(match)}`)
  if (target) words.push(` -j ${targetText(family, target)}`)
  return words.join('')
}

function matchText(match: IptablesMatch): string {
  switch (match.kind) {
    case 'comment':
      return `-m comment --comment ${quoted(iptablesComment(match.text))}`
    case 'address': {
      const side = match.side === 'saddr' ? '-s' : '-d'
      return `${not(match.negate)}${side} ${address(match.cidr)}`
    }
    case 'protocol':
      return `-m ${match.protocol} -p ${match.protocol}`
    case 'dport':
      return `--dport ${match.port}`
    case 'interface':
      return `${not(match.negate)}-i ${interfaceName(match.name)}${match.prefix ? '+' : ''}`
    case 'local':
      return `-m addrtype --${match.side === 'saddr' ? 'src' : 'dst'}-type LOCAL`
    case 'flow-state':
      return `-m conntrack ${not(match.negate)}--ctstate ${match.states.join(',')}`
    case 'mark':
      return `-m mark ${not(match.negate)}--mark ${markText(match.mark)}/${markText(match.mark)}`
    case 'random':
      return `-m statistic --mode random --probability ${decimals(match.weight / match.total)}`
    case 'on-list':
      return `-m recent --name ${chainName(match.list)} --rcheck --seconds ${match.seconds} --reap`
    case 'put-on-list':
      return `-m recent --name ${chainName(match.list)} --set`
    default:
      return assertNever(match, 'match')
  }
}

function targetText(family: Family, target: IptablesTarget): string {
  switch (target.kind) {
    case 'accept':
      return 'ACCEPT'
    case 'drop':
      return 'DROP'
    case 'return':
      return 'RETURN'
    case 'reject':
      return 'REJECT'
    case 'masquerade':
      return 'MASQUERADE --random-fully'
    case 'mark-or':
      return `MARK --or-mark ${markText(target.mark)}`
    case 'mark-xor':
      return `MARK --xor-mark ${markText(target.mark)}`
    case 'dnat': {
      const { ip, port } = target.to
      return `DNAT --to-destination ${FAMILY[TABLE_FAMILY[family]].socket(address(ip), port)}`
    }
    case 'jump':
      return chainName(target.chain)
    default:
      return assertNever(target, 'target')
  }
}

const not = (negate: boolean): string => (negate ? '! ' : '')

/** kube-proxy writes the bare name of a service port without quotes. */
const quoted = (text: string): string => (text.includes(' ') ? `"${text}"` : text)

/** kube-proxy's own spelling of marks: eight hexadecimal digits. */
const markText = (mark: number): string => `0x${mark.toString(16).padStart(8, '0')}`

const PLACES = 10

/**
 * A probability as Go's `%0.10f` prints it: ten decimals, an exact half to the even digit, where
 * JavaScript's toFixed rounds up. With ten decimals only odd multiples of 1/2048 are such halves.
 */
function decimals(probability: number): string {
  const up = probability.toFixed(PLACES)
  const isHalf = (probability * 2048) % 2 === 1
  const isOdd = Number(up.slice(-1)) % 2 === 1
  // The last digit is odd, so that taking one off carries nothing.
  return isHalf && isOdd ? `${up.slice(0, -1)}${Number(up.slice(-1)) - 1}` : up
}
