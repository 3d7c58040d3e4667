import type { ElementSet, SetElement } from '../ir/table.js'
import { elementHead, type KeyReader } from './element.js'
import { isCount, type JsonObject, withOnly } from './json.js'
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
  'elem',
] as const)
const ATTRIBUTES = new Set(['val', 'comment', 'timeout', 'expires'])

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
  const elements = readElements(set?.elem, reader)
  return elements && { name, key: shape.types, ...settings, elements, origin: IMPORTED }
}

type Settings = Pick<ElementSet, 'comment' | 'timeout' | 'interval'>

/** What nft gives to a dynamic set of no stated size. */
const DYNAMIC_SIZE = 65535
const MAX_SECONDS = 2 ** 32 - 1

function settingsOf({ flags, timeout, size, comment }: JsonObject): Settings | undefined {
  if (comment !== undefined && typeof comment !== 'string') return undefined
  const note = comment === undefined ? {} : { comment }
  const isPlain = timeout === undefined && size === undefined
  switch (flagsText(flags)) {
    case '':
      return isPlain ? note : undefined
    case 'interval':
      return isPlain ? { ...note, interval: true } : undefined
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

function readElements(listed: unknown, reader: KeyReader): readonly SetElement[] | undefined {
  const elements: SetElement[] = []
  for (const element of listOf(listed)) {
    const head = elementHead(element, reader, ATTRIBUTES)
    if (head === undefined) return undefined
    elements.push({ key: head.key, origin: IMPORTED })
  }
  return elements
}

/** nft leaves out an empty list, and may write a single item without a list around it. */
export const listOf = (items: unknown): readonly unknown[] =>
  items === undefined ? [] : Array.isArray(items) ? items : [items]
