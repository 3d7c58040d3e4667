import type { FieldPath } from '../diagnostics/diagnostic.js'
import type { SchemaError } from '../schema/validators.gen.js'
import { nearest, quote } from '../util/text.js'

/** A field that does not fit its schema, in the words of a diagnostic. */
export interface FieldError {
  readonly code: 'KN011' | 'KN012'
  readonly path: FieldPath
  readonly message: string
}

/** What the errors of a validator say about `value`, one for each field. */
export function fieldErrors(value: unknown, errors: readonly SchemaError[]): FieldError[] {
  const byField = new Map<string, FieldError>()
  for (const error of errors) {
    const { missingProperty, additionalProperty } = error.params
    const field = `${error.instancePath}/${missingProperty ?? additionalProperty ?? ''}`
    if (!byField.has(field)) byField.set(field, fieldError(value, error))
  }
  return [...byField.values()]
}

/** A JSON pointer of an error as a path into the value that was validated. */
export function pathOf(value: unknown, pointer: string): FieldPath {
  let at = value
  return pointer
    .split('/')
    .slice(1)
    .map(escaped => {
      const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~')
      const step = Array.isArray(at) ? Number(key) : key
      at = (at as Record<string | number, unknown>)[step]
      return step
    })
}

function fieldError(value: unknown, error: SchemaError): FieldError {
  const path = pathOf(value, error.instancePath)
  if (error.keyword === 'required') {
    const missing = String(error.params.missingProperty)
    return { code: 'KN011', path: [...path, missing], message: 'is required, but missing' }
  }
  if (error.keyword === 'additionalProperties') {
    const unknown = String(error.params.additionalProperty)
    return { code: 'KN012', path: [...path, unknown], message: notKnown(unknown, error) }
  }
  const message = `must be ${expectation(error)} (got ${describe(error)})`
  return { code: 'KN012', path, message }
}

function notKnown(name: string, { parentSchema }: SchemaError): string {
  const known = Object.keys(parentSchema.properties ?? {})
  const [similar] = nearest(name, known)
  return `is not known; ${similar === undefined ? `known are ${known.join(', ')}` : `did you mean ${similar}?`}`
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
}

function expectation({ parentSchema }: SchemaError): string {
  if (typeof parentSchema.expect === 'string') return parentSchema.expect
  const type = String(parentSchema.type)
  return TYPES[type] ?? type
}

function describe({ data, parentSchema }: SchemaError): string {
  if (Array.isArray(data)) return data.length === 0 ? 'an empty list' : 'a list'
  if (data === null) return 'null'
  if (typeof data === 'object')
    return Object.keys(data).length === 0 ? 'an empty mapping' : 'a mapping'
  if (typeof data === 'string') return quote(data)
  // `name: yes` and `version: 1.10` are no text to YAML.
  return parentSchema.type === 'string' ? `${data}; put text in quotes` : String(data)
}
