import { fileURLToPath } from 'node:url'
import type { LayoutName } from '../../src/options/modes.js'
import type { Bench } from './bench.js'
import type { FollowFigures } from './follow-run.js'
import { LAYOUT_NAMES, ON_THE_NODE, runNode } from './inputs.js'
import { inTurn, median } from './measure.js'

const RUNS = 3
const SIZES = [1000, 10_000] as const
const RUN = fileURLToPath(new URL('./follow-run.ts', import.meta.url))

interface Run extends FollowFigures {
  /** Peak memory of the process. */
  readonly mb: number
}

/** What a follower takes for single changes, by the size of the cluster. */
export async function follow({ inputs, report }: Bench): Promise<void> {
  report.title('follow: one update, milliseconds of the processor, 10 endpoints a service')
  const points = LAYOUT_NAMES.flatMap(layout => SIZES.map(services => ({ layout, services })))
  const results = await inTurn(
    RUNS,
    points.map(
      ({ layout, services }) =>
        () =>
          runFollower(inputs.corpus(services), layout),
    ),
  )
  const corpus = inputs.corpus(10_000)
  const compiled = LAYOUT_NAMES.map(layout =>
    runNode([inputs.cli, 'compile', '-f', corpus, '--layout', layout, ...ON_THE_NODE]),
  )
  const of = (layout: LayoutName, services: number): readonly Run[] =>
    results[points.findIndex(one => one.layout === layout && one.services === services)] ?? []
  const figure = (runs: readonly Run[], name: string, part: 'p50' | 'p99') =>
    median(runs.map(({ changes }) => changes[name]?.[part] ?? Number.NaN))

  const names = Object.keys(results[0]?.[0]?.changes ?? {})
  for (const layout of LAYOUT_NAMES) {
    report.note(`Layout ${layout}:`)
    report.table(
      ['change', ...SIZES.flatMap(size => [`p50 at ${size}`, `p99 at ${size}`])],
      names.map(name => [
        name,
        ...SIZES.flatMap(size =>
          (['p50', 'p99'] as const).map(part => figure(of(layout, size), name, part).toFixed(2)),
        ),
      ]),
    )
  }
  report.table(
    ['layout, 10,000 services', 'first update', 'held beside objects', 'peak', 'peak of compile'],
    LAYOUT_NAMES.map((layout, i) => {
      const runs = of(layout, 10_000)
      return [
        layout,
        `${(median(runs.map(({ first }) => first)) / 1000).toFixed(2)} s`,
        `${median(runs.map(({ held }) => held)).toFixed(0)} MB`,
        `${Math.max(...runs.map(({ mb }) => mb)).toFixed(0)} MB`,
        `${(compiled[i]?.mb ?? Number.NaN).toFixed(0)} MB`,
      ]
    }),
  )
  const [replaced = ''] = names
  for (const layout of LAYOUT_NAMES) {
    const [small = 0, large = 0] = SIZES.map(size => figure(of(layout, size), replaced, 'p50'))
    report.atMost(`${replaced}, ${layout}, p50 at 10,000 services`, large, 1, 'ms')
    report.atMost(`${replaced}, ${layout}, p50 at 10,000 services over 1,000`, large / small, 1.3)
  }
}

function runFollower(corpus: string, layout: LayoutName): Run {
  const { stdout, mb } = runNode(['--expose-gc', '--import', 'tsx', RUN, corpus, layout])
  return { ...(JSON.parse(stdout) as FollowFigures), mb }
}
