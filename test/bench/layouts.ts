import type { Bench } from './bench.js'
import { LAYOUT_NAMES, ON_THE_NODE, runNode } from './inputs.js'
import { inTurn, median } from './measure.js'

const RUNS = 3

/** What the choice of the layout costs at compile time. */
export async function layouts({ inputs, report }: Bench): Promise<void> {
  report.title('layouts: compiling 10,000 services, 10 endpoints each')
  const corpus = ['-f', inputs.corpus(10_000), ...ON_THE_NODE]
  const results = await inTurn(
    RUNS,
    LAYOUT_NAMES.map(name => () => runNode([inputs.cli, 'compile', ...corpus, '--layout', name])),
  )
  const figures = results.map((runs, i) => ({
    name: LAYOUT_NAMES[i] ?? '',
    ms: median(runs.map(({ ms }) => ms)),
    mb: Math.max(...runs.map(({ mb }) => mb)),
    output: (runs[0]?.stdout.length ?? 0) / 1e6,
  }))
  report.table(
    ['layout', 'time', 'peak memory', 'output'],
    figures.map(({ name, ms, mb, output }) => [
      name,
      `${(ms / 1000).toFixed(2)} s`,
      `${mb.toFixed(0)} MB`,
      `${output.toFixed(1)} MB`,
    ]),
  )
  const [kubeProxy, maps] = figures
  if (!kubeProxy || !maps) return
  report.atMost('time of maps, over kube-proxy', maps.ms / kubeProxy.ms, 1.5)
  report.atMost('peak memory of maps', maps.mb, 600, 'MB')
}
