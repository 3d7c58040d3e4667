import type { ProxyMode } from './layouts.js'
import { UsageError } from './option-values.js'
import { quote } from './util/quote.js'

type RawValue = string | number | boolean | readonly string[]

/** One option: the command line, kubenat.yaml of a golden case and the README are made from it. */
export interface OptionRow {
  /** Words for the value in the help; absent for switches. */
  readonly value?: string
  /** A list takes commas and may be repeated. */
  readonly list?: true
  readonly choices?: readonly string[]
  /** As text; absent where nothing is the default. `true` makes a switch that is on. */
  readonly default?: string
  /** Where a proxy mode has another default. */
  readonly defaults?: { readonly [mode in ProxyMode]?: string }
  /** The only proxy mode in which it means anything. */
  readonly mode?: ProxyMode
  readonly help: string
}

/** The defaults of an option in words: `primary; all with iptables`. */
export const defaultText = ({ default: usual = '', defaults = {} }: OptionRow): string =>
  [usual, ...Object.entries(defaults).map(([mode, text]) => `${text} with ${mode}`)].join('; ')

/** Reads raw values as what they shall be; absent ones as the default of their row in a proxy mode. */
export interface OptionReader<Name> {
  readonly text: (name: Name) => string
  readonly flag: (name: Name) => boolean
  readonly list: (name: Name) => readonly string[]
  readonly choice: (name: Name) => string
}

/** A reader of some raw values; its functions throw UsageError for a value of the wrong type. */
export function optionReader<Name extends string>(
  rows: Readonly<Record<Name, OptionRow>>,
  raw: { readonly [name in Name]?: RawValue },
  mode: ProxyMode,
): OptionReader<Name> {
  const defaultOf = (name: Name): string => rows[name].defaults?.[mode] ?? rows[name].default ?? ''
  const rawOf = (name: Name): RawValue => raw[name] ?? defaultOf(name)
  const text = (name: Name): string => {
    const value = rawOf(name)
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    throw new UsageError(`--${name} takes one value (got ${quote(value)})`)
  }
  return {
    text,
    flag: name => {
      const value = raw[name] ?? defaultOf(name) === 'true'
      if (typeof value === 'boolean') return value
      throw new UsageError(`--${name} is true or false (got ${quote(value)})`)
    },
    list: name => {
      const items = itemsOf(rawOf(name))
      return items.length > 0 ? items : itemsOf(defaultOf(name))
    },
    choice: name => {
      const value = text(name)
      const { choices = [] } = rows[name]
      if (choices.includes(value)) return value
      throw new UsageError(`--${name} is one of ${choices.join(', ')} (got ${quote(value)})`)
    },
  }
}

/** The items of a list; an empty one stands for its default, as in kube-proxy's configuration. */
function itemsOf(value: RawValue): readonly string[] {
  const items = Array.isArray(value) ? value : [String(value)]
  return items
    .flatMap(item => String(item).split(','))
    .map(item => item.trim())
    .filter(item => item !== '')
}
