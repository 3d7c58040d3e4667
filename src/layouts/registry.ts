import type { Family } from '../address/address.js'
import type { FormName, LayoutName, ProxyMode } from '../options/modes.js'
import type { Plan } from '../plan/plan.js'
import { IPTABLES as FAMILY } from '../rules/build.js'
import { checkTable } from '../rules/check.js'
import { checkIptables, type IptablesRules } from '../rules/iptables.js'
import type { Table } from '../rules/table.js'
import { renderBody, renderFull, renderJumps } from '../text/iptables.js'
import { type NftTextSettings, renderNftTable } from '../text/nft-table.js'
import { lowerIptables } from './iptables/index.js'
import type { IptablesSettings } from './iptables/words.js'
import type { LowerSettings } from './kube-proxy/context.js'
import { lowerKubeProxy } from './kube-proxy/index.js'
import { lowerMaps } from './maps/index.js'

/** A way to put a plan into tables of nftables, and those into text. */
export interface Layout {
  readonly lower: (plan: Plan, settings: LowerSettings) => Table
  readonly render: (table: Table, settings: NftTextSettings) => string
}

/** Every layout of nftables mode. */
export const LAYOUTS = {
  'kube-proxy': { lower: lowerKubeProxy, render: renderNftTable },
  maps: { lower: lowerMaps, render: renderNftTable },
} as const satisfies Record<LayoutName, Layout>

/** A form of the rules of iptables mode, with the ending of the names of such files. */
export interface Form {
  readonly render: (rules: IptablesRules, settings: NftTextSettings) => string
  readonly suffix: (command: string) => string
}

/** Every form of the rules of iptables mode. */
export const FORMS = {
  body: { render: renderBody, suffix: command => `.${command}` },
  jumps: { render: renderJumps, suffix: command => `.${command}.sh` },
  full: { render: renderFull, suffix: command => `.${command}` },
} as const satisfies Record<FormName, Form>

/** The typed rules of one node, one table or rule set for each family asked for. */
export type TypedRules =
  | { readonly kind: 'nftables'; readonly tables: readonly Table[] }
  | { readonly kind: 'iptables'; readonly rules: readonly IptablesRules[] }

/** What the rules of a node depend on beside its plans. */
export interface RulesSettings extends LowerSettings, IptablesSettings {
  readonly proxyMode: ProxyMode
  readonly layout: LayoutName
  readonly form: FormName
  readonly families: readonly Family[]
}

/**
 * The rules of the plans of a node, one for each family.
 *
 * @throws Error where they are not what the kernel takes: a bug of the lowering
 */
export function lowerPlans(plans: readonly Plan[], settings: RulesSettings): TypedRules {
  if (settings.proxyMode === 'nftables') {
    const tables = plans.map(plan => LAYOUTS[settings.layout].lower(plan, settings))
    tables.forEach(checkTable)
    return { kind: 'nftables', tables }
  }
  const rules = plans.map(plan => lowerIptables(plan, settings))
  rules.forEach(checkIptables)
  return { kind: 'iptables', rules }
}

/** The rules of a node as one file. */
export function renderRules(typed: TypedRules, settings: RulesSettings, node: string): string {
  const { comments, layout } = settings
  if (typed.kind === 'nftables') {
    const { render } = LAYOUTS[layout]
    return typed.tables.map(table => render(table, { node, comments })).join('\n')
  }
  const form: Form = FORMS[settings.form]
  return typed.rules.map(rules => form.render(rules, { node, comments })).join('\n')
}

/** The ending of the names of files that hold the rules. */
export function ruleFileSuffix({ proxyMode, form, families }: RulesSettings): string {
  const [family = 'IPv4'] = families
  return proxyMode === 'nftables' ? '.nft' : FORMS[form].suffix(FAMILY[family].command)
}
