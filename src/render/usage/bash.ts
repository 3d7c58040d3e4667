import { type BashView, FRAMES } from '../../text/frames.js'
import { groupBy } from '../../util/collections.js'
import type { CommandLine, CommandUsage, Values } from './command-line.js'
import { shWord } from './shell-words.js'

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
