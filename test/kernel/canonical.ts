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
