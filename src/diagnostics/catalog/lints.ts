import type { Entry } from './entry.js'
import { LINT_ADDRESSES } from './lint-addresses.js'
import { LINT_AFFINITY } from './lint-affinity.js'
import { LINT_ENDPOINTS } from './lint-endpoints.js'
import { LINT_NODES } from './lint-nodes.js'
import { LINT_POLICIES } from './lint-policies.js'
import { LINT_SERVICES } from './lint-services.js'
import { LINT_SLICES } from './lint-slices.js'
import { LINT_SOURCE_RANGES } from './lint-source-ranges.js'

/** KN200-KN299: what only `kubenat check` looks for. None of them keeps rules from being made. */
export const LINTS = {
  ...LINT_SERVICES,
  ...LINT_SOURCE_RANGES,
  ...LINT_ADDRESSES,
  ...LINT_AFFINITY,
  ...LINT_ENDPOINTS,
  ...LINT_SLICES,
  ...LINT_POLICIES,
  ...LINT_NODES,
} as const satisfies Record<string, Entry>
