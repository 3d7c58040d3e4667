import type { AddressTest } from '../address/ranges.js'

/** Finds the element of a set or map that holds a key. */
export type Lookup<T> = (key: readonly string[]) => T | undefined

interface Keyed {
  readonly key: readonly string[]
}

/** Indexes elements by their keys: any number of them answer in the time of a few. */
export function lookupOf<T extends Keyed>(
  elements: readonly T[],
  addressTest: (cidr: string) => AddressTest,
): Lookup<T> {
  const exact = new Map<string, T>()
  const intervals: T[] = []
  for (const element of elements) {
    if (element.key.some(isInterval)) intervals.push(element)
    else exact.set(textOf(element.key), element)
  }
  if (intervals.length === 0) return key => exact.get(textOf(key))
  const inIntervals = intervalLookup(intervals, addressTest)
  return key => exact.get(textOf(key)) ?? inIntervals(key)
}

const isInterval = (part: string): boolean => part.includes('/')
const textOf = (key: readonly string[]): string => key.join(' ')

/** Elements whose keys are intervals in the same places, by the rest of their keys. */
interface Shape<T> {
  readonly places: readonly number[]
  readonly byRest: Map<string, T[]>
}

/** Few keys share all their exact parts, so only these are tried one by one. */
function intervalLookup<T extends Keyed>(
  elements: readonly T[],
  addressTest: (cidr: string) => AddressTest,
): Lookup<T> {
  const shapes = new Map<string, Shape<T>>()
  for (const element of elements) {
    const places = element.key.flatMap((part, place) => (isInterval(part) ? [place] : []))
    const shape = shapes.get(places.join()) ?? { places, byRest: new Map() }
    shapes.set(places.join(), shape)
    const rest = restOf(element.key, places)
    const others = shape.byRest.get(rest)
    if (others) others.push(element)
    else shape.byRest.set(rest, [element])
  }
  return key => {
    for (const { places, byRest } of shapes.values()) {
      const candidates = byRest.get(restOf(key, places)) ?? []
      const found = candidates.find(element =>
        places.every(place => addressTest(element.key[place] ?? '')(key[place] ?? '')),
      )
      if (found) return found
    }
    return undefined
  }
}

const restOf = (key: readonly string[], places: readonly number[]): string =>
  textOf(key.filter((_, place) => !places.includes(place)))
