import { type BashView, FRAMES } from '../../text/frames.js'
import { groupBy } from '../../util/collections.js'
import {
  type CommandLine,
  type CommandUsage,
  type Flag,
  listsOf,
  type Values,
} from './command-line.js'

/** The completion script for bash. */
export const bashCompletion = ({ program, commands }: CommandLine): string =>
  FRAMES.bash({
    values: [program, ...commands].flatMap(valuesOf),
    commands: [program, ...commands].map(command => ({
      name: command.name,
      flags: wordsOf(command.flags.flatMap(({ names }) => names)),
      action: argumentAction(command),
    })),
  })

const wordsOf = (words: readonly string[]): string => words.map(shWord).join(' ')

/** The flags of a command that take a value, those with the same values together. */
function valuesOf({ name, flags }: CommandUsage): BashView['values'] {
  const taking = flags.flatMap(({ names, value }) =>
    value ? names.map(flag => ({ flag, action: bashAction(value.values) })) : [],
  )
  return [...groupBy(taking, ({ action }) => action)].map(([action, group]) => ({
    pattern: group.map(({ flag }) => shWord(`${name}:${flag}`)).join(' | '),
    action,
  }))
}

// Where nothing is known of an argument, or there is none, the flags are what may come.
function argumentAction({ args: [argument], flags }: CommandUsage): string {
  if (argument && argument.values.kind !== 'any') return bashAction(argument.values)
  return `_kubenat_words ${wordsOf(flags.flatMap(({ names }) => names))}`
}

function bashAction(values: Values): string {
  switch (values.kind) {
    case 'any':
      return ':'
    case 'file':
      return '_kubenat_files default'
    case 'folder':
      return '_kubenat_files dirnames'
    case 'choices':
      return `_kubenat_words ${wordsOf(values.choices)}`
    case 'list': {
      const words = wordsOf(values.list.words.map(({ word }) => word))
      return `${values.list.commas ? '_kubenat_list' : '_kubenat_words'} ${words}`
    }
  }
}

/** The completion script for zsh: to be sourced, or a file `_kubenat` in a folder of `$fpath`. */
export const zshCompletion = (line: CommandLine): string =>
  FRAMES.zsh({
    lists: listsOf(line).map(({ name, words, commas }) => ({
      name,
      commas,
      items: words.map(({ word, help }) => shWord(`${zshSpecText(word)}[${zshSpecText(help)}]`)),
    })),
    specs: line.program.flags.flatMap(flagSpecs),
    commands: line.commands.map(command => ({ name: command.name, specs: specsOf(command) })),
  })

const specsOf = ({ flags, args }: CommandUsage): readonly string[] => [
  ...flags.flatMap(flagSpecs),
  ...args.map(({ name, isVariadic, values }, i) =>
    shWord(`${isVariadic ? '*' : i + 1}:${zshSpecText(name)}:${zshAction(values)}`),
  ),
]

/** A specification for each name of the flag, which rule out each other and themselves. */
const flagSpecs = ({ names, value, isRepeatable, help }: Flag): readonly string[] =>
  names.map(name => {
    const before = isRepeatable ? '*' : `(${names.join(' ')})`
    const joined = name.startsWith('--') ? '=' : '+'
    const after = value ? `:${zshSpecText(value.name)}:${zshAction(value.values)}` : ''
    return shWord(`${before}${name}${value ? joined : ''}[${zshSpecText(help)}]${after}`)
  })

function zshAction(values: Values): string {
  switch (values.kind) {
    case 'any':
      // A space: the name of the value is shown, and nothing is offered.
      return ' '
    case 'file':
      return '_files'
    case 'folder':
      return '_files -/'
    case 'choices':
      return `(${values.choices.map(zshSpecText).join(' ')})`
    case 'list':
      return `_kubenat_${values.list.name}`
  }
}

/** The completion script for fish. */
export const fishCompletion = (line: CommandLine): string =>
  FRAMES.fish({
    lists: listsOf(line).map(({ name, words }) => ({
      name,
      items: words.map(({ word, help }) => ({ word: fishWord(word), help: fishWord(help) })),
    })),
    rules: [line.program, ...line.commands].flatMap(rulesOf),
  })

function rulesOf({ name, flags, args }: CommandUsage): readonly string[] {
  const condition = `-n ${fishWord(`__kubenat_is ${fishWord(name)}`)}`
  return [
    ...flags.map(flag => `${condition} ${flagRule(flag)}`),
    ...args
      .filter(({ values }) => values.kind !== 'any')
      .map(({ values }) => `${condition} ${sourceOf(values)}`),
  ]
}

const flagRule = ({ names, value, help }: Flag): string =>
  [
    ...names.map(name =>
      name.startsWith('--') ? `-l ${fishWord(name.slice(2))}` : `-s ${fishWord(name.slice(1))}`,
    ),
    // -r: a value must follow.
    ...(value ? ['-r', sourceOf(value.values)] : []),
    `-d ${fishWord(help)}`,
  ].join(' ')

function sourceOf(values: Values): string {
  switch (values.kind) {
    case 'any':
      return '-f'
    case 'file':
      return '-F'
    case 'folder':
      return "-f -a '(__fish_complete_directories)'"
    case 'choices':
      return `-f -a ${fishWord(values.choices.join(' '))}`
    case 'list': {
      const list = `__kubenat_${values.list.name}`
      return `-f -a '(${values.list.commas ? `__kubenat_list ${list}` : list})'`
    }
  }
}

// A word for each shell, so that it reads the very text and nothing in it does anything.

/** A word of bash, zsh and POSIX shells. */
export const shWord = (text: string): string =>
  /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** A word of fish, which knows two escapes between single quotes. */
export const fishWord = (text: string): string =>
  /^[\w@+:,./-]+$/.test(text) ? text : `'${text.replace(/[\\']/g, '\\$&')}'`

/** Text inside a specification of zsh's `_arguments` and `_values`, still to be quoted as a word. */
export const zshSpecText = (text: string): string => text.replace(/[\\:[\]]/g, '\\$&')
