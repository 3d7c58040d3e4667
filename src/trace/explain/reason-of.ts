import type { Plan } from '../../plan/plan.js'
import type { Packet } from '../packet.js'
import type { Destination } from './destination.js'
import { frontendReason, sourceRangesReason } from './frontend-reason.js'
import type { Reason } from './reason.js'
import { type Known, strangerReason } from './stranger-reason.js'

/**
 * Why the rules of a plan do not bring a packet to an endpoint.
 *
 * @param destination the frontend that it is addressed to, if there is one
 */
export const reasonOf = (
  plan: Plan,
  known: Known,
  packet: Packet,
  destination: Destination | undefined,
): Reason | undefined =>
  sourceRangesReason(plan, packet) ??
  (destination ? frontendReason(plan, destination) : strangerReason(plan, known, packet))
