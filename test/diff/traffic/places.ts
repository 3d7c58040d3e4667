import type { TrafficReport } from '../../../src/diff/traffic/report.js'

/** What changes where, without what loaded rules do not tell: whose it is and what kind of address. */
export const places = ({ groups }: TrafficReport): readonly string[] =>
  groups
    .flatMap(({ entries }) =>
      entries.flatMap(({ targets, changes }) =>
        targets.map(({ type, ...target }) =>
          JSON.stringify([type === 'other-ports' ? type : '', target, changes]),
        ),
      ),
    )
    .sort()
