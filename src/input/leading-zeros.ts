import { EVENT_ID, type Event, SCALAR_STYLE } from 'js-yaml'
import { kubectlInteger } from './yaml-schema.js'

/** An integer with a leading zero and what kubectl reads it as. */
export interface LeadingZero {
  readonly offset: number
  readonly written: string
  readonly value: number
}

const TRIGGER = /(?:^|[\s:,[{-])[-+]?0[0-9_]+(?:$|[\s,\]}:])/
const LEADING_ZERO = /^[-+]?0[0-9_]*[0-9]/

/** Integers with leading zeros among the plain scalars of a document. */
export function leadingZeros(events: readonly Event[], text: string): LeadingZero[] {
  // Nearly no document has one: spare the others the walk over their events.
  if (!TRIGGER.test(text)) return []
  return events.flatMap(event => {
    if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN) return []
    // An explicit tag says what is meant.
    if (event.valueStart < 0 || event.tagStart >= 0) return []
    const written = text.slice(event.valueStart, event.valueEnd)
    const value = LEADING_ZERO.test(written) ? kubectlInteger(written) : undefined
    return value === undefined ? [] : [{ offset: event.valueStart, written, value }]
  })
}
