// The command line as plain data: what completion scripts and the man page are made of.

/** A word that may be typed, and what it means. */
export interface Word {
  readonly word: string
  readonly help: string
}

/** Words with a meaning, for values of one kind. */
export interface WordList {
  /** Goes into names of shell functions. */
  readonly name: string
  readonly words: readonly Word[]
  /** Whether a value may be several of them, with commas. */
  readonly commas: boolean
}

/** What may be typed as a value; `any` cannot be known. */
export type Values =
  | { readonly kind: 'any' | 'file' | 'folder' }
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'list'; readonly list: WordList }

/** A flag of a command. */
export interface Flag {
  /** Such as `-f` and `--filename`, in this order; one of them may lack. */
  readonly names: readonly string[]
  /** Absent for switches. */
  readonly value?: { readonly name: string; readonly values: Values }
  /** What may follow a switch after `=`. */
  readonly optionalValue?: string
  readonly isRepeatable: boolean
  readonly help: string
  /** The help with choices and default. */
  readonly details: string
  /** Whether it is one of the options of a compile, which several commands take. */
  readonly isOption: boolean
}

/** An argument without a flag. */
export interface Argument {
  readonly name: string
  readonly isVariadic: boolean
  readonly values: Values
  /** The help with choices. */
  readonly details: string
}

/** One command, or the program itself, whose name is empty. */
export interface CommandUsage {
  readonly name: string
  /** What follows the name: `[options] <dir...>`. */
  readonly usage: string
  readonly description: string
  readonly flags: readonly Flag[]
  readonly args: readonly Argument[]
  /** What stands below the flags in its help. */
  readonly notes: string
}

/** The program and its commands. */
export interface CommandLine {
  readonly program: CommandUsage
  readonly commands: readonly CommandUsage[]
}

/** Every list of words that a value is taken from, once. */
export function listsOf({ program, commands }: CommandLine): readonly WordList[] {
  const values = [program, ...commands].flatMap(({ flags, args }) => [
    ...flags.flatMap(({ value }) => (value ? [value.values] : [])),
    ...args.map(arg => arg.values),
  ])
  const lists = values.flatMap(value => (value.kind === 'list' ? [value.list] : []))
  return [...new Map(lists.map(list => [list.name, list])).values()]
}
