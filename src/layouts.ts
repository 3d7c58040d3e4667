import type { Table } from './ir/table.js'
import type { LowerSettings } from './lower/kube-proxy/context.js'
import { lowerKubeProxy } from './lower/kube-proxy/index.js'
import { lowerMaps } from './lower/maps/index.js'
import type { Plan } from './plan/plan.js'
import { type NftTextSettings, renderNftTable } from './render/nft-text.js'

/** A way to put a plan into rules, and those rules into text. */
export interface Layout {
  readonly summary: string
  readonly lower: (plan: Plan, settings: LowerSettings) => Table
  readonly render: (table: Table, settings: NftTextSettings) => string
}

/** Every layout by the name that --layout takes. */
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

/** All layouts in a phrase each, for the help. */
export const LAYOUT_SUMMARIES = Object.entries(LAYOUTS)
  .map(([name, { summary }]) => `${name}, ${summary}`)
  .join('; ')
