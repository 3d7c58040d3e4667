import { locateAll } from '../../input/locate.js'
import type { FlowCheck } from '../flows/flow-check.js'
import type { Where } from '../report.js'

/** Where the flow stands that asked for a check. */
export function flowWhere({ flow }: FlowCheck): Where {
  const { place } = flow.subject
  const { line, column } = locateAll([{ place, path: [] }])[0] ?? { line: 1, column: 1 }
  return { file: place.source.name, line, column }
}
