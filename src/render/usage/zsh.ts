import { FRAMES } from '../../text/frames.js'
import {
  type CommandLine,
  type CommandUsage,
  type Flag,
  listsOf,
  type Values,
} from './command-line.js'
import { shWord, zshSpecText } from './shell-words.js'

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
