import { rmSync } from 'node:fs'
import { openLab, run } from '../../src/verify/lab/lab.js'
import { type Iptables, iptablesVersions } from '../kernel/iptables.js'
import type { Bench } from './bench.js'
import { type Inputs, LAYOUT_NAMES } from './inputs.js'
import { clock, inTurn, median } from './measure.js'

const SMALL = [500, 1000]
const SIZES = [...SMALL, 10_000]
const runsAt = (services: number): number => (services < 10_000 ? 3 : 1)

/** A way to load the rules of a node into an empty kernel. */
interface Way {
  readonly name: string
  readonly sizes: readonly number[]
  /** Takes milliseconds. */
  readonly load: (services: number) => Promise<number>
}

/** iptables-restore in both variants and both forms, beside nft -f of both layouts. */
export async function iptablesLoad({ inputs, loads, report }: Bench): Promise<void> {
  report.title('iptables: loading all rules into an empty kernel, 10 endpoints a service')
  const nft = LAYOUT_NAMES.map(
    (layout): Way => ({
      name: `nft -f, ${layout}`,
      sizes: SIZES,
      load: async services => (await loads.at([{ services, layout }]))[0]?.ms ?? Number.NaN,
    }),
  )
  const ways = [...nft, ...iptablesVersions().flatMap(iptables => restores(iptables, inputs))]
  const times = await timesOf(ways)
  const least = times.get('nft -f, maps')
  const cell = (name: string, services: number): string => {
    const ms = times.get(name)?.get(services)
    const over = (ms ?? 0) / (least?.get(services) ?? Number.NaN)
    return ms === undefined ? 'not run' : `${(ms / 1000).toFixed(2)} s, ${over.toFixed(1)} x`
  }
  report.table(
    ['over nft -f of the layout maps', ...SIZES.map(size => `${size} services`)],
    ways.map(({ name }) => [name, ...SIZES.map(size => cell(name, size))]),
  )
  report.note(
    'not run: iptables-nft takes time by the square of the chains for a body with --noflush',
  )
  const full = times.get('iptables-nft, full')?.get(10_000)
  const kubeProxy = times.get('nft -f, kube-proxy')?.get(10_000)
  if (full !== undefined && kubeProxy !== undefined)
    report.atMost('iptables-nft, full at 10,000 services, over kube-proxy', full / kubeProxy, 3)
}

function restores({ name, command }: Iptables, inputs: Inputs): readonly Way[] {
  const restore = (services: number, form: 'body' | 'full', flags: readonly string[]) =>
    restoreFresh(command('IPv4'), inputs.iptablesRules(services, form), flags)
  return [
    {
      name: `iptables-${name}, full`,
      sizes: SIZES,
      load: services => restore(services, 'full', []),
    },
    {
      name: `iptables-${name}, body --noflush`,
      sizes: name === 'nft' ? SMALL : SIZES,
      load: services => restore(services, 'body', ['--noflush']),
    },
  ]
}

/** Medians by way and size, the ways of a size taken in turn. */
async function timesOf(
  ways: readonly Way[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const times = new Map(ways.map(({ name }) => [name, new Map<number, number>()]))
  for (const services of SIZES) {
    const tried = ways.filter(({ sizes }) => sizes.includes(services))
    const results = await inTurn(
      runsAt(services),
      tried.map(
        ({ load }) =>
          () =>
            load(services),
      ),
    )
    for (const [i, { name }] of tried.entries())
      times.get(name)?.set(services, median(results[i] ?? []))
  }
  return times
}

/** In a namespace of its own, with the lock of the legacy variant to itself too. */
async function restoreFresh(
  command: string,
  file: string,
  flags: readonly string[],
): Promise<number> {
  const lab = openLab()
  const lock = `${file}.lock`
  try {
    const namespace = await lab.namespace('fresh')
    const argv = [`${command}-restore`, '-w', '5', ...flags, file]
    const start = clock()
    await run(namespace, ['env', `XTABLES_LOCKFILE=${lock}`, ...argv])
    return clock() - start
  } finally {
    rmSync(lock, { force: true })
    await lab.close()
  }
}
