import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

// `conversation.ts serve PORT` echoes what it hears. `conversation.ts talk ADDRESS PORT` holds one
// connection for all its life; on each line of stdin it says it there and on a new connection, and
// prints what came back, or what went wrong. Both end when stdin closes.

const PATIENCE = 4000
const [role, ...words] = process.argv.slice(2)

async function echo(socket: Socket, text: string): Promise<string> {
  const answer = once(socket, 'data', { signal: AbortSignal.timeout(PATIENCE) })
  socket.write(text)
  return String((await answer)[0])
}

async function open(host = '', port = ''): Promise<Socket> {
  const socket = connect({ host, port: Number(port) })
  await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE) })
  return socket
}

async function sayTwice(held: Socket, text: string): Promise<string> {
  const fresh = await open(...words)
  const answers = await Promise.all([echo(held, text), echo(fresh, text)])
  fresh.resetAndDestroy()
  return answers.join(' ')
}

const lines = createInterface({ input: process.stdin })
lines.on('close', () => process.exit())
if (role === 'serve') {
  const server = createServer(socket => socket.on('error', () => socket.destroy()).pipe(socket))
  server.listen(Number(words[0]), '::', () => console.log('ready'))
} else {
  const held = await open(...words)
  console.log('ready')
  for await (const line of lines) console.log(await sayTwice(held, line).catch(String))
}
