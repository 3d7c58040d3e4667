import type Handlebars from 'handlebars'
import * as runtime from 'handlebars/runtime.js'
import { TEMPLATES } from '../generated/templates.gen.js'
import { visible } from '../util/text.js'

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
    /** Lines of comment. */
    readonly notes: readonly string[]
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
function frame<View>(name: keyof typeof TEMPLATES): (view: View) => string {
  let template: Handlebars.TemplateDelegate | undefined
  return view => {
    template ??= handlebars.template(TEMPLATES[name])
    return template(view)
  }
}

/** A template that is a part of another's text: without the final line end. */
const part = <View>(name: keyof typeof TEMPLATES): ((view: View) => string) => {
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
  manCommand: frame<ManCommandView>('man/command.1'),
  restore: frame<RestoreView>('iptables/restore'),
  jumps: frame<JumpsView>('iptables/jumps'),
}

/** One way through the rules, a line for each. */
export interface RulePathView {
  readonly heading: string
  readonly steps: readonly string[]
}

/** A failed check; every string is one line. */
export interface FailureView {
  readonly mark: string
  readonly title: string
  readonly flow?: string
  readonly object?: string
  readonly packet: string
  readonly expected: string
  readonly because: string
  /** What the objects promise, where a flow says otherwise. */
  readonly promised?: string
  readonly problem: string
  readonly observed: readonly string[]
  readonly shares: readonly string[]
  readonly paths: readonly RulePathView[]
  /** What there is to say of rules that are not shown. */
  readonly remark?: string
}

export interface TextReportView {
  /** Texts of failures. */
  readonly failures: readonly string[]
  readonly notes: readonly string[]
  readonly summary: string
}

export interface JunitCaseView {
  readonly suite: XmlText
  readonly name: XmlText
  readonly failure?: { readonly message: XmlText; readonly text: XmlText }
  /** Why it was skipped. */
  readonly skip?: XmlText
}

export interface JunitSuiteView {
  readonly name: XmlText
  readonly tests: number
  readonly failures: number
  readonly skipped: number
  readonly cases: readonly JunitCaseView[]
}

export interface JunitReportView {
  readonly tests: number
  readonly failures: number
  readonly seconds: string
  readonly suites: readonly JunitSuiteView[]
}

export interface TapTestView {
  /** `ok` or `not ok`. */
  readonly result: string
  readonly number: number
  /** With what TAP takes for signs escaped. */
  readonly description: string
  readonly skip?: string
  /** Lines of a YAML block. */
  readonly diagnosis: readonly string[]
}

export interface TapReportView {
  readonly count: number
  readonly tests: readonly TapTestView[]
  readonly notes: readonly string[]
}

/** One kind of change of a migration; every string is one line. */
export interface FindingView {
  readonly heading: string
  readonly details: readonly string[]
  readonly reason: string
  readonly remedy: string
  readonly touches: readonly string[]
}

export interface MigrateReportView {
  readonly findings: readonly FindingView[]
  readonly notes: readonly string[]
  readonly summary: string
}

/** One typed door to each template of a report. */
export const REPORT_FRAMES = {
  failure: part<FailureView>('report/failure'),
  text: frame<TextReportView>('report/text'),
  junit: frame<JunitReportView>('report/junit'),
  tap: frame<TapReportView>('report/tap'),
  migrate: frame<MigrateReportView>('report/migrate'),
}

/** Text that may stand in XML, between tags and in attributes. Made by `xmlText` only. */
export type XmlText = string & { readonly brand: 'XmlText' }

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // An attribute would turn it into a blank.
  '\t': '&#9;',
}

/**
 * Foreign text for XML 1.0, of one or more lines. What XML forbids even as a reference (most control
 * characters, lone surrogates, U+FFFE and U+FFFF) is spelt `\u001b`, as is what cannot be seen.
 */
export const xmlText = (text: string): XmlText =>
  text
    .split('\n')
    .map(visible)
    .join('\n')
    .replace(/[\ufffe\uffff]/g, spelt => `\\u${spelt.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"'\t]/g, character => ENTITIES[character] ?? '') as XmlText

/** The same as the value of an attribute, where a reader would turn line ends into blanks. */
export const xmlAttribute = (text: string): XmlText =>
  xmlText(text).replaceAll('\n', '&#10;') as XmlText

/** What the templates of `kubenat check` ask for: safe strings only. */
export interface CheckTextView {
  /** One finding each, without a final line end. */
  readonly findings: readonly string[]
  readonly summary: string
}

export interface CheckGithubView {
  readonly findings: readonly {
    readonly level: string
    readonly properties: string
    readonly message: string
  }[]
  readonly summary: string
}

export interface FindingCaseView {
  readonly name: string
  readonly classname: string
  /** Id of the finding. */
  readonly type?: string
  /** What failed, in a line, and the whole of it. */
  readonly failure?: string
  readonly text?: string
  /** Why the finding does not count. */
  readonly skipped?: string
  /** A finding that does not fail the check. */
  readonly output?: string
}

export interface CheckJunitView {
  readonly tests: number
  readonly failures: number
  readonly suites: readonly {
    readonly name: string
    readonly tests: number
    readonly failures: number
    readonly skipped: number
    readonly cases: readonly FindingCaseView[]
  }[]
}

/** View of a difference in traffic for a terminal; colours are already in it. */
export interface DiffTextView {
  /** Empty where nothing differs, as with kubectl diff. */
  readonly groups: readonly {
    readonly title: string
    readonly entries: readonly {
      readonly targets: string
      readonly changes: readonly DiffTextChange[]
    }[]
  }[]
  readonly nodes: readonly string[]
  readonly summary?: string
}

export interface DiffTextChange {
  readonly kind: string
  readonly text: string
}

/** View of a difference in traffic as Markdown; all cells are escaped. */
export interface DiffMarkdownView {
  readonly summary: string
  readonly hasRows: boolean
  readonly hasNodes: boolean
  readonly rows: readonly {
    readonly service: string
    readonly targets: string
    readonly kind: string
    readonly clients: string
    readonly from: string
    readonly to: string
    readonly nodes?: string
  }[]
  readonly nodes: readonly string[]
}

/** View of a difference in traffic as workflow commands of GitHub Actions; all parts are escaped. */
export interface DiffGithubView {
  readonly commands: readonly {
    readonly level: 'warning' | 'notice'
    readonly properties: string
    readonly message: string
  }[]
}

/** What the templates of `kubenat trace` ask for: text that is fit for its format. */
export interface TraceTextView {
  readonly headline: string
  readonly facts: readonly { readonly label: string; readonly text: string }[]
  readonly hooks: readonly {
    readonly name: string
    readonly steps: readonly TraceStepView[]
    /** In place of steps, or of some of them. */
    readonly rest?: string
  }[]
  readonly sections: readonly { readonly name: string; readonly lines: readonly string[] }[]
}

export interface TraceStepView {
  readonly place: string
  /** The service port that the rule was made for, and its line. */
  readonly source?: string
  readonly nft: string
  readonly element?: string
  readonly words: string
}

/** A graph, its parts in the words of one language. */
export interface GraphView {
  readonly title: string
  readonly nodes: readonly { readonly id: string; readonly label: string; readonly kind: string }[]
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label?: string }[]
}

/** What a part of a dispatch graph stands for; each kind has a shape. */
export type GraphNodeKind = 'client' | 'frontend' | 'policy' | 'backend' | 'end'

export interface GraphNode {
  readonly id: string
  readonly kind: GraphNodeKind
  /** Foreign text among them. */
  readonly lines: readonly string[]
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly label?: string
}

/** How the traffic of a Service finds its backends: addresses, policies, endpoints with their shares. */
export interface DispatchGraph {
  readonly title: string
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

/** View of the completion for bash: patterns of `case` and commands of the shell, quoted. */
export interface BashView {
  /** By command and flag, what the value may be. */
  readonly values: readonly { readonly pattern: string; readonly action: string }[]
  readonly commands: readonly {
    readonly name: string
    readonly flags: string
    /** What may stand there without a flag. */
    readonly action: string
  }[]
}

/** View of the completion for zsh: specifications of `_arguments` and `_values`, quoted. */
export interface ZshView {
  readonly lists: readonly {
    readonly name: string
    readonly commas: boolean
    readonly items: readonly string[]
  }[]
  readonly specs: readonly string[]
  readonly commands: readonly { readonly name: string; readonly specs: readonly string[] }[]
}

/** View of the completion for fish. */
export interface FishView {
  readonly lists: readonly {
    readonly name: string
    readonly items: readonly { readonly word: string; readonly help: string }[]
  }[]
  /** Words after `complete -c kubenat`. */
  readonly rules: readonly string[]
}

/** A term of a man page and what it means, in roff. */
export interface TermView {
  readonly term: string
  readonly help: string
}

/** A block of the page of a command; one of its fields is there. */
export interface ManBlockView {
  readonly section?: string
  readonly paragraph?: string
  /** Whether something stands before it in its section. */
  readonly isApart?: boolean
  /** Lines that stay as they are. */
  readonly literal?: readonly string[]
  readonly items?: readonly string[]
  readonly terms?: readonly TermView[]
}

/** View of the man page of a command: texts in roff. */
export interface ManCommandView {
  readonly version: string
  readonly name: string
  /** The name in capitals. */
  readonly title: string
  readonly summary: string
  readonly usage: string
  readonly blocks: readonly ManBlockView[]
  /** Pages to read on. */
  readonly pages: readonly string[]
}

/** View of the man page of the program: texts in roff. */
export interface ManView {
  readonly version: string
  readonly summary: string
  readonly usages: readonly string[]
  readonly description: string
  readonly commands: readonly TermView[]
  /** Flags of the program itself. */
  readonly general: readonly TermView[]
  readonly examples: readonly string[]
  readonly pages: readonly string[]
}
