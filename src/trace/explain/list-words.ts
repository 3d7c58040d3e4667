const MAX_LISTED = 8

/** Some of many items, with the number of the rest. */
export function someOf(items: readonly string[], max = MAX_LISTED): string {
  if (items.length <= max) return items.join(', ')
  return `${items.slice(0, max).join(', ')} and ${items.length - max} more`
}

/** `1 endpoint`, `2 endpoints`. */
export const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? '' : 's'}`
