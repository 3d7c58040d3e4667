import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Order, Reply } from './agent.js'
import type { Lab, Namespace } from './netns.js'
import type { Outcome, Probe } from './probe.js'
import type { Service } from './serve.js'

const AGENT = fileURLToPath(new URL('agent.ts', import.meta.url))

/** The hand of the test inside a namespace. */
export interface Agent {
  readonly serve: (service: Service) => Promise<void>
  readonly probe: (probe: Probe) => Promise<Outcome>
}

/** Starts an agent in a namespace; it lives as long as the lab. */
export function startAgent(lab: Lab, { name, enter }: Namespace): Agent {
  const guest = lab.start([...enter, process.execPath, '--import', 'tsx', AGENT])
  const pending = new Map<number, (reply: Reply) => void>()
  let orders = 0
  createInterface({ input: guest.stdout }).on('line', line => {
    const reply = JSON.parse(line) as Reply
    pending.get(reply.id)?.(reply)
    pending.delete(reply.id)
  })
  guest.on('exit', () => {
    for (const [id, settle] of pending) settle({ id, error: 'the agent has ended' })
    pending.clear()
  })
  guest.stdin.on('error', () => {})

  const send = (order: { serve: Service } | { probe: Probe }): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const id = orders++
      pending.set(id, reply =>
        'error' in reply
          ? reject(new Error(`agent of ${name}: ${reply.error} (${JSON.stringify(order)})`))
          : resolve(reply),
      )
      guest.stdin.write(`${JSON.stringify({ id, ...order } satisfies Order)}\n`)
    })
  return {
    serve: async service => {
      await send({ serve: service })
    },
    probe: async probe => {
      const reply = await send({ probe })
      if ('outcome' in reply) return reply.outcome
      throw new Error(`agent of ${name}: a reply without an outcome`)
    },
  }
}
