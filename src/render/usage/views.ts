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
interface TermView {
  readonly term: string
  readonly help: string
}

/** Lines that are filled, or lines that stay as they are. */
export interface BlockView {
  readonly filled?: readonly string[]
  readonly literal?: readonly string[]
}

/** View of the man page: texts in roff. */
export interface ManView {
  readonly version: string
  readonly summary: string
  readonly usages: readonly string[]
  readonly description: string
  readonly notes: readonly BlockView[]
  /** Flags of the program itself. */
  readonly general: readonly TermView[]
  readonly commands: readonly {
    readonly name: string
    readonly description: string
    readonly terms: readonly TermView[]
    /** Whether it takes the options of a compile. */
    readonly takesOptions: boolean
    /** Options of a compile that it does not take; empty if none. */
    readonly lacking: string
    readonly notes: readonly BlockView[]
  }[]
  readonly options: readonly TermView[]
}
