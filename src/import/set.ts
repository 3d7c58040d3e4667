import { type Cidr, familyOf, type Ip } from '../address/address.js'
import type { ElementSet, SetElement } from '../rules/table.js'
import { networksOf } from './address.js'
import { elementHead, type KeyReader } from './element.js'
import { isCount, type JsonObject, listOf, memberNamed, withOnly } from './json.js'
import { keyShape } from './key.js'
import { IMPORTED } from './rule.js'
import type { Scope } from './scope.js'

const SET = new Set([
  'family',
  'table',
  'name',
  'handle',
  'type',
  'comment',
  'flags',
  'timeout',
  'size',
  'auto-merge',
  'elem',
] as const)
const SET_ATTRIBUTES = new Set(['val', 'comment', 'timeout', 'expires'])

/** A named set of our vocabulary; undefined for others. */
export function setOf(
  name: string,
  object: JsonObject,
  { family, readIp }: Pick<Scope, 'family' | 'readIp'>,
): ElementSet | undefined {
  const set = withOnly(object, SET)
  const shape = keyShape(family, set?.type)
  const settings = set && settingsOf(set)
  if (shape === undefined || shape.bucket || settings === undefined) return undefined
  const reader = { shape, interval: settings.interval === true, readIp }
  const elements = readSetElements(set?.elem, reader)
  return elements && { name, key: shape.types, ...settings, elements, origin: IMPORTED }
}

type Settings = Pick<ElementSet, 'comment' | 'timeout' | 'interval' | 'autoMerge'>

/** What nft gives to a dynamic set of no stated size. */
const DYNAMIC_SIZE = 65535
const MAX_SECONDS = 2 ** 32 - 1

function settingsOf(set: JsonObject): Settings | undefined {
  const { flags, timeout, size, comment, 'auto-merge': autoMerge } = set
  if (autoMerge !== undefined && autoMerge !== true) return undefined
  if (comment !== undefined && typeof comment !== 'string') return undefined
  const note = comment === undefined ? {} : { comment }
  const isPlain = timeout === undefined && size === undefined
  if (autoMerge && flagsText(flags) !== 'interval') return undefined
  switch (flagsText(flags)) {
    case '':
      return isPlain ? note : undefined
    case 'interval':
      return isPlain ? { ...note, interval: true, ...(autoMerge ? { autoMerge } : {}) } : undefined
    // nft 1.0.6 does not list the flag `dynamic`.
    case 'timeout':
    case 'dynamic timeout':
      return isCount(timeout, MAX_SECONDS) && (size ?? DYNAMIC_SIZE) === DYNAMIC_SIZE
        ? { ...note, timeout }
        : undefined
    default:
      return undefined
  }
}

const flagsText = (flags: unknown): string =>
  listOf(flags)
    .map(flag => (typeof flag === 'string' ? flag : 'unknown'))
    .sort()
    .join(' ')

function readSetElements(listed: unknown, reader: KeyReader): readonly SetElement[] | undefined {
  const elements: SetElement[] = []
  for (const element of listOf(listed).flatMap(one => wholeNetworks(one, reader))) {
    const head = elementHead(element, reader, SET_ATTRIBUTES)
    if (head === undefined) return undefined
    elements.push({ key: head.key, origin: IMPORTED })
  }
  return elements
}

/** A range of addresses as the networks that make it up; anything else stays what it is. */
function wholeNetworks(
  element: unknown,
  { shape, interval, readIp }: KeyReader,
): readonly unknown[] {
  const range = memberNamed(element, 'range')
  const [first] = Array.isArray(range) ? (range as readonly unknown[]) : []
  const ip = readIp(first)
  if (!interval || ip === undefined || shape.types.join() !== 'address') return [element]
  const networks = networksOf(element, familyOf(ip), readIp)
  return networks?.map(prefixOf) ?? [element]
}

function prefixOf(network: Cidr | Ip): unknown {
  const [addr, len] = network.split('/')
  return len === undefined ? addr : { prefix: { addr, len: Number(len) } }
}
