import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'

/** One connection or datagram, from a fresh source port. */
export interface Probe {
  readonly protocol: 'tcp' | 'udp'
  readonly address: string
  readonly port: number
  /** Source address, where the routing's own choice will not do. */
  readonly from?: string
  /** Milliseconds of silence that count as dropped. */
  readonly patience: number
}

/** What a server says: its name and the address it saw as the source. */
export interface Answer {
  readonly backend: string
  readonly source: string
}

/** What came back on a probe; anything else (no route, say) is an error. */
export type Outcome =
  | { readonly answer: Answer }
  | { readonly refused: true }
  | { readonly timeout: true }

/** An outcome in words: `web-1 sees 10.0.0.1`, `refused`, `silence`. */
export function describeOutcome(outcome: Outcome): string {
  if ('answer' in outcome) return `${outcome.answer.backend} sees ${outcome.answer.source}`
  return 'refused' in outcome ? 'refused' : 'silence'
}

/** A way to send a probe: calls `heard` with the answer's text, `failed` at most once; ends by `close`. */
type Transport = (
  probe: Probe,
  heard: (text: string) => void,
  failed: (error: NodeJS.ErrnoException) => void,
) => { readonly close: () => void }

const tcp: Transport = ({ address, port, from }, heard, failed) => {
  const socket = connect({ host: address, port, ...(from ? { localAddress: from } : {}) })
  let text = ''
  socket.on('data', data => {
    text += data.toString()
    if (text.endsWith('\n')) heard(text)
  })
  socket.on('error', failed)
  // A reset leaves no TIME_WAIT behind on either side, so no later probe can meet one.
  return { close: () => socket.resetAndDestroy() }
}

const udp: Transport = ({ address, port, from }, heard, failed) => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  socket.on('error', failed)
  socket.on('message', message => heard(message.toString()))
  // Connected, because only then does the kernel report an ICMP error to the socket.
  socket.bind({ port: 0, ...(from ? { address: from } : {}) }, () =>
    socket.connect(port, address, () =>
      // A drop or reject in the output hook fails the sending itself; which of the two it was is told
      // by the ICMP error that does or does not follow.
      socket.send('?', error => error && codeOf(error) !== 'EPERM' && failed(error)),
    ),
  )
  return { close: () => socket.close() }
}

const TRANSPORTS = { tcp, udp }

const codeOf = ({ code }: NodeJS.ErrnoException): string | undefined => code

/** Sends one probe and tells what came back. */
export function sendProbe(probe: Probe): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let ended = false
    const end = (settle: () => void) => {
      if (ended) return
      ended = true
      clearTimeout(silence)
      transport.close()
      settle()
    }
    const silence = setTimeout(() => end(() => resolve({ timeout: true })), probe.patience)
    const transport = TRANSPORTS[probe.protocol](
      probe,
      text => end(() => resolve({ answer: parseAnswer(text) })),
      error =>
        end(() => (codeOf(error) === 'ECONNREFUSED' ? resolve({ refused: true }) : reject(error))),
    )
  })
}

function parseAnswer(text: string): Answer {
  const [backend = '', source = ''] = text.trim().split(' ')
  return { backend, source }
}
