import { countKinds } from '../traffic/fold.js'
import type { ChangeKind } from '../traffic/kinds.js'
import type { TrafficReport } from '../traffic/report.js'

/** Kinds of changes for which a diff fails, exit code 1. */
export type FailOn = ReadonlySet<ChangeKind>

/** Whether a change is of a kind that counts. */
export const isFailing = (report: TrafficReport, failOn: FailOn): boolean =>
  Object.keys(countKinds(report)).some(kind => failOn.has(kind as ChangeKind))

/** `exposed: 1, backends: 2`, the number of destinations with each; empty where nothing differs. */
export const summaryWords = (report: TrafficReport): string =>
  Object.entries(countKinds(report))
    .map(([kind, count]) => `${kind}: ${count}`)
    .join(', ')
