import { type Cidr, familyOf, type Ip, parseCidr, parseIp } from '../address/address.js'
import type { NodePortRange } from '../model/labels.js'
import { DNS_SUBDOMAIN } from '../model/validate/addresses.js'
import type { NodePortEntry } from '../plan/node-ports.js'
import { UsageError } from '../util/errors.js'
import { quote } from '../util/text.js'
import type { ProxyMode } from './modes.js'

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

/** A specific bind address; nothing for an empty or unspecified one, which is the default. */
export function bindAddressOf(text: string): Ip | undefined {
  if (text === '' || text === '0.0.0.0' || text === '::') return undefined
  const parsed = parseIp(text)
  if (parsed) return parsed.ip
  throw new UsageError(
    `bindAddress of the configuration must be an IP address (got ${quote(text)})`,
  )
}

/** A node's name in lower case, as kube-proxy reads its own; nothing where it is empty. */
export function nodeNameOf(text: string): string | undefined {
  const name = text.trim().toLowerCase()
  if (name === '' || DNS_SUBDOMAIN.fits(name)) return name || undefined
  throw new UsageError(`--node takes ${DNS_SUBDOMAIN.expect} (got ${quote(text)})`)
}

export const ipOf =
  (name: string) =>
  (text: string): Ip => {
    const parsed = parseIp(text)
    if (parsed) return parsed.ip
    throw new UsageError(`--${name} takes IP addresses (got ${quote(text)})`)
  }

export const cidrOf =
  (name: string) =>
  (text: string): Cidr => {
    const parsed = parseCidr(text)
    if (parsed) return parsed.cidr
    throw new UsageError(
      `--${name} takes CIDRs such as 10.0.0.0/8 or fd00::/64 (got ${quote(text)})`,
    )
  }

/** kube-proxy refuses a second CIDR of a family, of which it would only use the first. */
export function onePerFamily(cidrs: readonly Cidr[]): readonly Cidr[] {
  if (new Set(cidrs.map(familyOf)).size === cidrs.length) return cidrs
  throw new UsageError(`--cluster-cidr takes at most one CIDR a family (got ${cidrs.join(', ')})`)
}

const WORDS: readonly string[] = ['primary', 'all', 'localhost']

export function nodePortEntry(text: string): NodePortEntry {
  return WORDS.includes(text) ? (text as NodePortEntry) : cidrOf('nodeport-addresses')(text)
}

const INTERFACE = /^[A-Za-z0-9._@:-]+$/

/** An interface name; a prefix has room for one character less, since nft counts the `*` behind it. */
export function interfaceOf(name: string, text: string, longest: 14 | 15): string {
  if (text === '' || (text.length <= longest && INTERFACE.test(text))) return text
  throw new UsageError(
    `--${name} takes an interface name of at most ${longest} characters (got ${quote(text)})`,
  )
}

export function bitOf(text: string): number {
  const bit = Number(text)
  if (/^\d+$/.test(text) && bit <= 31) return bit
  throw new UsageError(`--masquerade-bit takes an integer from 0 to 31 (got ${quote(text)})`)
}

/** `30000-32767`, or `30000+2767` as the API server reads it too. */
export function portRange(text: string): NodePortRange {
  const [, first, sign, second] = /^(\d{1,5})([-+])(\d{1,5})$/.exec(text) ?? []
  const from = Number(first)
  const to = sign === '+' ? from + Number(second) : Number(second)
  if (from >= 1 && to <= 65535 && from <= to) return { from, to }
  throw new UsageError(
    `--service-node-port-range takes a range of ports such as 30000-32767 (got ${quote(text)})`,
  )
}
