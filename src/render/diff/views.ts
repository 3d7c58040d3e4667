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
