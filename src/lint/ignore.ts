import { CATALOG, codeOf, type DiagnosticCode, isOptional } from '../diagnostics/catalog/index.js'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.js'
import type { InputObject, InputObjects } from '../input/objects.js'
import { didYouMean, quote } from '../util/text.js'

/** kubenat's own annotation, on any object: ids of findings that are not to be told of it. */
export const IGNORE_ANNOTATION = 'kubenat.dev/ignore'

/** The ids that objects silence for themselves. */
export type Ignored = ReadonlyMap<Place, ReadonlySet<DiagnosticCode>>

/** No id is as long. */
const MAX_ID = 20

/** An id that can be silenced, or what is wrong with it. */
export function optionalCode(text: string): DiagnosticCode | { readonly fault: string } {
  const code = codeOf(text.toUpperCase())
  if (code === undefined) {
    // The text may be megabytes.
    const known = text.length <= MAX_ID ? Object.keys(CATALOG) : []
    const hint = didYouMean(text.toUpperCase(), known)
    return { fault: `no finding has the id ${quote(text)}${hint}` }
  }
  if (isOptional(code)) return code
  return { fault: `${code} is an error, which forbids a compile and cannot be silenced` }
}

/** Reads the annotation of every object; ids that do nothing are reported. */
export function ignoredBy(objects: InputObjects, problems: Diagnostics): Ignored {
  const ignored = new Map<Place, ReadonlySet<DiagnosticCode>>()
  for (const object of Object.values(objects).flat()) {
    const codes = codesOf(object, problems)
    if (codes.size > 0) ignored.set(object.place, codes)
  }
  return ignored
}

const MAX_IDS = 200

function codesOf(object: InputObject, problems: Diagnostics): ReadonlySet<DiagnosticCode> {
  const { annotations } = object.value.metadata
  const codes = new Set<DiagnosticCode>()
  if (annotations === undefined || !Object.hasOwn(annotations, IGNORE_ANNOTATION)) return codes
  const texts = (annotations[IGNORE_ANNOTATION] ?? '').split(/[\s,]+/, MAX_IDS)
  for (const text of texts.filter(one => one !== '')) {
    const code = optionalCode(text)
    if (typeof code === 'string') codes.add(code)
    else
      problems.report('KN141', object, ['metadata', 'annotations', IGNORE_ANNOTATION], code.fault)
  }
  return codes
}
