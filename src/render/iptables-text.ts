import type { Family } from '../address/address.js'
import { IPTABLES } from '../rules/build.js'
import type { IptablesRule, IptablesRules, IptablesTable } from '../rules/iptables.js'
import { FRAMES, type JumpsView, type RestoreView } from './frames.js'
import { iptablesRuleText } from './iptables-rule.js'
import { chainName, label } from './safe.js'

type TableView = RestoreView['tables'][number]

/** Our own chains alone, for `iptables-restore --noflush`: loading the file again changes nothing. */
export const renderBody = ({ family, tables }: IptablesRules): string =>
  FRAMES.restore({
    tables: tables.map((table): TableView => {
      const { name, chains, removed, rules, lastRules } = table
      const deletions = removed.map(chain => `-X ${chainName(chain)}`)
      return {
        name,
        chains: [...chains.map(chain => chain.name), ...removed].map(declaration),
        rules: [...appended(family, rules), ...deletions, ...appended(family, lastRules)],
      }
    }),
  })

/** Whole tables, jumps included, for `iptables-restore` without --noflush. */
export const renderFull = ({ family, tables }: IptablesRules): string =>
  FRAMES.restore({
    tables: tables.map((table): TableView => {
      const { name, builtins, rules, lastRules } = table
      const jumps = builtins.flatMap(builtin => builtin.jumps)
      return {
        name,
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
