import type { FieldPath } from '../diagnostics/diagnostic.js'
import type { Validator } from '../schema/validators.gen.js'
import { type FieldError, fieldErrors, pathOf } from './field-errors.js'

/** A value that fits its schema, or the fields that do not. */
export type Checked<T> = { readonly value: T } | { readonly errors: readonly FieldError[] }

/**
 * Checks a value against a schema. Nulls count as absent, as in the Kubernetes API, and no field that
 * the schema knows is null in the result; the value itself is not changed.
 */
export function checkSchema<T>(isValid: Validator<T>, value: unknown): Checked<T> {
  // A null fails every type, so what is valid at once has none where the schema looks. This spares
  // the common case a search for nulls.
  if (isValid(value)) return { value }
  const errors = isValid.errors ?? []
  const nulls = errors
    .filter(error => error.data === null)
    .map(error => pathOf(value, error.instancePath))
    // An item cannot be absent: the other items would move.
    .filter(path => typeof path.at(-1) === 'string')
  if (nulls.length === 0) return { errors: fieldErrors(value, errors) }
  const cleaned = without(value, nulls)
  if (isValid(cleaned)) return { value: cleaned }
  return { errors: fieldErrors(cleaned, isValid.errors ?? []) }
}

type Container = Record<string | number, unknown>

/** A copy without some fields; what holds none of them is shared with the original. */
function without(value: unknown, fields: readonly FieldPath[]): unknown {
  const copies = new Set<unknown>()
  const copyOf = (original: unknown): Container => {
    if (copies.has(original)) return original as Container
    const copy = Array.isArray(original) ? [...original] : { ...(original as Container) }
    copies.add(copy)
    return copy as Container
  }
  const root = copyOf(value)
  for (const field of fields) {
    let container = root
    for (const step of field.slice(0, -1)) {
      const child = copyOf(container[step])
      container[step] = child
      container = child
    }
    delete container[field.at(-1) ?? '']
  }
  return root
}
