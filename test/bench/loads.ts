import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LayoutName } from '../../src/options/modes.js'
import { openLab, run } from '../../src/verify/lab/lab.js'
import type { Inputs } from './inputs.js'
import { clock, inTurn, median } from './measure.js'

/** What `nft -f` of the rules of a corpus takes in a fresh namespace. */
export interface Load {
  readonly ms: number
  /** Kernel memory that the rules hold. */
  readonly mb: number
}

export interface Point {
  readonly services: number
  readonly layout: LayoutName
}

/** Loads, each measured once for all that ask. */
export interface Loads {
  /** The medians at some points, those not measured yet taken in turn. */
  readonly at: (points: readonly Point[]) => Promise<Load[]>
}

/**
 * How often a load is taken. kube-proxy's layout takes time by the square of the services, so once is
 * enough of its largest; those that limits compare are worth more.
 */
const RUNS = [5, 3, 1] as const
const runsOf = ({ services, layout }: Point): (typeof RUNS)[number] => {
  if (services < 10_000) return 3
  return layout === 'kube-proxy' ? 1 : 5
}

export function openLoads(inputs: Inputs): Loads {
  const taken = new Map<string, Load>()
  const keyOf = ({ services, layout }: Point) => `${services} ${layout}`
  const take = async (runs: number, points: readonly Point[]): Promise<void> => {
    // Before the clock starts, not under it.
    const files = points.map(({ services, layout }) => inputs.rules(services, layout))
    const results = await inTurn(
      runs,
      files.map(file => () => loadFresh(file)),
    )
    for (const [i, point] of points.entries()) {
      const loads = results[i] ?? []
      taken.set(keyOf(point), {
        ms: median(loads.map(({ ms }) => ms)),
        mb: median(loads.map(({ mb }) => mb)),
      })
    }
  }
  return {
    at: async points => {
      const open = points.filter(point => !taken.has(keyOf(point)))
      for (const runs of RUNS) {
        await take(
          runs,
          open.filter(point => runsOf(point) === runs),
        )
      }
      return points.map(point => taken.get(keyOf(point)) as Load)
    },
  }
}

/** What a load of a file of rules takes and holds, once. */
export async function loadFresh(file: string): Promise<Load> {
  const lab = openLab()
  try {
    const namespace = await lab.namespace('fresh')
    const start = clock()
    await run(namespace, ['nft', '-f', file])
    const ms = clock() - start
    // What goes with the rules, not what came with them: a load may take long, and the rest of the
    // machine is not asleep.
    const loaded = await settledSlab()
    await run(namespace, ['nft', 'delete table ip kube-proxy; delete table ip6 kube-proxy'])
    return { ms, mb: (loaded - (await settledSlab())) / 1024 }
  } finally {
    await lab.close()
  }
}

/** Kilobytes in slabs that the kernel cannot take back at will. */
const slab = (): number =>
  Number(/SUnreclaim:\s*(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1])

const REST_KB = 256
const PATIENCE = 5000

/** That number once it rests: what is deleted is freed in the background. */
async function settledSlab(): Promise<number> {
  const end = clock() + PATIENCE
  let last = slab()
  for (;;) {
    await sleep(200)
    const now = slab()
    if (Math.abs(now - last) < REST_KB || clock() > end) return now
    last = now
  }
}
