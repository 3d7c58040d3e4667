import { type Diagnostics, fieldPathText, type Subject } from '../diagnostics/diagnostic.js'
import { groupBy } from '../util/collections.js'
import { count, someOf } from '../util/text.js'

/** An object with errors, which nothing was made of. */
export interface LeftOut {
  readonly subject: Subject
  /** The first of its errors, with the field: `spec.ports[0].port: must be ...`. */
  readonly why: string
  /** How many errors it has beside. */
  readonly more: number
}

/** The objects that errors were reported on, in the order of the reports. */
export function leftOutOf(problems: Diagnostics): readonly LeftOut[] {
  const errors = problems
    .all()
    .flatMap(({ severity, subject, path, message }) =>
      severity === 'error' && subject ? { subject, path, message } : [],
    )
  return [...groupBy(errors, ({ subject }) => subject.place).values()].flatMap(
    ([first, ...others]) => {
      if (!first) return []
      const { subject, path, message } = first
      const why = [fieldPathText(path), message].filter(part => part !== '').join(': ')
      return { subject, why, more: others.length }
    },
  )
}

/** The Services of which something is left out, by `namespace/name`: what is said of them may be wrong. */
export const servicesLeftOut = (leftOut: readonly LeftOut[]): ReadonlySet<string> =>
  new Set(leftOut.flatMap(({ subject }) => subject.service ?? []))

const MAX_NAMED = 5

/**
 * One line on what was left out and why: `left out, as it has errors: EndpointSlice default/a-1 of
 * Service default/a (endpoints[0].addresses[1]: ...)`.
 *
 * @param bare Services without endpoints, by `namespace/name`, where that is to be told
 */
export function leftOutText(leftOut: readonly LeftOut[], bare?: ReadonlySet<string>): string {
  // One object may be read twice, as the old and the new one.
  const texts = [...new Set(leftOut.map(one => oneText(one, bare)))]
  const head = texts.length === 1 ? 'left out, as it has errors' : 'left out, as they have errors'
  return `${head}: ${someOf(texts, MAX_NAMED)}`
}

function oneText(
  { subject: { label, service }, why, more }: LeftOut,
  bare: ReadonlySet<string> | undefined,
): string {
  const name = label === service ? `Service ${label}` : label || 'an object without a name'
  const isPart = service !== undefined && label !== service
  const refused = isPart && bare?.has(service) ? ', which has no endpoints then and is refused' : ''
  const of = isPart ? ` of Service ${service}${refused}` : ''
  return `${name}${of} (${why}${more === 0 ? '' : `; and ${count(more, 'error')} more`})`
}
