import ipRegex from 'ip-regex'
import { Netmask } from 'netmask'
import type { ServiceSpec } from '../generated/types.gen.js'

/** The IP families as the Kubernetes API spells them. */
export type Family = 'IPv4' | 'IPv6'
export const FAMILIES: readonly Family[] = ['IPv4', 'IPv6']

/** A canonical address: no leading zeros, IPv6 per RFC 5952. Made by `parseIp` only. */
export type Ip = string & { readonly brand: 'Ip' }
/** A canonical CIDR, host bits masked. Made by `parseCidr` only. */
export type Cidr = string & { readonly brand: 'Cidr' }

/** What a tolerant reader accepts and a strict one refuses (gate StrictIPCIDRValidation). */
export type Dubious = 'leading zeros' | 'IPv4-mapped IPv6' | 'host bits'

export interface ParsedIp {
  readonly ip: Ip
  readonly family: Family
  readonly dubious?: Dubious
}

export interface ParsedCidr {
  readonly cidr: Cidr
  readonly family: Family
  readonly dubious?: Dubious
}

const IPV4 = ipRegex.v4({ exact: true })
const IPV6 = ipRegex.v6({ exact: true })
const LEADING_ZEROS = /^0+(?=\d)/
const DOTTED_DIGITS = /^\d{1,10}(?:\.\d{1,10}){3}$/
const PREFIX_LENGTH = /^(?:0|[1-9]\d{0,2})$/
const MAPPED_HEX = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

/**
 * Reads one address as kube-proxy does: leading zeros are decimal (never octal, as netmask and nft
 * read them) and an IPv4-mapped IPv6 address is the IPv4 address; both are marked dubious. Short
 * forms, hexadecimal, zones and blanks are refused. `undefined` for anything that is no address.
 */
export function parseIp(text: string): ParsedIp | undefined {
  if (IPV4.test(text)) return { ip: text as Ip, family: 'IPv4' }
  if (IPV6.test(text)) return text.includes('%') ? undefined : parseIpv6(text)
  if (!DOTTED_DIGITS.test(text)) return undefined
  const decimal = text.split('.').map(part => part.replace(LEADING_ZEROS, ''))
  const canonical = decimal.join('.')
  return IPV4.test(canonical)
    ? { ip: canonical as Ip, family: 'IPv4', dubious: 'leading zeros' }
    : undefined
}

function parseIpv6(text: string): ParsedIp {
  const canonical = new Netmask(`${text}/128`).base
  const mapped = mappedFromHex(canonical)
  if (mapped === undefined) return { ip: canonical as Ip, family: 'IPv6' }
  return { ip: mapped as Ip, family: 'IPv4', dubious: 'IPv4-mapped IPv6' }
}

function mappedFromHex(canonical: string): string | undefined {
  const match = MAPPED_HEX.exec(canonical)
  if (!match) return undefined
  return [match[1], match[2]]
    .map(group => Number.parseInt(group ?? '', 16))
    .map(group => `${group >> 8}.${group & 255}`)
    .join('.')
}

/**
 * Reads one CIDR; blanks around it are the caller's matter. Host bits are masked and marked dubious.
 * A prefix length is required, plain decimal, within the family's bits.
 */
export function parseCidr(text: string): ParsedCidr | undefined {
  const slash = text.indexOf('/')
  if (slash < 0) return undefined
  const address = parseIp(text.slice(0, slash))
  const prefix = text.slice(slash + 1)
  // A mapped address would leave open whose bits the prefix counts.
  if (!address || address.dubious === 'IPv4-mapped IPv6') return undefined
  if (!PREFIX_LENGTH.test(prefix) || Number(prefix) > (address.family === 'IPv4' ? 32 : 128))
    return undefined
  const base = new Netmask(`${address.ip}/${prefix}`).base
  const { family } = address
  const cidr = `${base}/${prefix}` as Cidr
  if (address.dubious) return { cidr, family, dubious: address.dubious }
  return base === address.ip ? { cidr, family } : { cidr, family, dubious: 'host bits' }
}

/** The family of a canonical address or CIDR. */
export const familyOf = (address: Ip | Cidr): Family => (address.includes(':') ? 'IPv6' : 'IPv4')

/** A test for membership in any of some CIDRs; an address of another family is in none. */
export function containedIn(cidrs: readonly Cidr[]): (ip: Ip) => boolean {
  const masks = cidrs.map(cidr => ({ family: familyOf(cidr), mask: new Netmask(cidr) }))
  // netmask throws where the families differ.
  return ip => masks.some(({ family, mask }) => family === familyOf(ip) && mask.contains(ip))
}

const never = ['0.0.0.0/32', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4']
const never6 = ['::/128', '::1/128', 'fe80::/10', 'ff00::/8']
const isSpecial = containedIn([...never, ...never6] as Cidr[])

/** How every such address begins: spares the rest, hundreds of thousands, the arithmetic. */
const MAYBE_SPECIAL = /^(?:0|127|169|2[23]\d)\.|^(?:::|f[ef])/

/** Unspecified, loopback, link-local or multicast: no endpoint and no external IP can be one. */
export const isUnusable = (ip: Ip): boolean => MAYBE_SPECIAL.test(ip) && isSpecial(ip)

/** 127.0.0.0/8 or ::1; canonical addresses tell by how they begin. */
export const isLoopback = (ip: Ip): boolean => ip.startsWith('127.') || ip === '::1'

/**
 * The families that a Service asks for while it has no cluster IP, the primary one first: its
 * ipFamilies (else the first family of the cluster), completed as its ipFamilyPolicy says.
 * `clusterFamilies` are those of the service CIDRs, in their order; none stand for IPv4. Two
 * ipFamilies without a policy count as both, where an API server would ask for the policy.
 */
export function wantedFamilies(
  spec: ServiceSpec,
  clusterFamilies: readonly Family[],
): readonly Family[] {
  const cluster: readonly Family[] = clusterFamilies.length > 0 ? clusterFamilies : ['IPv4']
  const named = spec.ipFamilies?.length ? spec.ipFamilies : cluster.slice(0, 1)
  return [...new Set([...named, ...COMPLETED_BY[spec.ipFamilyPolicy ?? 'SingleStack'](cluster)])]
}

type Policy = NonNullable<ServiceSpec['ipFamilyPolicy']>

const COMPLETED_BY: Record<Policy, (cluster: readonly Family[]) => readonly Family[]> = {
  SingleStack: () => [],
  PreferDualStack: cluster => cluster,
  RequireDualStack: () => FAMILIES,
}
