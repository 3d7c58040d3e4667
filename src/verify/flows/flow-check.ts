import type { Expectation } from '../../traffic/packet.js'
import type { Check } from '../check.js'
import type { Flow } from './flows.js'

/** A check that a user asked for. */
export interface FlowCheck extends Check {
  readonly flow: Flow
  /** What the objects promise there. */
  readonly derived: Expectation
}

/** Whether a user asked for a check. */
export const isFlowCheck = (check: Check): check is FlowCheck => 'flow' in check
