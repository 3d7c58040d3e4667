import type { Ip } from '../../address/address.js'
import type { Check } from '../check.js'
import type { Observation } from '../observation.js'
import { problemOf } from './judge.js'

/** What the probes of a check came to. */
export interface Heard {
  readonly check: Check
  readonly observed: readonly Observation[]
}

/** The first problem among the observations of several checks. */
export function problemOfAll(
  heard: readonly Heard[],
  nodeAddresses: readonly Ip[],
): string | undefined {
  for (const { check, observed } of heard) {
    const problem = problemOf(check, observed, nodeAddresses)
    if (problem !== undefined) return problem
  }
  return undefined
}
