import { writeFileSync } from 'node:fs'
import { openLab, run } from '../../src/verify/lab/lab.js'
import type { Bench } from './bench.js'
import { openFlowLoop } from './flow-loop.js'
import { LAYOUT_NAMES, ON_THE_NODE, runNode } from './inputs.js'

const FLOWS = 100_000
const WEIGHTS: Readonly<Record<string, number>> = {
  '10.244.0.1': 1,
  '10.244.0.2': 2,
  '10.244.0.3': 4,
  '10.244.0.4': 8,
  '10.244.0.5': 16,
}

/** Whether flows spread over weighted endpoints as the weights say. */
export async function shares({ inputs, report }: Bench): Promise<void> {
  report.title(`shares: ${FLOWS} new flows over endpoints with weights`)
  const counts: number[][] = []
  for (const layout of LAYOUT_NAMES) {
    const { stdout } = runNode([
      inputs.cli,
      'compile',
      '-f',
      inputs.file('weighted.json', writeObjects),
      '--layout',
      layout,
      ...ON_THE_NODE,
    ])
    counts.push(await arrivalsUnder(stdout))
  }
  report.table(
    ['weight', ...LAYOUT_NAMES],
    Object.values(WEIGHTS).map((weight, i) => [
      String(weight),
      ...counts.map(count => String(count[i])),
    ]),
  )
  for (const [i, layout] of LAYOUT_NAMES.entries())
    report.atLeast(
      `probability of a chi-square as large, ${layout}`,
      probability(counts[i] ?? []),
      0.001,
      '',
    )
}

async function arrivalsUnder(rules: string): Promise<number[]> {
  const lab = openLab()
  try {
    const node = await lab.namespace('weighted')
    await run(node, ['nft', '-f', '-'], rules)
    const loop = await openFlowLoop(lab, node, 'each')
    const { arrivals } = await loop.send(FLOWS, 1)
    const strangers = [...arrivals.keys()].filter(address => !Object.hasOwn(WEIGHTS, address))
    if (strangers.length > 0) throw new Error(`flows went to ${strangers.join(', ')}`)
    return Object.keys(WEIGHTS).map(address => arrivals.get(address) ?? 0)
  } finally {
    await lab.close()
  }
}

/** How likely right shares are to be at least as far off: chi-square with four degrees of freedom. */
function probability(counts: readonly number[]): number {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  const weights = Object.values(WEIGHTS)
  const chiSquare = sum(
    weights.map((weight, i) => {
      const expected = (sum(counts) * weight) / sum(weights)
      return ((counts[i] ?? 0) - expected) ** 2 / expected
    }),
  )
  return Math.exp(-chiSquare / 2) * (1 + chiSquare / 2)
}

function writeObjects(file: string): void {
  const metadata = {
    name: 'web',
    namespace: 'shop',
    annotations: { 'kubenat.dev/weights': JSON.stringify(WEIGHTS) },
  }
  const port = { name: 'http', protocol: 'TCP' }
  const items = [
    { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      // The first address of the corpus: where the loop sends to.
      spec: { clusterIP: '10.96.0.0', ports: [{ ...port, port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'web-1',
        namespace: 'shop',
        labels: { 'kubernetes.io/service-name': 'web' },
      },
      addressType: 'IPv4',
      ports: [{ ...port, port: 8080 }],
      endpoints: Object.keys(WEIGHTS).map(address => ({ addresses: [address] })),
    },
  ]
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
}
