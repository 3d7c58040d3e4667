import type { LayoutName } from '../../src/options/modes.js'
import { type Lab, openLab, run } from '../../src/verify/lab/lab.js'
import type { Bench } from './bench.js'
import { type FlowLoop, openFlowLoop } from './flow-loop.js'
import { type Inputs, LAYOUT_NAMES } from './inputs.js'
import { inTurn } from './measure.js'
import type { Report } from './report.js'

const RUNS = 5
export const FLOWS = 100_000
const SIZES = [10, 1000, 10_000]
/** What the ratio of two equal costs may come out as. */
const ERROR = 1.1
/** Larger tables lie in slower memory. */
const FLAT = 1.5

/** Microseconds that a flow costs. */
interface Costs {
  readonly empty: number
  readonly at: (services: number, layout: LayoutName) => number
}

/** What the first packet of a flow costs, through a real cable, by the layout and the services. */
export async function flow({ inputs, report }: Bench): Promise<void> {
  const method = `the fastest stretch of ${RUNS} x ${FLOWS} flows`
  report.title(`flow: a new flow to a cluster IP, tracked, translated and forwarded; ${method}`)
  const lab = openLab()
  try {
    reportCosts(await measure(lab, inputs), report)
  } finally {
    await lab.close()
  }
}

async function measure(lab: Lab, inputs: Inputs): Promise<Costs> {
  const points = SIZES.flatMap(services => LAYOUT_NAMES.map(layout => ({ services, layout })))
  const empty = await openLoop(lab, '-', EMPTY)
  const cases = [() => costOf(empty, 10, 0)]
  for (const { services, layout } of points) {
    const loop = await openLoop(lab, inputs.rules(services, layout))
    cases.push(() => costOf(loop, services, FLOWS))
  }
  const [bare = Number.NaN, ...costs] = (await inTurn(RUNS, cases)).map(runs => Math.min(...runs))
  return {
    empty: bare,
    at: (services, layout) =>
      costs[points.findIndex(point => point.services === services && point.layout === layout)] ??
      Number.NaN,
  }
}

function reportCosts({ empty, at }: Costs, report: Report): void {
  const us = (cost: number) => `${cost.toFixed(2)} us`
  const rows = SIZES.map(services => {
    const both = LAYOUT_NAMES.map(layout => at(services, layout))
    return [String(services), ...both.map(us), ...both.map(cost => us(cost - empty))]
  })
  report.table(
    ['services', ...LAYOUT_NAMES, ...LAYOUT_NAMES.map(layout => `rules of ${layout} alone`)],
    [['no rules', us(empty), us(empty), '', ''], ...rows],
  )
  for (const services of SIZES) {
    const ratio = at(services, 'maps') / at(services, 'kube-proxy')
    report.atMost(`maps at ${services} services, over kube-proxy`, ratio, ERROR)
  }
  report.atMost('maps at 10000 services, over 10', at(10_000, 'maps') / at(10, 'maps'), FLAT)
}

/** A node that tracks connections and has the hooks of NAT, without rules. */
const EMPTY = `table ip kube-proxy {
  chain nat-prerouting { type nat hook prerouting priority -100; }
  chain nat-postrouting { type nat hook postrouting priority 100; }
}
`

/** A loop of flows through a node with the rules of a file, or of a text if that is `-`. */
export async function openLoop(lab: Lab, file: string, text = ''): Promise<FlowLoop> {
  const node = await lab.namespace('node')
  await run(node, ['nft', '-f', file], text)
  return openFlowLoop(lab, node)
}

/** Microseconds that a flow costs, to any of so many services, of which so many must be translated. */
export async function costOf(
  loop: FlowLoop,
  services: number,
  translations: number,
): Promise<number> {
  const { cost, arrivals } = await loop.send(FLOWS, services)
  await loop.forget()
  const translated = arrivals.get('10.0.0.0') ?? 0
  // A loop of packets that nobody translates would be fast indeed.
  if (translated < translations) throw new Error(`only ${translated} flows were translated`)
  return cost
}
