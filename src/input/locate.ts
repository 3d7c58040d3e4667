import type { FieldPath, Place, Source } from '../diagnostics/diagnostic.js'
import { groupBy } from '../util/collections.js'
import { skipSpace } from './json-scan.js'
import { locateJson } from './locate-json.js'
import { locateYaml } from './locate-yaml.js'
import { type Position, positionsOf } from './text-position.js'
import { foundOffsets, wantedTree } from './wanted.js'

/** A field of an object, to be found in the text. */
export interface FieldRequest {
  readonly place: Place
  readonly path: FieldPath
}

/**
 * Positions of fields in their sources, in the order of the requests: of the value, or of the nearest
 * parent where the field is missing. One pass over a document for all its requests.
 */
export function locateAll(requests: readonly FieldRequest[]): Position[] {
  const positions: Position[] = []
  const numbered = requests.map((request, index) => ({ ...request, index }))
  for (const [source, ofSource] of groupBy(numbered, ({ place }) => place.source)) {
    const offsets: number[] = []
    const indexes: number[] = []
    for (const ofDocument of groupBy(ofSource, ({ place }) => place.start).values()) {
      offsets.push(...documentOffsets(source, ofDocument))
      indexes.push(...ofDocument.map(({ index }) => index))
    }
    positionsOf(source.text, offsets).forEach((position, i) => {
      positions[indexes[i] ?? 0] = position
    })
  }
  return positions
}

/** Offsets in the source's text for requests that share one document. */
function documentOffsets(source: Source, requests: readonly FieldRequest[]): number[] {
  const [first] = requests
  if (!first) return []
  const { start, end } = first.place
  const paths = requests.map(({ place, path }) => [...place.path, ...path])
  const at = skipSpace(source.text, start, end)
  if (source.text[at] === '{' || source.text[at] === '[') {
    const wanted = wantedTree(paths)
    if (locateJson(source.text, at, end, wanted)) return foundOffsets(wanted, at)
  }
  // Not JSON: block style, or flow style with plain keys.
  const wanted = wantedTree(paths)
  locateYaml(source.text.slice(start, end), wanted)
  return foundOffsets(wanted, at - start).map(offset => start + offset)
}
