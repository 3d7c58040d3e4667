import type { Diagnostics, FieldPath } from '../../diagnostics/diagnostic.js'
import type { InputObject, KindName } from '../../input/objects.js'
import { quote } from '../../util/text.js'
import {
  HEADLESS_LABEL,
  labelOf,
  PROXY_NAME_LABEL,
  SERVICE_NAME_LABEL,
  ZONE_LABEL,
} from '../labels.js'
import { DNS_LABEL, DNS_SUBDOMAIN, LABEL_VALUE, type Syntax } from './syntax.js'

// A Service may begin with a digit since 1.34 (gate RelaxedServiceNameValidation).
const NAMES: Record<KindName, Syntax> = {
  Service: DNS_LABEL,
  Endpoints: DNS_SUBDOMAIN,
  EndpointSlice: DNS_SUBDOMAIN,
  Node: DNS_SUBDOMAIN,
  ServiceCIDR: DNS_SUBDOMAIN,
}

const LABELS_READ = [SERVICE_NAME_LABEL, PROXY_NAME_LABEL, HEADLESS_LABEL, ZONE_LABEL]

/** Checks an object's name and namespace, and the values of the labels that are read. */
export function checkMetadata(object: InputObject, problems: Diagnostics): void {
  const check = (text: string, syntax: Syntax, path: FieldPath) => {
    if (syntax.fits(text)) return
    problems.report('KN020', object, path, `must be ${syntax.expect} (got ${quote(text)})`)
  }
  const { metadata } = object.value
  check(object.name, NAMES[object.kind], ['metadata', 'name'])
  // Kinds without namespaces have an empty one.
  if (object.namespace !== '') check(object.namespace, DNS_LABEL, ['metadata', 'namespace'])
  if (metadata.labels === undefined) return
  for (const label of LABELS_READ) {
    const value = labelOf(metadata, label)
    if (value !== undefined) check(value, LABEL_VALUE, ['metadata', 'labels', label])
  }
}
