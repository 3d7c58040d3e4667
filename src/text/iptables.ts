import type { Family } from '../address/address.js'
import { FAMILY, IPTABLES, TABLE_FAMILY } from '../rules/build.js'
import type {
  IptablesMatch,
  IptablesRule,
  IptablesRules,
  IptablesTable,
  IptablesTarget,
  PreviousChain,
} from '../rules/iptables.js'
import { assertNever } from '../util/errors.js'
import { FRAMES, type JumpsView, type RestoreView } from './frames.js'
import { address, chainName, interfaceName, iptablesComment, label } from './safe.js'

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

type TableView = RestoreView['tables'][number]

/** Our own chains alone, for `iptables-restore --noflush`: loading the file again changes nothing. */
export const renderBody = ({ family, tables }: IptablesRules): string =>
  FRAMES.restore({
    tables: tables.map((table): TableView => {
      const { name, chains, removed, emptied, rules, lastRules } = table
      const deletions = removed.map(chain => `-X ${chainName(chain)}`)
      const names = [...chains, ...emptied].map(chain => chain.name)
      return {
        name,
        notes: emptied.map(emptiedText),
        chains: [...names, ...removed].map(declaration),
        rules: [...appended(family, rules), ...deletions, ...appended(family, lastRules)],
      }
    }),
  })

const PLAIN = /^[A-Za-z0-9._:/-]{1,255}$/

/** What a later compile has to know of a chain that is there only for others: it reads this line. */
export function emptiedText({ name, referrers }: PreviousChain): string {
  const by = new Set(
    referrers.map(chain => (PLAIN.test(chain) ? label(chain) : 'CHAIN-OF-A-STRANGE-NAME')),
  )
  const verb = by.size === 1 ? 'refers' : 'refer'
  return `${chainName(name)} is emptied, not removed: ${[...by].join(', ')} ${verb} to it`
}

/** Whole tables, jumps included, for `iptables-restore` without --noflush. */
export const renderFull = ({ family, tables }: IptablesRules): string =>
  FRAMES.restore({
    tables: tables.map((table): TableView => {
      const { name, builtins, rules, lastRules } = table
      const jumps = builtins.flatMap(builtin => builtin.jumps)
      return {
        name,
        notes: [],
        chains: [
          ...builtins.map(builtin => ({ name: chainName(builtin.name), policy: 'ACCEPT' })),
          ...chainsOf(table).map(declaration),
        ],
        rules: appended(family, [...jumps, ...rules, ...lastRules]),
      }
    }),
  })

/** A POSIX script that puts the jumps into the built-in chains. */
export function renderJumps(
  { family, tables }: IptablesRules,
  { node }: { readonly node: string },
): string {
  const { command } = IPTABLES[family]
  return FRAMES.jumps({
    node: label(node),
    command,
    legacy: `${command}-legacy`,
    chains: tables.flatMap(table =>
      targetsOf(table).map(name => ({ table: table.name, name: chainName(name) })),
    ),
    builtins: tables.flatMap(table => hooksOf(family, table)),
  })
}

const declaration = (name: string): TableView['chains'][number] => ({
  name: chainName(name),
  policy: '-',
})

/** So many lines make a text at once: hundreds of thousands of small ones are a burden to the memory. */
const CHUNK = 1000

/** The lines of rules, many in a text. */
function appended(family: Family, rules: readonly IptablesRule[]): string[] {
  const texts: string[] = []
  for (let start = 0; start < rules.length; start += CHUNK) {
    const lines = rules
      .slice(start, start + CHUNK)
      .map(rule => `-A ${iptablesRuleText(family, rule)}`)
    texts.push(lines.join('\n'))
  }
  return texts
}

/** The chains of a table, with those that have no rules, but jumps to them. */
const chainsOf = (table: IptablesTable): readonly string[] => [
  ...new Set([...table.chains.map(({ name }) => name), ...targetsOf(table)]),
]

const targetsOf = ({ builtins }: IptablesTable): readonly string[] => [
  ...new Set(
    builtins
      .flatMap(({ jumps }) => jumps)
      .flatMap(({ target }) => (target?.kind === 'jump' ? target.chain : [])),
  ),
]

const hooksOf = (family: Family, { name: table, builtins }: IptablesTable): JumpsView['builtins'] =>
  builtins
    .filter(({ jumps }) => jumps.length > 0)
    .map(({ name, jumps }) => {
      const rules = jumps.map(rule => iptablesRuleText(family, rule))
      return { table, name: chainName(name), rules, lastFirst: [...rules].reverse() }
    })
