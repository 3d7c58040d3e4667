import type { Entry } from '../entry.js'
import { HASH } from './hash.js'
import { CHECK, FLOWS, INPUT, LISTING } from './input.js'
import {
  LINT_ADDRESSES,
  LINT_AFFINITY,
  LINT_ENDPOINTS,
  LINT_NODES,
  LINT_POLICIES,
  LINT_SERVICES,
  LINT_SLICES,
  LINT_SOURCE_RANGES,
} from './lints.js'
import { MIGRATE } from './migrate.js'
import { ALLOCATION, CROSS, ENDPOINTS, NODE, SERVICE, WEIGHTS } from './objects.js'

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

export type { Severity } from '../entry.js'

/** Every diagnostic there is, in order. Numbers are stable: never reused, never renumbered. */
export const CATALOG = {
  ...INPUT,
  ...SERVICE,
  ...ENDPOINTS,
  ...NODE,
  ...WEIGHTS,
  ...HASH,
  ...ALLOCATION,
  ...CROSS,
  ...LISTING,
  ...FLOWS,
  ...CHECK,
  ...LINTS,
  ...MIGRATE,
} as const satisfies Record<string, Entry>

/** A stable id like `KN012`. */
export type DiagnosticCode = keyof typeof CATALOG

/** The id of a diagnostic that only `kubenat check` reports. */
export type LintCode = keyof typeof LINTS

/** The known id of a text, if it is one. */
export const codeOf = (text: string): DiagnosticCode | undefined =>
  Object.hasOwn(CATALOG, text) ? (text as DiagnosticCode) : undefined

/** Whether a finding may be silenced or weighed otherwise: what forbids a compile may not. */
export const isOptional = (code: DiagnosticCode): boolean => CATALOG[code].severity !== 'error'
/** The id of a finding of `kubenat migrate`. */
export type FindingCode = keyof typeof MIGRATE
