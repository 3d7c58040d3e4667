import type { Family } from '../address/address.js'
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

/** A way to put a plan into rules, and those rules into text. */
export interface Layout<Rules = Table, Settings = LowerSettings> {
  readonly summary: string
  readonly lower: (plan: Plan, settings: Settings) => Rules
  readonly render: (rules: Rules, settings: NftTextSettings) => string
}

/** Every layout of nftables mode by the name that --layout takes. */
export const LAYOUTS = {
  'kube-proxy': {
    summary: "kube-proxy's own (1.36 and later)",
    lower: lowerKubeProxy,
    render: renderNftTable,
  },
  maps: {
    summary: 'shared chains and a few named maps, which load in time proportional to the Services',
    lower: lowerMaps,
    render: renderNftTable,
  },
} as const satisfies Record<string, Layout>

export type LayoutName = keyof typeof LAYOUTS

/** A form of the rules of iptables mode, with the ending of the names of such files. */
export interface Form extends Layout<IptablesRules, IptablesSettings> {
  readonly suffix: (command: string) => string
}

/** Every form of the rules of iptables mode by the name that --form takes. */
export const FORMS = {
  body: {
    summary: "kube-proxy's chains alone, for iptables-restore --noflush",
    lower: lowerIptables,
    render: renderBody,
    suffix: command => `.${command}`,
  },
  jumps: {
    summary: 'a shell script that puts the jumps to them into the built-in chains',
    lower: lowerIptables,
    render: renderJumps,
    suffix: command => `.${command}.sh`,
  },
  full: {
    summary:
      'chains and jumps in one file for iptables-restore without --noflush, which ERASES all other rules of filter and nat',
    lower: lowerIptables,
    render: renderFull,
    suffix: command => `.${command}`,
  },
} as const satisfies Record<string, Form>

export type FormName = keyof typeof FORMS

/** The typed rules of one node, of one of the modes. */
export interface TypedRules {
  /** Empty in iptables mode. */
  readonly tables: readonly Table[]
  /** Empty in nftables mode. */
  readonly iptables: readonly IptablesRules[]
}

/** What the rules of a node depend on beside its plans. */
export interface RulesSettings extends LowerSettings, IptablesSettings {
  readonly layout: LayoutName
  readonly form: FormName
  readonly families: readonly Family[]
}

/** What differs between the modes of kube-proxy, from plans on. */
export interface Mode {
  /**
   * The rules of the plans of a node, one for each family.
   *
   * @throws Error where they are not what the kernel takes: a bug of the lowering
   */
  readonly lower: (plans: readonly Plan[], settings: RulesSettings) => TypedRules
  readonly render: (rules: TypedRules, settings: RulesSettings, node: string) => string
  /** The ending of the names of files that hold such rules. */
  readonly suffix: (settings: RulesSettings) => string
}

/** Every mode of kube-proxy that is compiled, by the name that --proxy-mode takes. */
export const PROXY_MODES = {
  nftables: {
    lower: (plans, settings) => {
      const tables = plans.map(plan => LAYOUTS[settings.layout].lower(plan, settings))
      tables.forEach(checkTable)
      return { tables, iptables: [] }
    },
    render: ({ tables }, { layout, comments }, node) =>
      tables.map(table => LAYOUTS[layout].render(table, { node, comments })).join('\n'),
    suffix: () => '.nft',
  },
  iptables: {
    lower: (plans, settings) => {
      const iptables = plans.map(plan => FORMS[settings.form].lower(plan, settings))
      iptables.forEach(checkIptables)
      return { tables: [], iptables }
    },
    render: ({ iptables }, { form, comments }, node) => {
      const { render }: Form = FORMS[form]
      return iptables.map(rules => render(rules, { node, comments })).join('\n')
    },
    suffix: ({ form, families: [family = 'IPv4'] }) => FORMS[form].suffix(FAMILY[family].command),
  },
} as const satisfies Record<string, Mode>

export type ProxyMode = keyof typeof PROXY_MODES

/** All layouts, or all forms, in a phrase each, for the help. */
export const summariesOf = (all: Readonly<Record<string, { readonly summary: string }>>): string =>
  Object.entries(all)
    .map(([name, { summary }]) => `${name}, ${summary}`)
    .join('; ')
