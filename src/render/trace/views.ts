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
