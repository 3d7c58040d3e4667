import type { Family } from '../../../src/address/address.js'
import { lowerIptables } from '../../../src/layouts/iptables/index.js'
import { planNode } from '../../../src/plan/plan.js'
import {
  checkIptables,
  type IptablesRules,
  type PreviousChain,
} from '../../../src/rules/iptables.js'
import { iptablesRuleText } from '../../../src/text/iptables.js'
import {
  cluster,
  node,
  type PortFields,
  type SettingsFields,
  servicePort,
  settings,
} from '../../build.js'

interface Input {
  readonly settings?: SettingsFields
  readonly at?: ReturnType<typeof node>
  readonly family?: Family
  readonly comments?: boolean
  readonly previousChains?: readonly PreviousChain[]
}

/** Rules by chain. Hashes in names are left out, and so are comments, which goldens hold. */
export interface Words {
  readonly all: IptablesRules
  readonly filter: (chain: string) => readonly string[]
  readonly nat: (chain: string) => readonly string[]
  /** Chains of nat that depend on objects, in order. */
  readonly chains: readonly string[]
}

/** The rules for iptables of some service ports, with localhost node ports as by default. */
export function lower(ports: readonly PortFields[], input: Input = {}): Words {
  const { at = node(), family = 'IPv4', comments = false, previousChains = [] } = input
  const given = settings({
    nodePortAddresses: ['all'],
    localhostNodePorts: true,
    ...input.settings,
  })
  const plan = planNode(cluster(ports.map(servicePort)), at, family, given)
  const all = lowerIptables(plan, { comments, previousChains })
  checkIptables(all)
  const rulesOf = (table: 'filter' | 'nat') => (chain: string) =>
    all.tables
      .filter(({ name }) => name === table)
      .flatMap(({ rules, lastRules }) => [...rules, ...lastRules])
      .map(rule => plain(iptablesRuleText(family, rule)))
      .filter(text => text.startsWith(`${chain} `) || text === chain)
      .map(text => text.slice(chain.length + 1))
  const chains = all.tables.flatMap(table => table.chains.map(({ name }) => plain(name)))
  return {
    all,
    filter: rulesOf('filter'),
    nat: rulesOf('nat'),
    chains: chains.filter(name => /^KUBE-(SVC|SVL|EXT|FW|SEP)$/.test(name)),
  }
}

/** Without hashes and comments. */
const plain = (text: string): string =>
  text
    .replace(/(?<=KUBE-(?:SVC|SVL|EXT|FW|SEP))-[A-Z2-7]{16}/g, '')
    .replace(/-m comment --comment (?:"[^"]*"|\S+) ?/g, '')
    .trim()
