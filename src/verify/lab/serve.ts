import { createSocket } from 'node:dgram'
import { createServer, isIPv6 } from 'node:net'
import type { SocketPlace } from './orders.js'

// More than there can be probes under way.
const BACKLOG = 4096
// Bytes; the kernel gives what it allows.
const RECEIVE_BUFFER = 1 << 20

/**
 * Answers everybody at a place with a line `IP PORT SOURCE`: the place, and the source that is seen
 * there. Resolves when it listens. It is bound to the one address, never to all: so what answers is
 * what was asked, and each socket knows where its packets arrive.
 */
export function serve(place: SocketPlace): Promise<void> {
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
