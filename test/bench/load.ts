import type { Bench } from './bench.js'
import type { Point } from './loads.js'

const SIZES = [1000, 5000, 10_000]

/** Loading all rules of a node into an empty kernel. */
export async function load({ report, loads }: Bench): Promise<void> {
  report.title('load: nft -f of all rules, 10 endpoints a service')
  const points = (services: number): Point[] => [
    { services, layout: 'kube-proxy' },
    { services, layout: 'maps' },
  ]
  const twice: Point = { services: 20_000, layout: 'maps' }
  const figures = await loads.at([...SIZES.flatMap(points), twice])
  const times = figures.map(({ ms }) => ms)
  const rows = SIZES.map((services, i) => {
    const [kubeProxy = 0, maps = 0] = times.slice(2 * i)
    return [String(services), seconds(kubeProxy), seconds(maps), `${ratio(kubeProxy, maps)} x`]
  })
  const [mapsAtTwice = 0] = times.slice(-1)
  report.table(
    ['services', 'kube-proxy', 'maps', 'faster by'],
    [...rows, ['20000', '', seconds(mapsAtTwice), '']],
  )
  const [kubeProxy = 0, maps = 0] = times.slice(4)
  report.atLeast('maps at 10,000 services, faster than kube-proxy by', kubeProxy / maps, 10)
  report.atMost('maps at 20,000 services, over 10,000', mapsAtTwice / maps, 2.3)
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`
const ratio = (one: number, other: number): string => (one / other).toFixed(1)
