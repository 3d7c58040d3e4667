import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/** A server on all addresses that answers every client with its name and the source address it saw. */
export interface Service {
  readonly name: string
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
}

const greeting = (name: string, source = ''): string =>
  `${name} ${source.replace(/^::ffff:/, '')}\n`

/** Starts the server; resolves when it listens. */
export async function serve(service: Service): Promise<void> {
  if (service.protocol === 'tcp') return serveTcp(service)
  await Promise.all([serveUdp(service, 'udp4'), serveUdp(service, 'udp6')])
}

function serveTcp({ name, port }: Service): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer(socket => {
      // The clients end by a reset.
      socket.on('error', () => socket.destroy())
      socket.write(greeting(name, socket.remoteAddress))
    })
    server.once('error', reject)
    server.listen({ port, host: '::', backlog: 1024 }, resolve)
  })
}

function serveUdp({ name, port }: Service, type: 'udp4' | 'udp6'): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type, ipv6Only: type === 'udp6' })
    socket.once('error', reject)
    socket.on('message', (_, from) =>
      socket.send(greeting(name, from.address), from.port, from.address),
    )
    socket.bind(port, resolve)
  })
}
