import type { Family } from '../../src/address/address.js'

/** What iptables holds: the rules of each chain, by `table chain`. */
export type Holding = ReadonlyMap<string, readonly string[]>

/** The chains and rules that `iptables-save` printed, without counters. */
export const readSave = (text: string): Holding => holdingOf(text, rule => rule)

/** The chains and rules of a file of ours, as `iptables-save` prints them once it is loaded. */
export const readRestore = (text: string, family: Family): Holding =>
  holdingOf(text, rule => savedRule(rule, family))

function holdingOf(text: string, savedAs: (rule: string) => string): Holding {
  const chains = new Map<string, string[]>()
  let table = ''
  for (const line of text.split('\n')) {
    const [word = '', chain = '', ...rest] = line.split(' ')
    if (word.startsWith('*')) table = word.slice(1)
    else if (word.startsWith(':')) chains.set(`${table} ${word.slice(1)}`, [])
    else if (word === '-A') chains.get(`${table} ${chain}`)?.push(savedAs(rest.join(' ')))
    else if (word === '-X') chains.delete(`${table} ${chain}`)
    else if (!/^(#|COMMIT$|$)/.test(word)) throw new Error(`unknown line: ${line}`)
  }
  return chains
}

/** Those chains of a holding that are kube-proxy's, sorted. */
export const kubeChains = (holding: Holding): readonly (readonly [string, readonly string[]])[] =>
  [...holding].filter(([name]) => name.includes(' KUBE-')).sort(([a], [b]) => (a < b ? -1 : 1))

interface Option {
  readonly name: string
  readonly value: string | undefined
  readonly negate: boolean
}

/** What a save has in front, in its order; the rest stays as it stands. */
const HEADER = ['-s', '-d', '-i', '-o', '-p']

function savedRule(rule: string, family: Family): string {
  const options = optionsOf(rule)
  const header = HEADER.flatMap(name => options.filter(option => option.name === name))
  const rest = options.filter(({ name }) => !HEADER.includes(name))
  return [...header, ...nameLast(rest)].flatMap(option => savedOption(option, family)).join(' ')
}

function optionsOf(rule: string): Option[] {
  const words = rule.match(/"[^"]*"|\S+/g) ?? []
  return words.flatMap((name, i): Option[] => {
    if (!name.startsWith('-')) return []
    const next = words[i + 1]
    const value = next === undefined || next === '!' || next.startsWith('-') ? undefined : next
    return [{ name, value, negate: words[i - 1] === '!' }]
  })
}

/** The list of the recent match comes behind its other options. */
function nameLast(options: readonly Option[]): readonly Option[] {
  const at = options.findIndex(({ name }) => name === '--name')
  if (at < 0) return options
  const end = options.findIndex(({ name }, i) => i > at && /^-[mj]$/.test(name))
  const [list, ...others] = options.slice(at, end)
  return [...options.slice(0, at), ...others, ...(list ? [list] : []), ...options.slice(end)]
}

function savedOption({ name, value = '', negate }: Option, family: Family): string | string[] {
  const isIPv4 = family === 'IPv4'
  const words = `${negate ? '! ' : ''}${name}`
  switch (name) {
    case '-s':
    case '-d':
      if (value.endsWith('/0')) return []
      return `${words} ${value.includes('/') ? value : `${value}/${isIPv4 ? 32 : 128}`}`
    case '--comment':
      return `${words} ${/^(".*"|[\w-]+)$/.test(value) ? value : `"${value}"`}`
    case '--mark':
      return `${words} ${value.split('/').map(short).join('/')}`
    case '--or-mark':
      return `--set-xmark ${short(value)}/${short(value)}`
    case '--xor-mark':
      return `--set-xmark ${short(value)}/0x0`
    case '--probability':
      return `${words} ${(Math.round(Number(value) * 2 ** 31) / 2 ** 31).toFixed(11)}`
    case '--name': {
      const mask = isIPv4 ? '255.255.255.255' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'
      return `${words} ${value} --mask ${mask} --rsource`
    }
    case '-j':
      if (value !== 'REJECT') return `${words} ${value}`
      return `-j REJECT --reject-with ${isIPv4 ? 'icmp' : 'icmp6'}-port-unreachable`
    default:
      return value === '' ? words : `${words} ${value}`
  }
}

const short = (mark: string): string => `0x${Number(mark).toString(16)}`
