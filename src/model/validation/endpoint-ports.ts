import type { Diagnostics, FieldPath } from '../../diagnostics/diagnostic.js'
import type { InputObject } from '../../input/objects.js'
import { quote } from '../../util/text.js'
import { DNS_LABEL } from './syntax.js'

/**
 * Checks the names of the ports of an EndpointSlice or an Endpoints subset (KN051): valid where not
 * empty, and unique. Unnamed ports count as one name.
 */
export function checkPortNames(
  object: InputObject,
  ports: readonly { readonly name?: string }[],
  path: FieldPath,
  problems: Diagnostics,
): void {
  const seen = new Set<string>()
  for (const [index, { name = '' }] of ports.entries()) {
    const report = (message: string) =>
      problems.report('KN051', object, [...path, index, 'name'], message)
    if (name !== '' && !DNS_LABEL.fits(name)) {
      report(`must be empty, or ${DNS_LABEL.expect} (got ${quote(name)})`)
    }
    if (seen.has(name)) report(`must be unique among these ports (got ${quote(name)} again)`)
    seen.add(name)
  }
}
