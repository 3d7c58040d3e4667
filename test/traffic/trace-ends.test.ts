import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseDestination, parseSource } from '../../src/traffic/names.js'

const ends = suite('ends of a packet')

const address = (ip: string, port: number | undefined, protocol: string) => ({
  kind: 'address',
  ip,
  port,
  protocol,
})
const service = (name: string, port?: string, protocol?: string) => ({
  kind: 'service',
  namespace: 'shop',
  name,
  port,
  protocol,
})

const DESTINATIONS: Readonly<Record<string, object>> = {
  '10.96.0.10:53/udp': address('10.96.0.10', 53, 'udp'),
  '10.96.0.10:80': address('10.96.0.10', 80, 'tcp'),
  '10.96.0.10:80/SCTP': address('10.96.0.10', 80, 'sctp'),
  '10.96.0.10/icmp': address('10.96.0.10', undefined, 'icmp'),
  '[fd00::A]:80': address('fd00::a', 80, 'tcp'),
  '[fd00:0::1]:53/udp': address('fd00::1', 53, 'udp'),
  'fd00::1/icmp': address('fd00::1', undefined, 'icmp'),
  '[fd00::1]/icmpv6': address('fd00::1', undefined, 'icmp'),
  'shop/web': service('web'),
  'shop/web:https': service('web', 'https'),
  'shop/web:443': service('web', '443'),
  'shop/web:53/udp': service('web', '53', 'udp'),
  'worker-1:30080': { kind: 'node', name: 'worker-1', port: 30080, protocol: 'tcp' },
  'worker-1.example.net:30080/udp': {
    kind: 'node',
    name: 'worker-1.example.net',
    port: 30080,
    protocol: 'udp',
  },
}

for (const [text, expected] of Object.entries(DESTINATIONS)) {
  ends(`--to ${text}`, () => assert.equal(parseDestination(text), expected))
}

const REFUSED: Readonly<Record<string, RegExp>> = {
  '': /--to takes/,
  web: /--to takes/,
  '10.96.0.10': /needs a port, as 10\.96\.0\.10:80\/tcp, or is a ping: 10\.96\.0\.10\/icmp/,
  'fd00::1': /needs a port, as \[fd00::1\]:80\/tcp/,
  '10.96.0.10:0': /from 1 to 65535/,
  '10.96.0.10:65536': /from 1 to 65535/,
  '10.96.0.10:80/icmp': /ICMP has no ports/,
  '10.96.0.10:80/gre': /a protocol is tcp, udp, sctp/,
  '10.96.0.300:80/tcp/x': /--to takes/,
  'shop/web:80/x': /a protocol is/,
  'a/b/c/d': /--to takes/,
  '[10.0.0.1:80': /--to takes/,
}

for (const [text, message] of Object.entries(REFUSED)) {
  ends(`--to ${JSON.stringify(text)} is refused`, () =>
    assert.throws(() => parseDestination(text), message),
  )
}

ends('--from is an address, a pod or a node', () => {
  assert.equal(parseSource('10.1.2.3'), { kind: 'address', ip: '10.1.2.3' })
  assert.equal(parseSource('FD00::1'), { kind: 'address', ip: 'fd00::1' })
  assert.equal(parseSource('[fd00::1]'), { kind: 'address', ip: 'fd00::1' })
  assert.equal(parseSource('shop/web-0'), { kind: 'pod', namespace: 'shop', name: 'web-0' })
  assert.equal(parseSource('worker-1'), { kind: 'node', name: 'worker-1' })
  assert.equal(parseSource('10.1.2.3:80'), { kind: 'address', ip: '10.1.2.3', port: 80 })
  assert.equal(parseSource('[fd00::1]:65535'), { kind: 'address', ip: 'fd00::1', port: 65535 })
  assert.equal(parseSource('shop/web-0:1'), {
    kind: 'pod',
    namespace: 'shop',
    name: 'web-0',
    port: 1,
  })
  for (const text of ['', 'a/b/c', '10.1.2.3:0', '10.1.2.3:65536', '10.1.2.3:', 'a:b', '/x', 'x/'])
    assert.throws(() => parseSource(text), /--from takes/, text)
})

ends.run()
