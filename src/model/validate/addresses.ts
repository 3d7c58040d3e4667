import {
  isUnusable,
  type ParsedCidr,
  type ParsedIp,
  parseCidr,
  parseIp,
} from '../../address/address.js'
import type { DiagnosticCode } from '../../diagnostics/catalog/index.js'
import type { Diagnostics, FieldPath, Subject } from '../../diagnostics/diagnostic.js'
import type { InputObject, KindName } from '../../input/objects.js'
import { quote } from '../../util/text.js'
import {
  HEADLESS_LABEL,
  labelOf,
  PROXY_NAME_LABEL,
  SERVICE_NAME_LABEL,
  ZONE_LABEL,
} from '../labels.js'

/** Reads an address; reports one that is none as `code`, and a dubious spelling as a warning. */
export function checkIp(
  text: string,
  subject: Subject,
  path: FieldPath,
  problems: Diagnostics,
  code: DiagnosticCode = 'KN021',
): ParsedIp | undefined {
  const parsed = parseIp(text)
  if (!parsed) {
    const message = `must be an IPv4 or IPv6 address (got ${quote(text)})`
    problems.report(code, subject, path, message)
  } else if (parsed.dubious) {
    const message = `${quote(text)} has ${NAMED[parsed.dubious]}; read as ${parsed.ip}`
    problems.report('KN023', subject, path, message)
  }
  return parsed
}

/** Reads an address that traffic shall go to; reports and refuses one that no traffic can have. */
export function checkUsableIp(
  text: string,
  subject: Subject,
  path: FieldPath,
  problems: Diagnostics,
): ParsedIp | undefined {
  const parsed = checkIp(text, subject, path, problems)
  if (!parsed || !isUnusable(parsed.ip)) return parsed
  const message = `must not be an unspecified, loopback, link-local or multicast address (got ${quote(text)})`
  problems.report('KN025', subject, path, message)
  return undefined
}

/** Reads a CIDR; reports one that is none as `code`, dubious spellings and host bits as warnings. */
export function checkCidr(
  text: string,
  subject: Subject,
  path: FieldPath,
  problems: Diagnostics,
  code: DiagnosticCode = 'KN022',
): ParsedCidr | undefined {
  const parsed = parseCidr(text)
  if (!parsed) {
    const message = `must be a CIDR such as 10.0.0.0/8 or fd00::/64 (got ${quote(text)})`
    problems.report(code, subject, path, message)
  } else if (parsed.dubious) {
    const message = `${quote(text)} has ${NAMED[parsed.dubious]}; read as ${parsed.cidr}`
    problems.report(parsed.dubious === 'host bits' ? 'KN024' : 'KN023', subject, path, message)
  }
  return parsed
}

const NAMED = {
  'leading zeros': 'leading zeros',
  'IPv4-mapped IPv6': 'the form of an IPv4-mapped IPv6 address',
  'host bits': 'bits set beyond its prefix length',
} as const

/** A rule for names, with what it asks for in words that complete `must be`. */
export interface Syntax {
  readonly fits: (text: string) => boolean
  readonly expect: string
}

// The lengths are tested first, since the text may be megabytes.
const within = (longest: number, pattern: RegExp) => (text: string) =>
  text.length <= longest && pattern.test(text)

/** DNS-1123 label (RFC 1123), as names of namespaces and ports and, since 1.34, of Services. */
export const DNS_LABEL: Syntax = {
  fits: within(63, /^[a-z0-9]+(?:-+[a-z0-9]+)*$/),
  expect: 'at most 63 characters of a-z, 0-9 and -, beginning and ending with a letter or digit',
}

/** DNS-1123 subdomain (RFC 1123), as most names. */
export const DNS_SUBDOMAIN: Syntax = {
  fits: within(253, /^[a-z0-9]+(?:(?:-+|\.)[a-z0-9]+)*$/),
  expect:
    'at most 253 characters of a-z, 0-9, - and ., each part beginning and ending with a letter or digit',
}

/** Value of a label; may be empty. */
export const LABEL_VALUE: Syntax = {
  fits: within(63, /^(?:[A-Za-z0-9]+(?:[-_.]+[A-Za-z0-9]+)*)?$/),
  expect:
    'at most 63 characters of A-Z, a-z, 0-9, -, _ and ., beginning and ending with a letter or digit',
}

/** Name of a container port, an IANA service name (RFC 6335) in lower case. */
export const PORT_NAME: Syntax = {
  fits: within(15, /^(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/),
  expect: 'at most 15 characters of a-z, 0-9 and single -, at least one of them a letter',
}

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
