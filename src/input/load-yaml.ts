import {
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  YAMLException,
} from 'js-yaml'
import { quote } from '../util/text.js'
import { badAlias } from './expanded-size.js'
import { type LeadingZero, leadingZeros } from './leading-zeros.js'
import type { Range } from './split-documents.js'
import { KUBECTL_SCHEMA } from './yaml-schema.js'

/** Why a stretch of text cannot be read. */
export interface LoadError {
  readonly code: 'KN003' | 'KN005' | 'KN006'
  readonly offset: number
  readonly message: string
}

/** One YAML document as plain data, with the offset of its content in the text. */
export interface YamlDocument {
  readonly value: unknown
  readonly offset: number
}

/** The documents of a stretch of text that are not empty, or why they cannot be read. */
export type LoadedYaml =
  | { readonly documents: readonly YamlDocument[]; readonly zeros: readonly LeadingZero[] }
  | { readonly error: LoadError }

// Merging copies keys, so this bounds memory; js-yaml's own limit of 10000 is too low for one List of
// thousands of objects that share a few keys.
const MAX_MERGED_KEYS = 1_000_000

/** Reads YAML documents as kubectl does: see KUBECTL_SCHEMA. Aliased values are shared objects. */
export function loadYaml(text: string, { start, end }: Range): LoadedYaml {
  const source = text.slice(start, end)
  let events: Event[] = []
  try {
    events = parseEvents(source, {})
    const alias = source.includes('*') ? badAlias(events, source) : undefined
    if (alias) return { error: shifted({ code: 'KN006', ...alias }, start) }
    const schema = KUBECTL_SCHEMA
    const options = { schema, source, maxTotalMergeKeys: MAX_MERGED_KEYS }
    const documents = withOffsets(constructFromEvents(events, options), events)
    const zeros = leadingZeros(events, source)
    return {
      documents: documents.map(document => shifted(document, start)),
      zeros: zeros.map(zero => shifted(zero, start)),
    }
  } catch (error) {
    return { error: shifted(loadError(error, events, source), start) }
  }
}

const shifted = <T extends { readonly offset: number }>(value: T, by: number): T => ({
  ...value,
  offset: value.offset + by,
})

function withOffsets(values: readonly unknown[], events: readonly Event[]): YamlDocument[] {
  const documents: YamlDocument[] = []
  let index = 0
  events.forEach((event, i) => {
    if (event.type !== EVENT_ID.DOCUMENT) return
    const value = values[index++]
    const content = events[i + 1]
    if (value === null || content === undefined) return
    if ('start' in content) documents.push({ value, offset: content.start })
    else if ('valueStart' in content) documents.push({ value, offset: content.valueStart })
  })
  return documents
}

function loadError(error: unknown, events: readonly Event[], text: string): LoadError {
  if (!(error instanceof YAMLException)) throw error
  const offset = error.mark?.position ?? 0
  const reason = error.reason
  if (reason === 'duplicated mapping key') {
    const key = events.find(event => 'valueStart' in event && event.valueStart === offset)
    const name = key && 'valueStart' in key ? ` ${quote(getScalarValue(text, key))}` : ''
    return { code: 'KN005', offset, message: `the key${name} stands twice in one mapping` }
  }
  if (reason.startsWith('merge keys exceeded')) {
    const message = `merge keys (<<) copy more than ${MAX_MERGED_KEYS} keys: write them out`
    return { code: 'KN006', offset, message }
  }
  if (reason.startsWith('nesting exceeded')) {
    return { code: 'KN003', offset, message: 'nested deeper than 100 levels' }
  }
  return { code: 'KN003', offset, message: `is not valid YAML: ${reason}` }
}
