import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import type { Outcome, ProbeOrder } from './orders.js'

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
export function sendProbe(order: ProbeOrder, wantedPort: number): Promise<Outcome> {
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
