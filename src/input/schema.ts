import type { Diagnostics, FieldPath, Subject } from '../diagnostics/diagnostic.js'
import type { SchemaError, Validator } from '../generated/validators.gen.js'
import { deepEqual } from '../util/collections.js'
import { nearest, quote, someOf } from '../util/text.js'
import {
  type InputObject,
  type InputObjects,
  KINDS,
  type KindName,
  type Kinds,
  type ParsedObject,
  recognize,
  SERVICE_NAME_LABEL,
} from './objects.js'
import { mappingText, strangerIn, templateIn } from './strangers.js'

/** The valid objects of the kinds that are read, and how many there were of other kinds. */
export interface ValidatedInput {
  readonly objects: InputObjects
  /** By apiVersion and kind: `apps/v1 Deployment`. */
  readonly skipped: ReadonlyMap<string, number>
}

type Collected = { readonly [K in KindName]: InputObject<Kinds[K]>[] }

/** Sorts objects by kind and checks them against their schemas. Objects with errors are left out. */
export function validateObjects(
  parsed: readonly ParsedObject[],
  problems: Diagnostics,
): ValidatedInput {
  const objects: Collected = {
    Service: [],
    Endpoints: [],
    EndpointSlice: [],
    Node: [],
    ServiceCIDR: [],
  }
  const skipped = new Map<string, number>()
  const strangers: ParsedObject[] = []
  const seen = new Map<string, InputObject>()
  for (const object of parsed) {
    const { apiVersion, kind } = object.value
    if (isNoObject(object)) {
      strangers.push(object)
      continue
    }
    if (!isText(apiVersion) || !isText(kind)) {
      reportNoKind(object, problems)
      continue
    }
    const recognized = recognize(apiVersion, kind)
    if (recognized.is === 'read') {
      collect(objects, recognized.kind, object, seen, problems)
    } else if (recognized.is === 'other') {
      const name = `${apiVersion} ${kind}`
      skipped.set(name, (skipped.get(name) ?? 0) + 1)
    } else {
      const message = `${kind} is read as ${recognized.right} only (got ${quote(apiVersion)})`
      problems.report('KN009', subjectOf(object, kind), ['apiVersion'], message)
    }
  }
  if (strangers.length > 0) skipped.set(NO_KIND, strangers.length)
  reportNoObjects(strangers, problems)
  return { objects, skipped }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

function collect<K extends KindName>(
  objects: Collected,
  kind: K,
  parsed: ParsedObject,
  seen: Map<string, InputObject>,
  problems: Diagnostics,
): void {
  const list: InputObject<Kinds[K]>[] = objects[kind]
  const checked = checkSchema(KINDS[kind].isValid, parsed.value)
  if ('errors' in checked) {
    const { source } = parsed.place
    const template = templateIn(source.text, parsed.place)
    if (template) {
      problems.reportAt('KN003', source, template.offset, template.message)
      return
    }
    const subject = subjectOf(parsed, kind)
    for (const { code, path, message } of checked.errors) {
      problems.report(code, subject, path, message)
    }
    return
  }
  const { name, namespace: given } = checked.value.metadata
  const namespace = KINDS[kind].isNamespaced ? given || 'default' : ''
  const { value } = checked
  const label = labelOf(kind, namespace, name)
  const service = serviceOf(kind, namespace, name, value.metadata.labels)
  const object = {
    ...{ kind, namespace, name, label, value, place: parsed.place },
    ...(service === undefined ? {} : { service }),
  }
  const key = JSON.stringify([kind, namespace, name])
  const first = seen.get(key)
  if (!first) {
    seen.set(key, object)
    list.push(object)
  } else if (!deepEqual(first.value, object.value)) {
    const message = `another ${kind} of this name, with other contents, stands in ${first.place.source.name}`
    problems.report('KN010', object, ['metadata', 'name'], message)
  }
}

/** The subject for an object that may not be valid: named as far as it can be. */
function subjectOf({ value, place }: ParsedObject, kind: string): Subject {
  const metadata = value.metadata
  if (typeof metadata !== 'object' || metadata === null) return { label: kind, place }
  const { name, namespace, labels } = metadata as Record<string, unknown>
  if (!isText(name)) return { label: kind, place }
  const isNamespaced = Object.hasOwn(KINDS, kind) ? KINDS[kind as KindName].isNamespaced : true
  const space = isNamespaced ? (isText(namespace) ? namespace : 'default') : ''
  const service = serviceOf(kind, space, name, labels)
  return { label: labelOf(kind, space, name), place, ...(service === undefined ? {} : { service }) }
}

/** The Service that an object is or belongs to; its labels may be anything. */
function serviceOf(
  kind: string,
  namespace: string,
  name: string,
  labels: unknown,
): string | undefined {
  if (kind === 'Service' || kind === 'Endpoints') return `${namespace}/${name}`
  if (kind !== 'EndpointSlice' || typeof labels !== 'object' || labels === null) return undefined
  const service = (labels as Record<string, unknown>)[SERVICE_NAME_LABEL]
  return isText(service) ? `${namespace}/${service}` : undefined
}

function labelOf(kind: string, namespace: string, name: string): string {
  const full = namespace === '' ? name : `${namespace}/${name}`
  return kind === 'Service' ? full : `${kind} ${full}`
}

/** How documents without a kind are counted. */
const NO_KIND = 'document without a kind'

/** Whether a document has nothing of a Kubernetes object; one without its kind alone is a mistake. */
const isNoObject = ({ value, place }: ParsedObject): boolean =>
  place.path.length === 0 &&
  OF_OBJECTS.every(key => value[key] === undefined) &&
  (value.apiVersion === undefined || isChart(value))

const OF_OBJECTS: readonly string[] = ['kind', 'metadata', 'spec', 'items']

/** A Chart.yaml of Helm has an apiVersion of its own. */
const isChart = ({ name, version }: ParsedObject['value']): boolean =>
  isText(name) && isText(version)

/** A folder may hold many such files, on which one line is enough. */
const MANY = 3

function reportNoObjects(strangers: readonly ParsedObject[], problems: Diagnostics): void {
  if (strangers.length < MANY) {
    for (const stranger of strangers) reportNoObject(stranger, problems)
    return
  }
  const names = someOf([...new Set(strangers.map(({ place }) => place.source.name))], MANY)
  const message = `${strangers.length} documents have neither apiVersion nor kind: passed over (${names})`
  problems.reportRun('KN014', message)
}

function reportNoObject({ value, place }: ParsedObject, problems: Diagnostics): void {
  const known = mappingText(value)
  const what =
    strangerIn(place.source.text, place) ??
    (known === undefined ? 'has neither apiVersion nor kind' : `holds ${known}`)
  problems.report('KN014', { label: '', place }, [], `${what}: passed over`)
}

function reportNoKind(object: ParsedObject, problems: Diagnostics): void {
  const { apiVersion, kind } = object.value
  const field = isText(kind) ? 'apiVersion' : 'kind'
  const found = isText(kind) ? apiVersion : kind
  const got = found === undefined || found === null ? 'is missing' : 'must be text'
  const subject = isText(kind) ? subjectOf(object, kind) : { label: '', place: object.place }
  problems.report(
    'KN007',
    subject,
    [field],
    `${got}: every Kubernetes object has apiVersion and kind`,
  )
}

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

/** A field that does not fit its schema, in the words of a diagnostic. */
export interface FieldError {
  readonly code: 'KN011' | 'KN012'
  readonly path: FieldPath
  readonly message: string
}

/** What the errors of a validator say about `value`, one for each field. */
function fieldErrors(value: unknown, errors: readonly SchemaError[]): FieldError[] {
  const byField = new Map<string, FieldError>()
  for (const error of errors) {
    const { missingProperty, additionalProperty } = error.params
    const field = `${error.instancePath}/${missingProperty ?? additionalProperty ?? ''}`
    if (!byField.has(field)) byField.set(field, fieldError(value, error))
  }
  return [...byField.values()]
}

/** A JSON pointer of an error as a path into the value that was validated. */
function pathOf(value: unknown, pointer: string): FieldPath {
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
