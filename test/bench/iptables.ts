import type { Bench } from './bench.js'
import { FOR_IPTABLES, LAYOUT_NAMES, ON_THE_NODE, runNode } from './inputs.js'
import { iptablesLoad } from './iptables-load.js'
import { inTurn, median } from './measure.js'

const RUNS = 3
const MODES = [
  ...LAYOUT_NAMES.map(name => ({ name: `nftables, ${name}`, options: ['--layout', name] })),
  { name: 'iptables, body', options: FOR_IPTABLES },
  { name: 'iptables, full', options: [...FOR_IPTABLES, '--form', 'full'] },
]

/** iptables mode beside both layouts of nftables mode: compiling, and loading into an empty kernel. */
export async function iptables(bench: Bench): Promise<void> {
  await compiling(bench)
  await iptablesLoad(bench)
}

async function compiling({ inputs, report }: Bench): Promise<void> {
  report.title('iptables: compiling 10,000 services, 10 endpoints each')
  const corpus = ['-f', inputs.corpus(10_000), ...ON_THE_NODE]
  const results = await inTurn(
    RUNS,
    MODES.map(
      ({ options }) =>
        () =>
          runNode([inputs.cli, 'compile', ...corpus, ...options]),
    ),
  )
  const figures = results.map((runs, i) => ({
    name: MODES[i]?.name ?? '',
    ms: median(runs.map(({ ms }) => ms)),
    mb: Math.max(...runs.map(({ mb }) => mb)),
    output: (runs[0]?.stdout.length ?? 0) / 1e6,
  }))
  const [kubeProxy, , body] = figures
  if (!kubeProxy || !body) return
  report.table(
    ['', 'time', 'over kube-proxy', 'peak memory', 'output'],
    figures.map(({ name, ms, mb, output }) => [
      name,
      `${(ms / 1000).toFixed(2)} s`,
      `${(ms / kubeProxy.ms).toFixed(1)} x`,
      `${mb.toFixed(0)} MB`,
      `${output.toFixed(1)} MB`,
    ]),
  )
  report.atMost('time of iptables, over the layout kube-proxy', body.ms / kubeProxy.ms, 2.5)
  report.atMost('peak memory of iptables', body.mb, 800, 'MB')
}
