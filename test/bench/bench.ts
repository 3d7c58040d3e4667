import type { Inputs } from './inputs.js'
import type { Loads } from './loads.js'
import type { Report } from './report.js'

/** What an item of the benchmark works with. */
export interface Bench {
  readonly inputs: Inputs
  readonly loads: Loads
  readonly report: Report
}
