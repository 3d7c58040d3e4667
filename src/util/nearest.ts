import { distance } from 'fastest-levenshtein'
import { compareText } from './compare.js'

const MAX_SUGGESTIONS = 3

/** The names most like a misspelt one, nearest first; none that share too little with it. */
export function nearest(name: string, known: Iterable<string>): string[] {
  return [...known]
    .map(candidate => ({ candidate, steps: distance(name, candidate) }))
    .filter(({ candidate, steps }) => steps <= Math.max(2, candidate.length / 2))
    .sort((a, b) => a.steps - b.steps || compareText(a.candidate, b.candidate))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ candidate }) => candidate)
}

/** The names most like a misspelt one as the end of a message; empty where there is none. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const similar = nearest(name, known)
  return similar.length > 0 ? `; did you mean ${similar.join(', ')}?` : ''
}
