import { ALLOCATION } from './catalog/allocation.js'
import { CHECK } from './catalog/check.js'
import { CROSS } from './catalog/cross.js'
import { ENDPOINTS } from './catalog/endpoints.js'
import type { Entry } from './catalog/entry.js'
import { FLOWS } from './catalog/flows.js'
import { INPUT } from './catalog/input.js'
import { LINTS } from './catalog/lints.js'
import { LISTING } from './catalog/listing.js'
import { MIGRATE } from './catalog/migrate.js'
import { NODE } from './catalog/node.js'
import { SERVICE } from './catalog/service.js'
import { WEIGHTS } from './catalog/weights.js'

export type { Severity } from './catalog/entry.js'
export { LINTS } from './catalog/lints.js'

/** Every diagnostic there is, in order. Numbers are stable: never reused, never renumbered. */
export const CATALOG = {
  ...INPUT,
  ...SERVICE,
  ...ENDPOINTS,
  ...NODE,
  ...WEIGHTS,
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
