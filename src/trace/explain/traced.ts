import type { Ip } from '../../address/address.js'
import type { TraceReport } from '../../generated/reports.gen.js'
import type { Plan } from '../../plan/plan.js'
import type { Table } from '../../rules/table.js'
import type { Branch, Packet } from '../packet.js'
import type { Known } from './stranger-reason.js'

/** A packet's way, and what is known of the rules that made it. */
export interface Traced {
  readonly packet: Packet
  /** Who sends it, in words. */
  readonly sender: string | undefined
  /** None of an unknown outcome. */
  readonly branches: readonly Branch[]
  /** The tables that the packet was walked through. */
  readonly tables: readonly Table[]
  /** Every address of the node. */
  readonly addresses: readonly Ip[]
  readonly rules: Pick<TraceReport, 'layout' | 'listing'>
  /** What the objects say; absent where there are none beside a listing. */
  readonly objects?: ObjectsSay
}

/** What the objects of a cluster say of the node. */
export interface ObjectsSay extends Known {
  /** Of the packet's family. */
  readonly plan: Plan
  /** What compiled rules do with the packet, where others than these were walked. */
  readonly expected?: readonly Branch[]
}
