import type { InputObject } from '../input/objects.js'
import { compareText } from '../util/collections.js'

/**
 * Orders objects by creationTimestamp, then by namespace and name. One without a time comes last: no
 * cluster has created it yet.
 */
export const olderFirst = (a: InputObject, b: InputObject): number =>
  createdAt(a) - createdAt(b) ||
  compareText(a.namespace, b.namespace) ||
  compareText(a.name, b.name)

function createdAt({ value }: InputObject): number {
  const time = Date.parse(value.metadata.creationTimestamp ?? '')
  // Finite, since the difference of two infinities would be no order.
  return Number.isNaN(time) ? Number.MAX_SAFE_INTEGER : time
}
