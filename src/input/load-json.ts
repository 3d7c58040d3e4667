import { skipSpace, skipValue } from './json-scan.js'
import type { LoadedDocument } from './loaded-document.js'
import type { Range } from './split-documents.js'

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
    return { start, end, value: JSON.parse(text.slice(start, end)) as unknown, zeros: [] }
  } catch {
    return undefined
  }
}
