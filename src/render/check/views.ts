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
