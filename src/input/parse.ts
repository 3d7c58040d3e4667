import type { Diagnostics, Source } from '../diagnostics/diagnostic.js'
import { flatten, type ParsedObject } from './flatten.js'
import type { LeadingZero } from './leading-zeros.js'
import { loadDocuments } from './load-documents.js'
import type { LoadedDocument } from './loaded-document.js'

/** The objects of all sources, Lists flattened, in the order of the input. */
export function parseSources(sources: readonly Source[], problems: Diagnostics): ParsedObject[] {
  const objects: ParsedObject[] = []
  const blank: Source[] = []
  for (const source of sources) {
    const { documents, isBlank } = loadDocuments(source, problems)
    if (isBlank) blank.push(source)
    for (const document of documents) {
      for (const object of objectsOf(source, document, problems)) objects.push(object)
    }
  }
  if (sources.length > 0 && blank.length === sources.length) reportBlank(blank, problems)
  return objects
}

function objectsOf(
  source: Source,
  document: LoadedDocument,
  problems: Diagnostics,
): ParsedObject[] {
  const { value, start, end, zeros } = document
  // A document of comments behind a `---` has the value null.
  if (value === null || value === undefined) return []
  const objects = flatten(value, { source, start, end, path: [] }, problems)
  if (zeros.length > 0 && objects.some(isOfInterest)) {
    for (const zero of zeros) {
      problems.reportAt('KN008', source, zero.offset, leadingZero(zero))
    }
  }
  return objects
}

// File modes of workloads, `defaultMode: 0644`, are octal on purpose, and not read anyway.
const KINDS_OF_INTEREST = new Set([
  'Service',
  'Endpoints',
  'EndpointSlice',
  'Node',
  'ServiceCIDR',
  'KubeProxyConfiguration',
])

const isOfInterest = ({ value }: ParsedObject): boolean => KINDS_OF_INTEREST.has(String(value.kind))

function leadingZero({ written, value }: LeadingZero): string {
  return `${written} is read as ${value}, as kubectl does: write ${value}, or "${written}" for text`
}

function reportBlank(blank: readonly Source[], problems: Diagnostics): void {
  const right =
    'expected Kubernetes objects in YAML or JSON, as `kubectl get services,endpointslices,nodes -A -o json` prints them'
  const [first] = blank
  if (first && blank.length === 1) {
    problems.reportAt('KN002', first, undefined, `is empty: ${right}`)
    return
  }
  const names = blank.slice(0, 3).map(source => source.name)
  const more = blank.length > 3 ? ` and ${blank.length - 3} more` : ''
  problems.reportRun('KN002', `${names.join(', ')}${more} are empty: ${right}`)
}
