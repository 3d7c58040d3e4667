import type { LayoutName } from '../../src/options/modes.js'
import { type Lab, type Namespace, openLab, run } from '../../src/verify/lab/lab.js'
import type { Bench } from './bench.js'
import type { Inputs } from './inputs.js'
import type { Point } from './loads.js'
import { clock, inTurn, median } from './measure.js'

const RUNS = 10
const POINTS: readonly Point[] = [
  { services: 1000, layout: 'maps' },
  { services: 10_000, layout: 'maps' },
  { services: 1000, layout: 'kube-proxy' },
  { services: 10_000, layout: 'kube-proxy' },
]

/** Applying a change of one endpoint to loaded rules: the transaction that `kubenat diff` prints. */
export async function change({ inputs, report }: Bench): Promise<void> {
  report.title('change: nft -f of the transaction for one endpoint, the whole process')
  const lab = openLab()
  try {
    const switches = []
    for (const point of POINTS) switches.push(await openSwitch(lab, inputs, point))
    const results = await inTurn(RUNS, switches)
    const times = results.map(runs => median(runs.flat()))
    const ms = (value = 0) => `${value.toFixed(1)} ms`
    const [mapsSmall = 0, mapsLarge = 0, small, large] = times
    report.table(
      ['services', 'kube-proxy', 'maps'],
      [
        ['1000', ms(small), ms(mapsSmall)],
        ['10000', ms(large), ms(mapsLarge)],
      ],
    )
    report.atMost('maps at 10,000 services', mapsLarge, 50, 'ms')
    report.atMost('maps at 10,000 services, over 1,000', mapsLarge / mapsSmall, 1.5)
  } finally {
    await lab.close()
  }
}

/** Loads the rules, and returns what changes the endpoint and changes it back, in milliseconds each. */
async function openSwitch(
  lab: Lab,
  inputs: Inputs,
  { services, layout }: Point,
): Promise<() => Promise<number[]>> {
  const transactions = transactionsOf(inputs, services, layout)
  const namespace = await lab.namespace(`${services}-${layout}`)
  await run(namespace, ['nft', '-f', inputs.rules(services, layout)])
  return async () => {
    const times: number[] = []
    for (const text of transactions) times.push(await apply(namespace, text))
    return times
  }
}

const transactionsOf = (inputs: Inputs, services: number, layout: LayoutName): string[] =>
  (['there', 'back'] as const).map(way => inputs.transaction(services, layout, way))

async function apply(namespace: Namespace, text: string): Promise<number> {
  const start = clock()
  await run(namespace, ['nft', '-f', '-'], text)
  return clock() - start
}
