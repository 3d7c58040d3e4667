import type { Diagnostics, FieldPath } from '../../diagnostics/diagnostic.js'
import type {
  EndpointHints,
  EndpointSlice,
  EndpointSpec,
  Endpoints,
  Hint,
} from '../../generated/types.gen.js'
import type { InputObject } from '../../input/objects.js'
import { quote } from '../../util/text.js'
import { DNS_LABEL, DNS_SUBDOMAIN, LABEL_VALUE, reportNodeName, type Syntax } from './addresses.js'

// Limits of discovery.k8s.io/v1.
const MAX_ENDPOINTS = 1000
const MAX_PORTS = 20000
const MAX_ADDRESSES = 100
const MAX_HINTS = 8

/**
 * Checks an EndpointSlice (KN050, KN051, KN053, KN054), all but the addresses themselves: those are
 * checked where they are read. A healthy endpoint costs no allocation: there are 100,000 of them.
 */
export function checkEndpointSlice(slice: InputObject<EndpointSlice>, problems: Diagnostics): void {
  const { endpoints = [], ports = [] } = slice.value
  if (ports.length > MAX_PORTS) {
    reportLimit(slice, ['ports'], MAX_PORTS, ports.length, problems)
  } else {
    checkPortNames(slice, ports, ['ports'], problems)
  }
  if (endpoints.length > MAX_ENDPOINTS) {
    reportLimit(slice, ['endpoints'], MAX_ENDPOINTS, endpoints.length, problems)
    return
  }
  let index = 0
  for (const endpoint of endpoints) checkEndpoint(slice, endpoint, index++, problems)
}

function reportLimit(
  slice: InputObject<EndpointSlice>,
  path: FieldPath,
  limit: number,
  found: number,
  problems: Diagnostics,
): void {
  problems.report('KN050', slice, path, `must hold at most ${limit} entries (got ${found})`)
}

function checkEndpoint(
  slice: InputObject<EndpointSlice>,
  { addresses, nodeName, hints }: EndpointSpec,
  index: number,
  problems: Diagnostics,
): void {
  const count = addresses?.length ?? 0
  if (count < 1 || count > MAX_ADDRESSES) {
    const message = `must hold 1 to ${MAX_ADDRESSES} addresses (got ${count})`
    problems.report('KN050', slice, ['endpoints', index, 'addresses'], message)
  }
  if (nodeName !== undefined && !DNS_SUBDOMAIN.fits(nodeName)) {
    reportNodeName(slice, nodeName, ['endpoints', index], problems)
  }
  if (hints !== undefined) checkHints(slice, hints, index, problems)
}

function checkHints(
  slice: InputObject<EndpointSlice>,
  { forZones, forNodes }: EndpointHints,
  index: number,
  problems: Diagnostics,
): void {
  const zones = forZones && fault(forZones, LABEL_VALUE)
  if (zones) problems.report('KN053', slice, ['endpoints', index, 'hints', 'forZones'], zones)
  const nodes = forNodes && fault(forNodes, DNS_SUBDOMAIN)
  if (nodes) problems.report('KN053', slice, ['endpoints', index, 'hints', 'forNodes'], nodes)
}

/** What is wrong with a list of hints, if anything. */
function fault(hints: readonly Hint[], syntax: Syntax): string | undefined {
  if (hints.length > MAX_HINTS) return `must hold at most ${MAX_HINTS} hints (got ${hints.length})`
  let index = 0
  for (const { name } of hints) {
    if (name === '') return 'must not hold an empty name'
    if (!syntax.fits(name)) return `must hold names of ${syntax.expect} (got ${quote(name)})`
    if (isRepeated(hints, index++)) return `must not repeat a name (got ${quote(name)} again)`
  }
  return undefined
}

// A loop over at most eight names costs less than a set.
function isRepeated(hints: readonly Hint[], index: number): boolean {
  for (let before = 0; before < index; before++) {
    if (hints[before]?.name === hints[index]?.name) return true
  }
  return false
}

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

/**
 * Checks the names of the ports of an EndpointSlice or an Endpoints subset (KN051): valid where not
 * empty, and unique. Unnamed ports count as one name.
 */
function checkPortNames(
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
