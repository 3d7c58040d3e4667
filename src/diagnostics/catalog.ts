import { ALLOCATION } from './catalog/allocation.js'
import { CROSS } from './catalog/cross.js'
import { ENDPOINTS } from './catalog/endpoints.js'
import type { Entry } from './catalog/entry.js'
import { FLOWS } from './catalog/flows.js'
import { INPUT } from './catalog/input.js'
import { LISTING } from './catalog/listing.js'
import { NODE } from './catalog/node.js'
import { SERVICE } from './catalog/service.js'
import { WEIGHTS } from './catalog/weights.js'

export type { Severity } from './catalog/entry.js'

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
} as const satisfies Record<string, Entry>

/** A stable id like `KN012`. */
export type DiagnosticCode = keyof typeof CATALOG
