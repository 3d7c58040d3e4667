import type { LintCode } from '../diagnostics/catalog/index.js'
import { ADDRESS_LINTS } from './addresses.js'
import { AFFINITY_LINTS } from './affinity.js'
import { ENDPOINT_LINTS } from './endpoints.js'
import type { Lint } from './lint.js'
import { NODE_LINTS } from './nodes.js'
import { POD_LINTS } from './pods.js'
import { POLICY_LINTS } from './policies.js'
import { SERVICE_LINTS } from './services.js'
import { SIZE_LINTS } from './size.js'
import { SLICE_LINTS } from './slices.js'
import { SOURCE_RANGE_LINTS } from './source-ranges.js'
import { TOPOLOGY_LINTS } from './topology.js'

/** KN062 was given to nodes before there were lints. */
export type RegisteredCode = LintCode | 'KN062'

/** Every lint by its id: one for each entry of the catalogue from KN200 on. */
export const REGISTRY: Readonly<Record<RegisteredCode, Lint>> = {
  ...NODE_LINTS,
  ...SERVICE_LINTS,
  ...SOURCE_RANGE_LINTS,
  ...ADDRESS_LINTS,
  ...POD_LINTS,
  ...AFFINITY_LINTS,
  ...ENDPOINT_LINTS,
  ...SLICE_LINTS,
  ...POLICY_LINTS,
  ...TOPOLOGY_LINTS,
  ...SIZE_LINTS,
}
