import type { FieldPath } from '../diagnostics/diagnostic.js'
import type { Slice } from '../model/endpoint.js'

const MAX_NAMED = 3

/** `a`, `a and b`, `a, b, c and 7 more`. */
export function listText(items: readonly string[]): string {
  const named = items.slice(0, MAX_NAMED)
  const rest = items.length - named.length
  const last = rest > 0 ? `${rest} more` : named.pop()
  return named.length > 0 ? `${named.join(', ')} and ${last}` : (last ?? '')
}

/** `node a`, `3 nodes (a, b, c)`, `9 nodes (a, b, c, ...)`. */
export function nodesText(names: readonly string[]): string {
  if (names.length === 1) return `node ${names[0]}`
  const more = names.length > MAX_NAMED ? ', ...' : ''
  return `${names.length} nodes (${names.slice(0, MAX_NAMED).join(', ')}${more})`
}

/** `1 endpoint`, `2 endpoints`. */
export const countText = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`

/** A field of an endpoint; slices mirrored from Endpoints no longer know where it stood. */
export const endpointPath = ({ object }: Slice, index: number, ...field: string[]): FieldPath =>
  object.kind === 'Endpoints' ? ['subsets'] : ['endpoints', index, ...field]

/** A field of a port of a slice. */
export const portPath = ({ object }: Slice, index: number, ...field: string[]): FieldPath =>
  object.kind === 'Endpoints' ? ['subsets'] : ['ports', index, ...field]
