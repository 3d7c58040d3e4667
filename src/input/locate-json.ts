import { eachMember } from './json-scan.js'
import type { Wanted } from './wanted.js'

/**
 * Finds the fields that are wanted of the JSON value at `at`; false if the text is not JSON. Scans it
 * without building anything, because a parser's events for a file of 70 MB take more than a gigabyte.
 */
export function locateJson(text: string, at: number, end: number, wanted: Wanted): boolean {
  wanted.offset = at
  if (wanted.children.size === 0 || (text[at] !== '{' && text[at] !== '[')) return true
  const found = new Map<Wanted, number>()
  const isJson = eachMember(text, at, end, (key, valueAt) => {
    const child = wanted.children.get(key)
    // Of a repeated key JSON.parse takes the last.
    if (child) found.set(child, valueAt)
  })
  return isJson && [...found].every(([child, valueAt]) => locateJson(text, valueAt, end, child))
}
