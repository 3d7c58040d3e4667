import type Handlebars from 'handlebars'
import * as runtime from 'handlebars/runtime.js'
import { TEMPLATES } from '../generated/templates.gen.js'
import type { CheckGithubView, CheckJunitView, CheckTextView } from './check/views.js'
import type { DiffGithubView, DiffMarkdownView, DiffTextView } from './diff/views.js'
import type { GraphView, TraceTextView } from './trace/views.js'
import type { BashView, FishView, ManView, ZshView } from './usage/views.js'

/** View of a set: safe strings only, like every view here. */
export interface SetView {
  readonly name: string
  readonly type: string
  readonly flags?: string
  readonly autoMerge?: boolean
  /** With its unit; makes the set dynamic. */
  readonly timeout?: string
  readonly comment?: string
  readonly elements: readonly string[]
}

export interface EndpointMapView {
  readonly name: string
  /** Expressions whose types the key and the value have. */
  readonly key: string
  readonly value: string
  readonly comment?: string
  readonly elements: readonly string[]
}

export interface MapView {
  readonly name: string
  readonly type: string
  readonly comment?: string
  readonly counters: boolean
  readonly elements: readonly string[]
}

export interface ChainView {
  readonly name: string
  /** The service port that the chain was made for, as a comment above it. */
  readonly source?: string
  readonly comment?: string
  readonly base?: {
    readonly type: string
    readonly hook: string
    readonly priority: string
    readonly policy?: string
  }
  readonly rules: readonly string[]
}

export interface TableView {
  readonly family: string
  readonly name: string
  readonly comment?: string
  readonly node: string
  /** Sets, maps and chains as text, without a final line end. */
  readonly objects: readonly string[]
}

/** One command of a transaction: `add rule ip kube-proxy services ...`. */
export interface CommandView {
  readonly verb: string
  /** `table`, `chain`, `rule`, `set`, `map`, `element`. */
  readonly object: string
  /** Absent for tables. */
  readonly name?: string
  /** What a new object is made with. */
  readonly properties?: readonly string[]
  readonly rule?: string
  /** One element, or several. */
  readonly element?: string
  readonly elements?: readonly string[]
}

export interface TransactionView {
  /** Family and name. */
  readonly table: string
  readonly commands: readonly CommandView[]
}

/** A file for iptables-restore. */
export interface RestoreView {
  readonly tables: readonly {
    readonly name: string
    /** With the policy, which is `-` for chains that have none. */
    readonly chains: readonly { readonly name: string; readonly policy: string }[]
    /** Lines `-A ...` and `-X ...`, many or one in a text. */
    readonly rules: readonly string[]
  }[]
}

/** A shell script that puts jumps into built-in chains. */
export interface JumpsView {
  readonly node: string
  readonly command: string
  /** An example of another command. */
  readonly legacy: string
  /** What is jumped to. */
  readonly chains: readonly { readonly table: string; readonly name: string }[]
  readonly builtins: readonly {
    readonly table: string
    readonly name: string
    /** The jumps in order, with the chain they stand in, and the other way round. */
    readonly rules: readonly string[]
    readonly lastFirst: readonly string[]
  }[]
}

// The runtime is CommonJS without types of its own.
const handlebars = (runtime as unknown as { default: typeof Handlebars }).default

/** The door to a template, which is made ready at its first use. */
export function frame<View>(name: keyof typeof TEMPLATES): (view: View) => string {
  let template: Handlebars.TemplateDelegate | undefined
  return view => {
    template ??= handlebars.template(TEMPLATES[name])
    return template(view)
  }
}

/** A template that is a part of another's text: without the final line end. */
export const part = <View>(name: keyof typeof TEMPLATES): ((view: View) => string) => {
  const whole = frame<View>(name)
  return view => whole(view).slice(0, -1)
}

/** One typed door to each template file. */
export const FRAMES = {
  table: frame<TableView>('nft/table'),
  set: part<SetView>('nft/set'),
  map: part<MapView>('nft/map'),
  endpointMap: part<EndpointMapView>('nft/endpoint-map'),
  chain: part<ChainView>('nft/chain'),
  transaction: frame<TransactionView>('nft/transaction'),
  checkText: frame<CheckTextView>('report/check-text'),
  checkGithub: frame<CheckGithubView>('report/check-github'),
  checkJunit: frame<CheckJunitView>('report/check-junit'),
  diffText: frame<DiffTextView>('report/diff-text'),
  diffMarkdown: frame<DiffMarkdownView>('report/diff-markdown'),
  diffGithub: frame<DiffGithubView>('report/diff-github'),
  traceText: frame<TraceTextView>('report/trace-text'),
  traceMermaid: frame<GraphView>('report/trace-mermaid'),
  traceDot: frame<GraphView>('report/trace-dot'),
  bash: frame<BashView>('completion/bash'),
  zsh: frame<ZshView>('completion/zsh'),
  fish: frame<FishView>('completion/fish'),
  man: frame<ManView>('man/kubenat.1'),
  restore: frame<RestoreView>('iptables/restore'),
  jumps: frame<JumpsView>('iptables/jumps'),
}
