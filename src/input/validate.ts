import type { Diagnostics, Subject } from '../diagnostics/diagnostic.js'
import { deepEqual } from '../util/collections.js'
import { quote } from '../util/text.js'
import { checkSchema } from './check-schema.js'
import type { ParsedObject } from './flatten.js'
import { KINDS, recognize } from './kinds.js'
import type { InputObject, InputObjects, KindName, Kinds } from './object.js'

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
  const seen = new Map<string, InputObject>()
  for (const object of parsed) {
    const { apiVersion, kind } = object.value
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
    const subject = subjectOf(parsed, kind)
    for (const { code, path, message } of checked.errors) {
      problems.report(code, subject, path, message)
    }
    return
  }
  const { name, namespace: given } = checked.value.metadata
  const namespace = KINDS[kind].isNamespaced ? given || 'default' : ''
  const label = labelOf(kind, namespace, name)
  const object = { kind, namespace, name, label, value: checked.value, place: parsed.place }
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
  const { name, namespace } = metadata as Record<string, unknown>
  if (!isText(name)) return { label: kind, place }
  const isNamespaced = Object.hasOwn(KINDS, kind) ? KINDS[kind as KindName].isNamespaced : true
  const space = isText(namespace) ? namespace : 'default'
  return { label: labelOf(kind, isNamespaced ? space : '', name), place }
}

function labelOf(kind: string, namespace: string, name: string): string {
  const full = namespace === '' ? name : `${namespace}/${name}`
  return kind === 'Service' ? full : `${kind} ${full}`
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
