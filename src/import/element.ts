import type { KeyType } from '../rules/table.js'
import { type AddressReader, networkOf } from './address.js'
import { isCount, memberNamed, partsOf, withOnly } from './json.js'
import type { KeyShape } from './key.js'
import { protocolOf } from './protocol.js'
import { MAX_PORT } from './socket.js'

/** How the keys of one set or map are read. */
export interface KeyReader {
  readonly shape: KeyShape
  /** Whether addresses may be prefixes. */
  readonly interval: boolean
  readonly readIp: AddressReader
}

/** What an element has beside its value. */
export interface ElementHead {
  readonly key: readonly string[]
  readonly comment?: string
}

const MAX_BUCKET = 2 ** 32 - 1

/**
 * The key of an element, with its comment; undefined if it has a part or an attribute of no use here.
 *
 * @param attributes what an element of this set may have beside key and comment
 */
export function elementHead(
  element: unknown,
  reader: KeyReader,
  attributes: ReadonlySet<string>,
): ElementHead | undefined {
  const wrapped = memberNamed(element, 'elem')
  if (wrapped === undefined) {
    const key = keyOf(element, reader)
    return key && { key }
  }
  const known = withOnly(wrapped, attributes) as { val?: unknown; comment?: unknown } | undefined
  const key = known && keyOf(known.val, reader)
  if (key === undefined) return undefined
  if (known?.comment === undefined) return { key }
  return typeof known.comment === 'string' ? { key, comment: known.comment } : undefined
}

function keyOf(value: unknown, reader: KeyReader): readonly string[] | undefined {
  const { types, bucket } = reader.shape
  const parts = partsOf(value)
  if (parts.length !== types.length + Number(bucket)) return undefined
  const key: string[] = []
  for (const [place, part] of parts.entries()) {
    const text = partText(types[place], part, reader)
    if (text === undefined) return undefined
    key.push(text)
  }
  return key
}

/** One part of a key; of no type is the bucket. */
function partText(
  type: KeyType | undefined,
  part: unknown,
  { interval, readIp }: KeyReader,
): string | undefined {
  switch (type) {
    case 'address':
      return interval ? networkOf(part, readIp) : readIp(part)
    case 'protocol':
      return protocolOf(part)
    case 'port':
      return isCount(part, MAX_PORT) ? String(part) : undefined
    case undefined:
      return isCount(part, MAX_BUCKET) ? String(part) : undefined
  }
}
