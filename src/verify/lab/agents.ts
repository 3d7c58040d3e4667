import type { Ip } from '../../address/address.js'
import { AGENT } from '../../generated/agent.gen.js'
import type { Order, Outcome, ProbeOrder, Reply, SocketPlace, Task } from './agent.js'
import type { Lab, Namespace } from './lab.js'

/** The hand of this process inside a namespace. */
export interface Agent {
  /** Answers everybody at these places, as long as it lives. */
  readonly serve: (places: readonly SocketPlace[]) => Promise<void>
  /** What came of each of the probes. */
  readonly probe: (order: ProbeOrder) => Promise<readonly Outcome[]>
}

/** Starts an agent in a namespace; it ends with the lab. */
export function startAgent(lab: Lab, { name, enter }: Namespace): Agent {
  const peer = lab.startPeer([...enter, process.execPath, '-e', AGENT])
  const pending = new Map<number, (reply: Reply) => void>()
  let orders = 0
  const settle = (reply: Reply): void => {
    pending.get(reply.id)?.(reply)
    pending.delete(reply.id)
  }
  const failAll = (error: string): void => {
    for (const id of [...pending.keys()]) settle({ id, error })
  }
  peer.on('message', reply => settle(reply as Reply))
  peer.on('exit', (status, signal) => failAll(`the agent has ended (${signal ?? status})`))
  peer.on('error', ({ message }) => failAll(message))

  const send = (task: Task): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const id = orders++
      pending.set(id, reply =>
        'error' in reply ? reject(new Error(`in ${name}: ${reply.error}`)) : resolve(reply),
      )
      if (!peer.connected) return failAll('the agent has ended')
      peer.send({ id, ...task } satisfies Order, error => error && failAll(error.message))
    })
  return {
    serve: async places => {
      if (places.length > 0) await send({ serve: places })
    },
    probe: async probe => {
      const reply = await send({ probe })
      if ('outcomes' in reply) return reply.outcomes
      throw new Error(`agent of ${name}: a reply without outcomes`)
    },
  }
}

const FIRST = 10_000
const LAST = 59_999

/** Source ports of probes. */
export interface Ports {
  /** The first of so many ports in a row. */
  readonly take: (ip: Ip, count: number) => number
}

/**
 * Gives every address its ports in turn, so that one comes again only when what the node remembers of
 * it is gone.
 */
export function openPorts(): Ports {
  const nextPorts = new Map<Ip, number>()
  return {
    take: (ip, count) => {
      const next = nextPorts.get(ip) ?? FIRST
      const first = next + count - 1 > LAST ? FIRST : next
      nextPorts.set(ip, first + count)
      return first
    },
  }
}
