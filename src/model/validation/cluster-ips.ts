import type { Diagnostics, FieldPath } from '../../diagnostics/diagnostic.js'
import type { InputObject } from '../../input/objects.js'
import type { Service } from '../../schema/types.gen.js'
import { quote } from '../../util/text.js'
import { isHeadless } from '../service-port.js'
import { checkIp } from './addresses.js'

/**
 * Checks that clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy tell one story (KN037), as the API
 * server does for dual-stack Services (KEP-563).
 */
export function checkClusterIPs(service: InputObject<Service>, problems: Diagnostics): void {
  checkFamilyFields(service, problems)
  const { clusterIP = '', clusterIPs = [], ipFamilies = [] } = service.value.spec
  if (clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
    const message = `must equal clusterIP ${quote(clusterIP)} (got ${quote(clusterIPs[0])})`
    problems.report('KN037', service, ['spec', 'clusterIPs', 0], message)
  }
  if (isHeadless(service)) {
    if (clusterIPs.length > 1) {
      problems.report('KN037', service, ['spec', 'clusterIPs'], 'must hold nothing beside None')
    }
    return
  }
  const texts = clusterIPs.length > 0 ? clusterIPs : [clusterIP].filter(text => text !== '')
  const pathOf = (index: number): FieldPath =>
    clusterIPs.length > 0 ? ['spec', 'clusterIPs', index] : ['spec', 'clusterIP']
  const families = texts.map((text, i) => checkIp(text, service, pathOf(i), problems)?.family)
  checkCount(service, ['spec', 'clusterIPs'], 'addresses', families, problems)
  for (const [index, family] of families.entries()) {
    const wanted = ipFamilies[index]
    if (family === undefined || wanted === undefined || family === wanted) continue
    const message = `must be an ${wanted} address, as ipFamilies[${index}] says (got an ${family} one)`
    problems.report('KN037', service, pathOf(index), message)
  }
}

function checkFamilyFields(service: InputObject<Service>, problems: Diagnostics): void {
  const { clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = service.value.spec
  checkCount(service, ['spec', 'ipFamilies'], 'families', ipFamilies, problems)
  const count = Math.max(clusterIPs.length, ipFamilies.length)
  if (ipFamilyPolicy !== 'SingleStack' || count < 2) return
  const message = `must be PreferDualStack or RequireDualStack with two families (got ${ipFamilyPolicy})`
  problems.report('KN037', service, ['spec', 'ipFamilyPolicy'], message)
}

function checkCount(
  service: InputObject<Service>,
  path: FieldPath,
  what: string,
  families: readonly (string | undefined)[],
  problems: Diagnostics,
): void {
  // What could not be read has been reported, and is of no family.
  const known = families.filter(family => family !== undefined)
  if (new Set(known).size === known.length) return
  const list = known.slice(0, 4).join(', ')
  const message = `must hold at most two ${what}, one of each family (got ${known.length}: ${list})`
  problems.report('KN037', service, path, message)
}
