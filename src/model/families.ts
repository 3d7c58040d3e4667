import type { ServiceSpec } from '../schema/types.gen.js'
import { FAMILIES, type Family } from './address.js'

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
