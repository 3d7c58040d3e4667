import type { Command, Argument as CommandArgument, Option } from 'commander'
import { CATALOG, type DiagnosticCode, isOptional } from '../../diagnostics/catalog/index.js'
import { CHANGE_KINDS } from '../../diff/traffic/report.js'
import { OPTIONS } from '../../options/table.js'

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

/** What the commands of a program and their flags are, as plain data. */
export function commandLineOf(program: Command): CommandLine {
  const commands = program.createHelp().visibleCommands(program)
  const words = commands.map(one => ({ word: one.name(), help: one.description() }))
  const command = listOf('command', words)
  const values = { ...VALUES, command }
  const args = [{ name: 'command', isVariadic: false, values: command }]
  return {
    program: { ...usageOf(program, values), name: '', args },
    commands: commands.map(one => usageOf(one, values)),
  }
}

/** Values by the names that stand for them in the declarations of flags and arguments. */
type NamedValues = Readonly<Record<string, Values>>

const listOf = (name: string, words: readonly Word[], commas = false): Values => ({
  kind: 'list',
  list: { name, words, commas } satisfies WordList,
})

const CODES: readonly Word[] = Object.entries(CATALOG).map(([word, { title }]) => ({
  word,
  help: title,
}))
const KINDS: readonly Word[] = Object.entries(CHANGE_KINDS).map(([word, help]) => ({ word, help }))

const VALUES: NamedValues = {
  file: { kind: 'file' },
  path: { kind: 'file' },
  dir: { kind: 'folder' },
  id: listOf('id', CODES),
  ids: listOf(
    'ids',
    CODES.filter(({ word }) => isOptional(word as DiagnosticCode)),
    true,
  ),
  kinds: listOf('kinds', KINDS, true),
}

function usageOf(command: Command, values: NamedValues): CommandUsage {
  const help = command.createHelp()
  return {
    name: command.name(),
    usage: command.usage(),
    description: command.description(),
    flags: help.visibleOptions(command).map(option => ({
      ...flagOf(option, values),
      details: help.optionDescription(option),
    })),
    args: command.registeredArguments.map(argument => ({
      name: argument.name(),
      isVariadic: argument.variadic,
      values: valuesOf(argument, argument.name(), values),
    })),
    notes: notesOf(command),
  }
}

function flagOf(option: Option, values: NamedValues): Omit<Flag, 'details'> {
  // Only the declaration, `-f, --filename <path>`, knows what stands for the value.
  const [, name] = /<(.+?)(?:\.{3})?>/.exec(option.flags) ?? []
  const [, optionalValue] = /\[(.+)\]/.exec(option.flags) ?? []
  return {
    names: [option.short, option.long].filter(one => one !== undefined),
    ...(name === undefined ? {} : { value: { name, values: valuesOf(option, name, values) } }),
    ...(optionalValue === undefined ? {} : { optionalValue }),
    // What gathers its values has a parser; choices bring one of their own.
    isRepeatable:
      option.variadic || (option.required && option.parseArg !== undefined && !option.argChoices),
    help: option.description,
    isOption: option.long !== undefined && Object.hasOwn(OPTIONS, option.long.slice(2)),
  }
}

function valuesOf(
  { argChoices }: Option | CommandArgument,
  name: string,
  values: NamedValues,
): Values {
  if (argChoices) return { kind: 'choices', choices: argChoices }
  return (Object.hasOwn(values, name) && values[name]) || { kind: 'any' }
}

/** The text after the help proper, which commander hands out only with all of the help. */
function notesOf(command: Command): string {
  const printed: string[] = []
  const before = command.configureOutput()
  command.configureOutput({ writeOut: text => printed.push(text) })
  command.outputHelp()
  command.configureOutput(before)
  return printed.slice(1).join('')
}
