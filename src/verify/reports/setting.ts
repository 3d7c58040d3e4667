import type { LeftOut } from '../checks/left-out.js'

/** What a report depends on beside its results. */
export interface Setting {
  /** Name of the node under test. */
  readonly node: string
  /** Whether colours are wanted; only the text has some. */
  readonly color: boolean
  /** What was not tried at all. */
  readonly left: readonly LeftOut[]
}
