import type { Order, Outcome, ProbeOrder, Reply } from './orders.js'
import { sendProbe } from './send-probe.js'
import { serve } from './serve.js'

// The program inside a network namespace, bundled to agent.gen.ts: sends probes and answers them, by
// orders over the IPC channel. It ends with the channel, so it cannot outlive whoever started it.

// Many, because most of the time of a probe that nobody answers is waiting.
const MAX_IN_FLIGHT = 1024
// Few that are expected to be answered any moment: more would overflow the buffer of a UDP listener.
const MAX_YOUNG = 128
const YOUTH_MS = 25

const inFlight = slots(MAX_IN_FLIGHT)
const young = slots(MAX_YOUNG)

/** A number of slots; `take` waits for a free one and resolves to what frees it again, once. */
function slots(count: number): { readonly take: () => Promise<() => void> } {
  let free = count
  const waiting: (() => void)[] = []
  const take = async (): Promise<() => void> => {
    if (free > 0) free--
    else await new Promise<void>(resolve => waiting.push(resolve))
    let taken = true
    return () => {
      if (!taken) return
      taken = false
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
  return { take }
}

async function sendOne(order: ProbeOrder, index: number): Promise<Outcome> {
  const land = await inFlight.take()
  const grow = await young.take()
  const youth = setTimeout(grow, YOUTH_MS)
  try {
    return await sendProbe(order, sourcePort(order, index))
  } finally {
    clearTimeout(youth)
    grow()
    land()
  }
}

/** Of so many probes that they pass the last port, some take what the kernel chooses. */
function sourcePort({ firstPort = 0 }: ProbeOrder, index: number): number {
  const port = firstPort + index
  return firstPort > 0 && port <= 65_535 ? port : 0
}

async function obey(order: Order): Promise<Reply> {
  const { id } = order
  try {
    if ('probe' in order) {
      const indexes = Array.from({ length: order.probe.times }, (_, index) => index)
      return { id, outcomes: await Promise.all(indexes.map(i => sendOne(order.probe, i))) }
    }
    await Promise.all(order.serve.map(serve))
    return { id, serving: true }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}

process.on('disconnect', () => process.exit())
process.on('message', order => {
  // Nobody is left to hear it: as good as a closed channel.
  void obey(order as Order).then(reply => process.send?.(reply, error => error && process.exit()))
})
