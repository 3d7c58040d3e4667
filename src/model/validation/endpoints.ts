import type { Diagnostics } from '../../diagnostics/diagnostic.js'
import type { InputObject } from '../../input/objects.js'
import type { Endpoints } from '../../schema/types.gen.js'
import { checkPortNames } from './endpoint-ports.js'
import { reportNodeName } from './node-name.js'
import { DNS_SUBDOMAIN } from './syntax.js'

/**
 * Checks the subsets of Endpoints by the rules of the slices that are made of them (KN051, KN054).
 * The addresses themselves are checked where they are read; subsets have no limits of number.
 */
export function checkEndpoints(endpoints: InputObject<Endpoints>, problems: Diagnostics): void {
  for (const [index, subset] of (endpoints.value.subsets ?? []).entries()) {
    const path = ['subsets', index]
    checkPortNames(endpoints, subset.ports ?? [], [...path, 'ports'], problems)
    for (const field of ['addresses', 'notReadyAddresses'] as const) {
      for (const [i, { nodeName }] of (subset[field] ?? []).entries()) {
        if (nodeName === undefined || DNS_SUBDOMAIN.fits(nodeName)) continue
        reportNodeName(endpoints, nodeName, [...path, field, i], problems)
      }
    }
  }
}
