import { readFileSync } from 'node:fs'
import { follow, type WatchEvent } from '../../src/index.js'

// Follows a corpus in a process of its own, and prints what single changes take as JSON: milliseconds of
// the processor, garbage collection included. Arguments: the corpus, the layout. Needs --expose-gc.

/** What one kind of change takes, and what the state holds. */
export interface FollowFigures {
  readonly first: number
  /** Of what lives after the first update, beside the objects given, in megabytes. */
  readonly held: number
  readonly changes: Readonly<Record<string, { readonly p50: number; readonly p99: number }>>
}

interface Item {
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  spec?: { clusterIP?: string; clusterIPs?: string[]; ports?: object[]; type?: string }
  endpoints?: { addresses: string[]; hints?: object }[]
}

const NODE = 'worker-1'
const RUNS = 500
const ZONE_RUNS = 20
const ROLLING = 100

const [file = '', layout = ''] = process.argv.slice(2)
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {})
const { items } = JSON.parse(readFileSync(file, 'utf8')) as { items: Item[] }

const added = (...objects: readonly object[]): WatchEvent[] =>
  objects.map(object => ({ type: 'ADDED', object }))
const deleted = (...objects: readonly object[]): WatchEvent[] =>
  objects.map(object => ({ type: 'DELETED', object }))

const slices = items.filter(({ kind }) => kind === 'EndpointSlice')
const plain = slices.filter((_, i) => i % 10 > 0)
// Every tenth Service prefers endpoints of the node's zone.
for (const [i, { endpoints = [] }] of slices.entries()) {
  if (i % 10 > 0) continue
  for (const [k, endpoint] of endpoints.entries())
    endpoint.hints = { forZones: [{ name: `zone-${'abc'[k % 3]}` }] }
}

/** A slice with another address for one of its endpoints. */
const moved = (slice: Item, which: number, to: string): Item => ({
  ...slice,
  endpoints: (slice.endpoints ?? []).map((endpoint, k) =>
    k === which ? { ...endpoint, addresses: [to] } : endpoint,
  ),
})

/** A new Service and its slice. */
function fresh(i: number, endpoints: number): [Item, Item] {
  const name = `fresh-${i}`
  const address = `10.97.${i >> 8}.${i & 255}`
  const [like] = plain as [Item]
  const ends = Array.from({ length: endpoints }, (_, k) => ({
    ...like.endpoints?.[0],
    addresses: [`10.201.${i & 255}.${k + 1}`],
  }))
  return [
    {
      ...(items.find(({ kind }) => kind === 'Service') as Item),
      metadata: { name, namespace: 'fresh' },
      spec: {
        clusterIP: address,
        clusterIPs: [address],
        ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
      },
    },
    {
      ...like,
      metadata: { name, namespace: 'fresh', labels: { 'kubernetes.io/service-name': name } },
      endpoints: ends,
    },
  ]
}

const processor = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const heap = (): number => {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const before = heap()
const start = processor()
const follower = follow({ node: NODE, 'cluster-cidr': '10.0.0.0/8', layout })
follower.update(added(...items))
const first = processor() - start
const held = heap() - before

function measure(events: readonly WatchEvent[][]): { p50: number; p99: number } {
  const times: number[] = []
  for (const some of events) {
    const begin = processor()
    const { transaction } = follower.update(some)
    times.push(processor() - begin)
    if (transaction === '') throw new Error('an update changed nothing')
  }
  times.sort((a, b) => a - b)
  const at = (part: number) => times[Math.floor(times.length * part)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}

const address = (i: number, k: number): string => `10.${202 + k}.${i >> 8}.${i & 255}`
const replaced = (k: number): WatchEvent[][] =>
  Array.from({ length: RUNS }, (_, i) =>
    // Spread over the cluster by a step that shares no divisor with its size.
    added(moved(plain[(i * 7919) % plain.length] as Item, i % 10, address(i, k))),
  )
const newcomers = Array.from({ length: RUNS }, (_, i) => fresh(i, 10))
const [big, bigSlice] = fresh(RUNS, ROLLING)
const node = items.find(({ metadata }) => metadata.name === NODE) as Item
const inZone = (zone: string): Item => ({
  ...node,
  metadata: { ...node.metadata, labels: { 'topology.kubernetes.io/zone': zone } },
})

/** Each step replaces one of the endpoints that are left from before. */
function rolling(): WatchEvent[][] {
  let slice = bigSlice
  return Array.from({ length: ROLLING }, (_, k) => {
    slice = moved(slice, k, `10.220.0.${k + 1}`)
    return added(slice)
  })
}

// What runs for hours is compiled by then.
measure(replaced(0))
measure(replaced(1))
follower.update(added(big, bigSlice))
const changes = {
  'an endpoint is replaced': measure(replaced(2)),
  'a Service comes, with ten endpoints': measure(newcomers.map(both => added(...both))),
  'it goes': measure(newcomers.map(both => deleted(...both))),
  'a step of a rolling update of 100 endpoints': measure(rolling()),
  "the node's zone changes, a tenth of the Services has hints": measure(
    Array.from({ length: ZONE_RUNS }, (_, i) => added(inZone(`zone-${'ab'[i % 2]}`))),
  ),
}
const figures: FollowFigures = { first, held, changes }
process.stdout.write(JSON.stringify(figures))
