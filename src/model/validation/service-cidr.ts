import type { Diagnostics } from '../../diagnostics/diagnostic.js'
import type { InputObject } from '../../input/objects.js'
import type { ServiceCIDR } from '../../schema/types.gen.js'
import { checkCidr } from './addresses.js'

/** Checks the ranges of a ServiceCIDR (KN022). */
export function checkServiceCIDR(object: InputObject<ServiceCIDR>, problems: Diagnostics): void {
  for (const [index, text] of (object.value.spec.cidrs ?? []).entries()) {
    checkCidr(text, object, ['spec', 'cidrs', index], problems)
  }
}
