import { inFreshNamespace, type NftBinary } from './nft.js'

/**
 * What `nft list ruleset` printed, in one order: the kernel lists objects as they came and elements as
 * they were hashed. The order of rules in their chain stays.
 */
export function canonicalListing(listing: string): string {
  const tables = listing.split(/^(?=table )/m).map(table => {
    const [head = '', ...objects] = table.replace(/\n?\}\n*$/, '').split(/\n+(?=\t[^\t}])/)
    return [head, ...objects.map(canonicalObject).sort()].join('\n')
  })
  return tables.sort().join('\n')
}

// Elements of a named set are spread over lines; anonymous sets stand in one.
const canonicalObject = (object: string): string =>
  object.replace(/\{ ([^{}]*) \}/g, (_, elements: string) => {
    const sorted = elements.split(/,\s+/).sort()
    return sorted.length === 1 ? `{ ${sorted[0]} }` : `{\n${sorted.join('\n')}\n}`
  })

/** What an nft lists, in one order and as JSON if that was asked for. */
export interface Listing {
  readonly text: string
  readonly json: string
}

const SEPARATOR = '\f'

// Each text stands behind a line with its length in bytes.
const applyAndList = (json: boolean): string => `
  while read -r length; do
    head -c "$length" | "$@" -f -
    "$@" list ruleset; printf '${SEPARATOR}'
    ${json ? '"$@" -j list ruleset' : ':'}; printf '${SEPARATOR}'
  done`

/** Applies texts one after another in one namespace, a process each, and lists after each. */
export async function listAfterEach(
  nft: NftBinary,
  texts: readonly string[],
  json = false,
): Promise<Listing[]> {
  const input = texts.map(text => `${Buffer.byteLength(text)}\n${text}`).join('')
  const parts = (await inFreshNamespace(nft, applyAndList(json), input)).split(SEPARATOR)
  return texts.map((_, index) => ({
    text: canonicalListing(parts[2 * index] ?? ''),
    json: parts[2 * index + 1] ?? '',
  }))
}
