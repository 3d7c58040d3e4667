import type { Bench } from './bench.js'

const SIZES = [1000, 10_000]

/** Kernel memory that loaded rules hold. */
export async function memory({ report, loads }: Bench): Promise<void> {
  report.title('memory: what loaded rules hold in the kernel (change of SUnreclaim)')
  const figures = await loads.at(
    SIZES.flatMap(services => [
      { services, layout: 'kube-proxy' as const },
      { services, layout: 'maps' as const },
    ]),
  )
  const pairs = SIZES.map((services, i) => {
    const [kubeProxy = 0, maps = 0] = figures.slice(2 * i).map(({ mb }) => mb)
    return { services, kubeProxy, maps }
  })
  report.table(
    ['services', 'kube-proxy', 'maps'],
    pairs.map(({ services, kubeProxy, maps }) => [
      String(services),
      `${kubeProxy.toFixed(1)} MB`,
      `${maps.toFixed(1)} MB`,
    ]),
  )
  const { kubeProxy = 0, maps = 0 } = pairs.at(-1) ?? {}
  report.atMost('maps at 10,000 services, over kube-proxy', maps / kubeProxy, 1)
}
