import { type Command, Option } from 'commander'
import { UsageError } from '../options/read.js'
import {
  defaultText,
  OPTIONS,
  type OptionName,
  type OptionRow,
  type RawOptions,
} from '../options/table.js'

// What several commands take: each declares it in the same words.

export const RECURSIVE = ['-R, --recursive', 'descend into folders'] as const
export const CONFIG = [
  '--config <file>',
  'KubeProxyConfiguration to take options from; flags win',
] as const

/** The options of a compile, or those of them that mean something to a command. */
export function addOptions(
  command: Command,
  isMeant: (name: OptionName) => boolean = () => true,
): void {
  for (const [name, row] of Object.entries(OPTIONS)) {
    if (isMeant(name as OptionName)) command.addOption(optionOf(name, row))
  }
}

/** Standard input where something is piped into it; a terminal would wait for ever. */
export function defaultInput(): readonly string[] {
  if (process.stdin.isTTY) throw new UsageError('no objects: give -f FILE, or pipe objects in')
  return ['-']
}

function optionOf(name: string, row: OptionRow): Option {
  const words = row.default === undefined ? row.help : `${row.help} (default ${defaultText(row)})`
  if (row.value === undefined && row.default === 'true') return onSwitch(name, words)
  if (row.value === undefined) return new Option(`--${name}`, words)
  const flags = `--${name} <${row.value.toLowerCase()}>`
  if (row.list) return listOption(flags, words)
  return row.choices ? new Option(flags, words).choices(row.choices) : new Option(flags, words)
}

/** A switch that is on unless it gets `=false`, as kube-proxy's own are. */
const onSwitch = (name: string, words: string): Option =>
  new Option(`--${name} [boolean]`, words).argParser(text => {
    if (text === 'true' || text === 'false') return text === 'true'
    throw new UsageError(`--${name} is true or false (got ${text})`)
  })

/** An option that may be repeated; its values come in a list. */
export const listOption = (flags: string, help: string): Option =>
  new Option(flags, help).argParser((value, before: string[] = []) => [...before, value])

/** The files that hold the objects. */
export const filenameOption = (): Option =>
  listOption('-f, --filename <path>', 'file, folder or - for standard input; repeatable')

/** The flags that are options of a compile, under their own names; commander has camel-cased them. */
export function rawOptions(
  given: Readonly<Record<string, string | boolean | string[]>>,
): RawOptions {
  const names = Object.keys(OPTIONS) as OptionName[]
  const pairs = names.map(name => [name, given[camelCase(name)]] as const)
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined))
}

const camelCase = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
