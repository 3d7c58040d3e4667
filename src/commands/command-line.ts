import type { Command, Argument as CommandArgument, Option } from 'commander'
import { CATALOG, type DiagnosticCode, isOptional } from '../diagnostics/catalog/index.js'
import { CHANGE_KINDS } from '../diff/traffic/report.js'
import { OPTIONS } from '../options/table.js'
import type {
  CommandLine,
  CommandUsage,
  Flag,
  Values,
  Word,
  WordList,
} from '../render/usage/command-line.js'

/** What the commands of a program and their flags are, as plain data. */
export function commandLineOf(program: Command): CommandLine {
  const commands = program.createHelp().visibleCommands(program)
  const words = commands.map(one => ({ word: one.name(), help: one.description() }))
  const command = listOf('command', words)
  const values = { ...VALUES, command }
  const args = [{ name: 'command', isVariadic: false, values: command, details: '' }]
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
      details: help.argumentDescription(argument),
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
