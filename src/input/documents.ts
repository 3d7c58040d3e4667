import type { Diagnostics, Source } from '../diagnostics/diagnostic.js'
import { invariant } from '../util/errors.js'
import { type Range, scanJson, skipSpace, skipValue, splitDocuments } from './json.js'
import { strangerIn, templateIn } from './strangers.js'
import {
  type DuplicateKey,
  type LeadingZero,
  type LoadError,
  type LoadedYaml,
  loadYaml,
} from './yaml.js'

/** What a source holds. Documents that cannot be read are reported, and count. */
export interface LoadedDocuments {
  readonly documents: readonly LoadedDocument[]
  /** Whether there is nothing but blank lines and comments. */
  readonly isBlank: boolean
}

// The events of a parser take some twenty times the text.
const MAX_BATCH = 16e6

// Flow style YAML that is no JSON is written by hand, and never this long; larger texts with errors
// are broken JSON, and reading them as YAML would take gigabytes for the same error.
const MAX_FLOW_YAML = 16e6

/** All documents of a source: one JSON text, or YAML and JSON documents one after the other. */
export function loadDocuments(source: Source, problems: Diagnostics): LoadedDocuments {
  const { text } = source
  const whole = contentOf(text, { start: 0, end: text.length })
  if (whole.start === whole.end) return { documents: [], isBlank: true }
  const json = startsLikeJson(text, whole) ? loadJson(text, whole) : undefined
  if (json) return { documents: json, isBlank: false }
  const ranges = splitDocuments(text)
  const documents = batches(ranges).flatMap(
    batch => loadBatch(text, batch) ?? batch.flatMap(range => loadRange(source, range, problems)),
  )
  return { documents, isBlank: ranges.length === 0 }
}

/** Runs of documents that are short enough to be read at one go. */
function batches(ranges: readonly Range[]): Range[][] {
  const runs: Range[][] = []
  let size = MAX_BATCH
  for (const range of ranges) {
    size += range.end - range.start
    if (size > MAX_BATCH) {
      runs.push([])
      size = range.end - range.start
    }
    runs.at(-1)?.push(range)
  }
  return runs
}

/**
 * Several YAML documents at one go, which takes js-yaml half the time of one call each. Undefined
 * where they have to be read one by one, because one of them is bad, JSON, or sets directives.
 */
function loadBatch(text: string, ranges: readonly Range[]): LoadedDocument[] | undefined {
  const batch = { start: ranges[0]?.start ?? 0, end: ranges.at(-1)?.end ?? 0 }
  // A JSON text of 100 MB with an error in it would take gigabytes here.
  if (ranges.some(range => startsLikeJson(text, contentOf(text, range)))) return undefined
  if (/^%/m.test(text.slice(batch.start, batch.end))) return undefined
  const loaded = loadYaml(text, batch)
  return 'error' in loaded || loaded.duplicates.length > 0 ? undefined : inRanges(ranges, loaded)
}

/** Which document and which of the zeros stand in which range; all are in the order of the text. */
function inRanges(ranges: readonly Range[], loaded: LoadedDocumentsOfYaml): LoadedDocument[] {
  const documents: LoadedDocument[] = []
  let next = 0
  let nextZero = 0
  for (const range of ranges) {
    const firstZero = nextZero
    while ((loaded.zeros[nextZero]?.offset ?? range.end) < range.end) nextZero++
    const document = loaded.documents[next]
    if (!document || document.offset >= range.end) continue
    next++
    const zeros = loaded.zeros.slice(firstZero, nextZero)
    documents.push({ ...range, value: document.value, zeros, duplicates: loaded.duplicates })
  }
  return documents
}

type LoadedDocumentsOfYaml = Exclude<LoadedYaml, { readonly error: LoadError }>

/** One document, or several JSON values without anything between. */
function loadRange(source: Source, range: Range, problems: Diagnostics): LoadedDocument[] {
  const content = contentOf(source.text, range)
  if (startsLikeJson(source.text, content)) {
    return loadJson(source.text, content) ?? loadFlow(source, content, problems)
  }
  const loaded = loadYaml(source.text, range)
  if (!('error' in loaded)) return inRanges([range], loaded)
  report(source, range, loaded.error, problems)
  return []
}

/** What starts like JSON but is not: YAML in flow style, or broken. */
function loadFlow(source: Source, range: Range, problems: Diagnostics): LoadedDocument[] {
  const { text } = source
  const { values, error } = scanJson(text, range)
  invariant(error, 'what JSON.parse refuses has a syntax error')
  if (range.end - range.start <= MAX_FLOW_YAML) {
    const loaded = loadYaml(text, range)
    if (!('error' in loaded)) return inRanges([range], loaded)
    if (!looksQuoted(text, range) || loaded.error.code !== 'KN003') {
      report(source, range, loaded.error, problems)
      return []
    }
  }
  report(source, range, { ...error, code: 'KN003' }, problems)
  return values.flatMap(value => loadJson(text, value) ?? [])
}

const MARKER_LINE = /---(?=\s)[ \t]*(?:#[^\r\n]*)?/y

/** A document without the blanks and the `---` before it. */
function contentOf(text: string, { start, end }: Range): Range {
  const first = skipSpace(text, start, end)
  MARKER_LINE.lastIndex = first
  return {
    start: MARKER_LINE.test(text) ? skipSpace(text, MARKER_LINE.lastIndex, end) : first,
    end,
  }
}

const startsLikeJson = (text: string, { start }: Range): boolean =>
  text[start] === '{' || text[start] === '['

/** Whether the first thing inside of the bracket is quoted or bracketed too: JSON, not YAML. */
const looksQuoted = (text: string, { start, end }: Range): boolean =>
  '"{['.includes(text[skipSpace(text, start + 1, end)] ?? ' ')

/** An error, or a warning where the document names kinds that are not read, and is passed over. */
function report(source: Source, range: Range, error: LoadError, problems: Diagnostics): void {
  const stranger = strangerIn(source.text, range)
  if (stranger !== undefined) {
    problems.reportAt('KN003', source, range.start, stranger)
    return
  }
  const kinds = [...source.text.slice(range.start, range.end).matchAll(KIND)]
  const matters = kinds.length === 0 || kinds.some(([, kind = '']) => MAY_MATTER.test(kind))
  const { offset, message } = templateIn(source.text, range) ?? error
  problems.reportAt(matters ? error.code : 'KN013', source, offset, message)
}

const KIND = /\bkind["']?\s*:\s*["']?([A-Z]\w*)/g
// Lists may hold what matters.
const MAY_MATTER =
  /^(?:Service|Endpoints|EndpointSlice|Node|ServiceCIDR|KubeProxyConfiguration)$|List$/

/** One document of a source as plain data; its range and offsets are of the source's text. */
export interface LoadedDocument extends Range {
  readonly value: unknown
  readonly zeros: readonly LeadingZero[]
  readonly duplicates: readonly DuplicateKey[]
}

/**
 * The JSON values that stand in a stretch of text one after the other, as several kubectl calls write
 * them into one pipe; undefined if it is not all JSON. One value costs no more than JSON.parse.
 */
export function loadJson(text: string, { start, end }: Range): LoadedDocument[] | undefined {
  const single = parseRange(text, start, end)
  if (single) return [single]
  const documents: LoadedDocument[] = []
  for (let at = start; at < end; ) {
    const behind = skipValue(text, at, end)
    const document = behind > at ? parseRange(text, at, behind) : undefined
    if (!document) return undefined
    documents.push(document)
    at = skipSpace(text, behind, end)
  }
  return documents
}

function parseRange(text: string, start: number, end: number): LoadedDocument | undefined {
  try {
    const value = JSON.parse(text.slice(start, end)) as unknown
    return { start, end, value, zeros: [], duplicates: [] }
  } catch {
    return undefined
  }
}
