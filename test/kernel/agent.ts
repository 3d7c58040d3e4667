import { createInterface } from 'node:readline'
import { type Outcome, type Probe, sendProbe } from './probe.js'
import { type Service, serve } from './serve.js'

// The process inside a network namespace: servers and probes by orders over stdio, one JSON object a
// line. It ends when stdin closes, so it cannot outlive the test.

/** What the agent is to do, and the number its reply will carry. */
export type Order = { readonly id: number } & (
  | { readonly serve: Service }
  | { readonly probe: Probe }
)

/** The reply to the order of that number. */
export type Reply = { readonly id: number } & (
  | { readonly outcome: Outcome }
  | { readonly serving: true }
  | { readonly error: string }
)

// Enough to be fast; few enough for the queues of neighbours that are not resolved yet.
const MAX_IN_FLIGHT = 64

async function obey(order: Order): Promise<Reply> {
  try {
    if ('probe' in order) return { id: order.id, outcome: await sendProbe(order.probe) }
    await serve(order.serve)
    return { id: order.id, serving: true }
  } catch (error) {
    return { id: order.id, error: String(error) }
  }
}

const waiting: Order[] = []
let inFlight = 0

async function work(): Promise<void> {
  inFlight++
  for (let order = waiting.shift(); order !== undefined; order = waiting.shift())
    process.stdout.write(`${JSON.stringify(await obey(order))}\n`)
  inFlight--
}

const lines = createInterface({ input: process.stdin })
lines.on('line', line => {
  waiting.push(JSON.parse(line) as Order)
  if (inFlight < MAX_IN_FLIGHT) void work()
})
lines.on('close', () => process.exit())
