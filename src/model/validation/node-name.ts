import type { Diagnostics, FieldPath } from '../../diagnostics/diagnostic.js'
import type { InputObject } from '../../input/objects.js'
import { quote } from '../../util/text.js'
import { DNS_SUBDOMAIN } from './syntax.js'

/** Reports the nodeName of an endpoint that cannot be the name of a Node (KN054). */
export function reportNodeName(
  object: InputObject,
  nodeName: string,
  path: FieldPath,
  problems: Diagnostics,
): void {
  const message = `must be the name of a Node: ${DNS_SUBDOMAIN.expect} (got ${quote(nodeName)})`
  problems.report('KN054', object, [...path, 'nodeName'], message)
}
