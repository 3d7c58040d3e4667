import { statSync } from 'node:fs'
import { bucketsOf, maglevTable } from '../../src/model/maglev.js'
import { compareText } from '../../src/util/collections.js'
import { jhash, scaled } from '../../src/util/jhash.js'
import { openLab } from '../../src/verify/lab/lab.js'
import type { Bench } from './bench.js'
import { costOf, FLOWS, openLoop } from './flow.js'
import { LAYOUT_NAMES } from './inputs.js'
import { loadFresh } from './loads.js'
import { inTurn, median } from './measure.js'

const SERVICES = 1000
const RUNS = 3
/** Intervals lie in a tree, elements of a map in a table. */
const LIMITS = { 'kube-proxy': 1.5, maps: 1.15 } as const
const CHOICES = [undefined, 'source-ip', 'source-ip-port'] as const
const nameOf = (hash: (typeof CHOICES)[number]): string => hash ?? 'by chance'

/** What a hash of the client costs against a random number, and what it spares when endpoints change. */
export async function hash(bench: Bench): Promise<void> {
  bench.report.title(`hash: ${SERVICES} services that hash their clients, 10 endpoints each`)
  await flows(bench)
  await loads(bench)
  disruption(bench)
}

const POINTS = CHOICES.flatMap(choice => LAYOUT_NAMES.map(layout => ({ choice, layout })))

async function flows({ inputs, report }: Bench): Promise<void> {
  const lab = openLab()
  try {
    const cases: (() => Promise<number>)[] = []
    for (const { choice, layout } of POINTS) {
      const loop = await openLoop(lab, inputs.rules(SERVICES, layout, choice))
      cases.push(() => costOf(loop, SERVICES, FLOWS))
    }
    const costs = (await inTurn(RUNS, cases)).map(runs => Math.min(...runs))
    const rows = CHOICES.map((choice, i) => [
      nameOf(choice),
      ...LAYOUT_NAMES.map((_, k) => `${costs[i * LAYOUT_NAMES.length + k]?.toFixed(2)} us`),
    ])
    report.table(['a new flow', ...LAYOUT_NAMES], rows)
    for (const [k, layout] of LAYOUT_NAMES.entries()) {
      const [chance = 0, hashed = 0] = [costs[k], costs[LAYOUT_NAMES.length + k]]
      report.atMost(
        `a flow by source-ip, over one by chance, ${layout}`,
        hashed / chance,
        LIMITS[layout],
      )
    }
  } finally {
    await lab.close()
  }
}

async function loads({ inputs, report }: Bench): Promise<void> {
  const files = POINTS.map(({ choice, layout }) => inputs.rules(SERVICES, layout, choice))
  const taken = await inTurn(
    RUNS,
    files.map(file => () => loadFresh(file)),
  )
  const rows = POINTS.map(({ choice, layout }, i) => {
    const own = taken[i] ?? []
    const bytes = statSync(files[i] ?? '').size
    return [
      `${nameOf(choice)}, ${layout}`,
      `${(bytes / 1e6).toFixed(1)} MB`,
      `${(median(own.map(({ ms }) => ms)) / 1000).toFixed(2)} s`,
      `${median(own.map(({ mb }) => mb)).toFixed(1)} MB`,
    ]
  })
  report.table([`${SERVICES} services`, 'file', 'nft -f', 'kernel memory'], rows)
}

const COUNTS = [3, 4, 10, 12, 30, 51, 100, 200]
const CLIENTS = 20_000

/** Clients of others that move when one endpoint of n goes, by ways to choose one. */
function disruption({ report }: Bench): void {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
  const rows = COUNTS.map(count => {
    const endpoints = endpointsOf(count)
    const buckets = bucketsOf({ endpoints })
    const gone = endpoints.slice(0, 50)
    const moved = gone.map(one => movedByTable(endpoints, one, buckets))
    return [
      String(count),
      percent((count - 2) / (count - 1)),
      percent(mean(gone.slice(0, 5).map(one => movedByModulo(endpoints, one)))),
      `${buckets}`,
      percent(mean(moved)),
      percent(Math.max(...moved)),
    ]
  })
  report.note('clients of the others that move when one endpoint of n goes:')
  report.table(
    ['endpoints', 'numgen', 'jhash mod n', 'buckets', 'Maglev, mean', 'Maglev, worst'],
    rows,
  )
  const paper = endpointsOf(1000)
  const table = mean(paper.slice(0, 5).map(one => movedByTable(paper, one, 65537)))
  report.note(`1000 endpoints in 65537 buckets, as in the paper: ${percent(table)}`)
}

type Weighed = Parameters<typeof bucketsOf>[0]['endpoints'][number]

const endpointsOf = (count: number): readonly Weighed[] =>
  Array.from({ length: count }, (_, i) => {
    const ip = `10.${100 + (i % 50)}.${(i * 7) % 256}.${(i * 13) % 256}`
    return { id: `${ip}:8080`, ip, port: 8080, weight: 1 } as Weighed
  }).sort((a, b) => compareText(a.id, b.id))

function movedByTable(endpoints: readonly Weighed[], gone: Weighed, buckets: number): number {
  const after = maglevTable(without(endpoints, gone), buckets)
  const before = maglevTable(endpoints, buckets)
  return movedOf(before, gone, bucket => after[bucket])
}

function movedByModulo(endpoints: readonly Weighed[], gone: Weighed): number {
  const left = without(endpoints, gone)
  const hashes = Array.from({ length: CLIENTS }, (_, i) =>
    jhash(Uint8Array.of(192, 0, i >> 8, i & 255), 1),
  )
  const before = hashes.map(one => endpoints[scaled(one, endpoints.length)] as Weighed)
  return movedOf(before, gone, client => left[scaled(hashes[client] ?? 0, left.length)])
}

const without = (endpoints: readonly Weighed[], gone: Weighed): readonly Weighed[] =>
  endpoints.filter(one => one !== gone)

function movedOf(
  before: readonly Weighed[],
  gone: Weighed,
  after: (index: number) => Weighed | undefined,
): number {
  const others = before.flatMap((one, index) => (one === gone ? [] : index))
  return others.filter(index => after(index) !== before[index]).length / others.length
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
