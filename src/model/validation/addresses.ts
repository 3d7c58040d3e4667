import {
  isUnusable,
  type ParsedCidr,
  type ParsedIp,
  parseCidr,
  parseIp,
} from '../../address/address.js'
import type { DiagnosticCode } from '../../diagnostics/catalog/index.js'
import type { Diagnostics, FieldPath, Subject } from '../../diagnostics/diagnostic.js'
import { quote } from '../../util/text.js'

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
