import { invariant } from '../util/invariant.js'
import { type Family, familyOf, type Ip, parseIp } from './address.js'

const GROUPS = { IPv4: { bits: 8n, count: 4 }, IPv6: { bits: 16n, count: 8 } } as const

/** A canonical address as an integer: neighbours differ by one. */
export function numberOf(ip: Ip): bigint {
  const family = familyOf(ip)
  const groups =
    family === 'IPv4' ? ip.split('.').map(BigInt) : hexGroups(ip).map(group => BigInt(`0x${group}`))
  return groups.reduce((number, group) => (number << GROUPS[family].bits) | group, 0n)
}

function hexGroups(ip: Ip): string[] {
  const [before = '', after] = ip.split('::')
  const groupsOf = (text: string) => (text === '' ? [] : text.split(':'))
  const head = groupsOf(before)
  if (after === undefined) return head
  const tail = groupsOf(after)
  return [
    ...head,
    ...Array<string>(GROUPS.IPv6.count - head.length - tail.length).fill('0'),
    ...tail,
  ]
}

/** The canonical address of an integer. */
export function addressOf(family: Family, number: bigint): Ip {
  const { bits, count } = GROUPS[family]
  const mask = (1n << bits) - 1n
  const groups = Array.from(
    { length: count },
    (_, i) => (number >> (bits * BigInt(count - 1 - i))) & mask,
  )
  const text = family === 'IPv4' ? groups.join('.') : groups.map(g => g.toString(16)).join(':')
  const ip = parseIp(text)?.ip
  invariant(ip !== undefined, `${number} is an ${family} address`)
  return ip
}
