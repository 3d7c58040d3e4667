import type { LeadingZero } from './leading-zeros.js'
import type { Range } from './split-documents.js'

/** One document of a source as plain data; its range and offsets are of the source's text. */
export interface LoadedDocument extends Range {
  readonly value: unknown
  readonly zeros: readonly LeadingZero[]
}
