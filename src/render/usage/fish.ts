import { FRAMES } from '../../text/frames.js'
import {
  type CommandLine,
  type CommandUsage,
  type Flag,
  listsOf,
  type Values,
} from './command-line.js'
import { fishWord } from './shell-words.js'

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
