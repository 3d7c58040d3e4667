import { createSocket } from 'node:dgram'
import { connect, createServer, isIPv6 } from 'node:net'

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

// What is said between this process and an agent, which is a program of its own in a network
// namespace: see agent.ts.

/** An address and port of a transport protocol, as sockets take them. */
export interface SocketPlace {
  readonly ip: string
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
}

/** Probes to one place, each a connection or datagram of its own. */
export interface ProbeOrder {
  readonly to: SocketPlace
  /** Source address, where the routing's own choice will not do. */
  readonly from?: string
  /** Source port of the first; the others follow. If absent, or taken, the kernel chooses. */
  readonly firstPort?: number
  readonly times: number
  /** Milliseconds of silence after which nothing is expected any more. */
  readonly patience: number
}

/** What came back on one probe. */
export type Outcome = (
  | {
      readonly kind: 'answer'
      /** Where the packet arrived. */
      readonly at: { readonly ip: string; readonly port: number }
      /** The source that was seen there. */
      readonly source: string
    }
  | { readonly kind: 'refused' }
  | { readonly kind: 'silence' }
) & {
  /** Source port of the probe; 0 if it could not be told. */
  readonly port: number
}

/** What an agent is to do. */
export type Task =
  | { readonly probe: ProbeOrder }
  /** Answers everybody at these places from now on. */
  | { readonly serve: readonly SocketPlace[] }

/** A task with the number that its reply will carry. */
export type Order = { readonly id: number } & Task

/** The reply to the order of that number. */
export type Reply = { readonly id: number } & (
  | { readonly outcomes: readonly Outcome[] }
  | { readonly serving: true }
  | { readonly error: string }
)

/** What a transport tells of a probe under way. */
interface Ear {
  readonly heard: (text: string) => void
  readonly failed: (error: NodeJS.ErrnoException) => void
  /** Source port, as soon as it is known. */
  readonly bound: (port: number) => void
}

/** A way to send one probe from a source port, 0 if any will do; the result closes its socket. */
type Transport = (order: ProbeOrder, port: number, ear: Ear) => () => void

const tcp: Transport = ({ to, from }, port, { heard, failed, bound }) => {
  const local = { ...(from && { localAddress: from }), ...(port > 0 && { localPort: port }) }
  const socket = connect({ host: to.ip, port: to.port, ...local })
  let text = ''
  socket.on('connect', () => bound(socket.localPort ?? port))
  socket.on('data', data => {
    text += data.toString()
    if (text.endsWith('\n')) heard(text)
  })
  socket.on('error', failed)
  // A reset leaves no TIME_WAIT behind on either side, so no later probe can meet one. While it connects
  // it would wait for the connection, and send its SYN again under the next rules.
  return () => (socket.connecting ? socket.destroy() : socket.resetAndDestroy())
}

const udp: Transport = ({ to, from }, port, { heard, failed, bound }) => {
  const socket = createSocket(isIPv6(to.ip) ? 'udp6' : 'udp4')
  socket.on('error', failed)
  socket.on('message', message => heard(message.toString()))
  // Connected, because only then does the kernel report an ICMP error to the socket.
  socket.bind({ port, ...(from && { address: from }) }, () => {
    bound(socket.address().port)
    socket.connect(to.port, to.ip, () =>
      // A drop or reject in the output hook fails the sending itself; which of the two it was is told
      // by the ICMP error that does or does not follow.
      socket.send('?', error => error && codeOf(error) !== 'EPERM' && failed(error)),
    )
  })
  return () => socket.close()
}

const TRANSPORTS = { tcp, udp }

// What Linux makes of an answer of refusal, in the order of likelihood: port unreachable or a reset;
// host unreachable, or IPv4's administratively prohibited; that of IPv6; network unreachable; protocol
// unreachable; a reset of what was connected already.
const REFUSALS = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EACCES',
  'ENETUNREACH',
  'ENOPROTOOPT',
  'ECONNRESET',
])

const codeOf = (error: Error): string | undefined => (error as NodeJS.ErrnoException).code

// Long enough for several rounds of the event loop.
const LAST_LOOK_MS = 20

/** Sends one probe from a source port, 0 if any will do; rejects if it cannot be sent. */
function sendProbe(order: ProbeOrder, wantedPort: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let port = wantedPort
    let ended = false
    const end = (settle: () => void): void => {
      if (ended) return
      ended = true
      clearTimeout(silence)
      close()
      settle()
    }
    // An answer may lie there unread, if this process had to wait for its turn: it is read before.
    const giveUp = (): void => end(() => resolve({ kind: 'silence', port }))
    let silence = setTimeout(() => {
      silence = setTimeout(giveUp, LAST_LOOK_MS)
    }, order.patience)
    const close = TRANSPORTS[order.to.protocol](order, wantedPort, {
      bound: bound => {
        port = bound
      },
      heard: text => end(() => resolve({ ...parseAnswer(text), port })),
      failed: error =>
        end(() => {
          const code = codeOf(error) ?? ''
          if (REFUSALS.has(code)) resolve({ kind: 'refused', port })
          else if (code === 'EADDRINUSE' && port > 0) resolve(sendProbe(order, 0))
          else reject(error)
        }),
    })
  })
}

/** Reads the line that the listeners answer with: `IP PORT SOURCE`. */
function parseAnswer(text: string): Omit<Extract<Outcome, { kind: 'answer' }>, 'port'> {
  const [ip = '', port = '', source = ''] = text.trim().split(' ')
  return { kind: 'answer', at: { ip, port: Number(port) }, source }
}

// More than there can be probes under way.
const BACKLOG = 4096
// Bytes; the kernel gives what it allows.
const RECEIVE_BUFFER = 1 << 20

/**
 * Answers everybody at a place with a line `IP PORT SOURCE`: the place, and the source that is seen
 * there. Resolves when it listens. It is bound to the one address, never to all: so what answers is
 * what was asked, and each socket knows where its packets arrive.
 */
function serve(place: SocketPlace): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = ({ message }: Error): void =>
      reject(new Error(`cannot listen at ${place.ip} ${place.protocol} ${place.port}: ${message}`))
    if (place.protocol === 'tcp') serveTcp(place, resolve, fail)
    else serveUdp(place, resolve, fail)
  })
}

type Listen = (place: SocketPlace, ready: () => void, fail: (error: Error) => void) => void

const serveTcp: Listen = ({ ip, port }, ready, fail) => {
  const server = createServer(socket => {
    // The clients end by a reset.
    socket.on('error', () => socket.destroy())
    socket.write(`${ip} ${port} ${socket.remoteAddress}\n`)
  })
  server.on('error', fail)
  server.listen({ port, host: ip, backlog: BACKLOG, ipv6Only: true }, ready)
}

const serveUdp: Listen = ({ ip, port }, ready, fail) => {
  const type = isIPv6(ip) ? 'udp6' : 'udp4'
  const socket = createSocket({ type, recvBufferSize: RECEIVE_BUFFER })
  socket.on('error', fail)
  // An answer that cannot be sent is one that does not come.
  socket.on('message', (_, from) =>
    socket.send(`${ip} ${port} ${from.address}\n`, from.port, from.address, () => {}),
  )
  socket.bind({ port, address: ip }, ready)
}
