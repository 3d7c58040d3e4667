import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../src/address/address.js'
import { clientHash, HASH_SEED } from '../../src/model/hash.js'
import { scaled } from '../../src/util/jhash.js'
import { inFreshNamespace, nftVersions } from './nft.js'

// The kernel hashes the packets of many clients, and puts what it found into a set beside what it
// hashed: all must be what this program says of them.

const hashes = suite('the hash and the kernel')

const CLIENTS = 300
const PORT = 9999
/** A prime that tells hashes apart, so that a bucket is nearly the hash itself. */
const MODULUS = 65521

const FAMILIES = {
  ip: {
    address: (i: number) => `127.${(i * 37) % 256}.${(i * 101) % 256}.${(i % 250) + 1}`,
    to: '127.0.0.1',
    socket: 'udp4',
  },
  ip6: {
    address: (i: number) => `fd00:${(i * 7919).toString(16).slice(-4)}::${(i + 1).toString(16)}`,
    to: '::1',
    socket: 'udp6',
  },
} as const
type Family = keyof typeof FAMILIES

/** Sends one packet from each of the addresses, and ends when all are sent. */
const senderOf = (addresses: readonly string[], socket: string, to: string): string => `
const { createSocket } = require('node:dgram')
const send = address => new Promise((resolve, reject) => {
  const socket = createSocket('${socket}')
  socket.once('error', reject)
  socket.bind(0, address, () => socket.send('x', ${PORT}, '${to}', error => {
    socket.close()
    error ? reject(error) : resolve()
  }))
})
Promise.all(${JSON.stringify(addresses)}.map(send)).catch(error => { throw error })`

interface Seen {
  readonly ip: Ip
  readonly port: number
  readonly byIp: number
  readonly byBoth: number
}

function seenIn(listing: string): readonly Seen[] {
  const { nftables } = JSON.parse(listing) as {
    nftables: { set?: { elem?: readonly { elem: { val: { concat: readonly unknown[] } } }[] } }[]
  }
  return nftables.flatMap(({ set }) =>
    (set?.elem ?? []).map(({ elem }) => {
      const [ip, port, byIp, byBoth] = elem.val.concat as [Ip, number, number, number]
      return { ip, port, byIp, byBoth }
    }),
  )
}

for (const nft of nftVersions()) {
  for (const family of Object.keys(FAMILIES) as Family[]) {
    hashes(`are the same for ${CLIENTS} clients of ${family}, nft ${nft.version}`, async () => {
      const { address, to, socket } = FAMILIES[family]
      const addresses = Array.from({ length: CLIENTS }, (_, i) => address(i))
      const by = (fields: string): string => `jhash ${fields} mod ${MODULUS} seed ${HASH_SEED}`
      const key = `${family} saddr . udp sport . ${by(`${family} saddr`)} . ${by(`${family} saddr . udp sport`)}`
      const rules = `table ${family} t {
        set seen {
          typeof ${family} saddr . udp sport . numgen random mod 2 . numgen random mod 2
          flags dynamic,timeout; timeout 1h
        }
        chain c {
          type filter hook output priority 0
          udp dport ${PORT} update @seen { ${key} }
        }
      }`
      const script = `ip link set lo up
        sysctl -qw net.ipv6.ip_nonlocal_bind=1
        ip -6 route add local fd00::/16 dev lo
        "$@" -f -
        node -e "$SENDER"
        "$@" -j list ruleset`
      const sender = `SENDER='${senderOf(addresses, socket, to).replaceAll("'", '"')}'\n`
      const seen = seenIn(await inFreshNamespace(nft, sender + script, rules))
      assert.is(seen.length, CLIENTS)
      assert.equal([...new Set(seen.map(({ ip }) => ip))].length, CLIENTS)
      for (const { ip, port, byIp, byBoth } of seen) {
        assert.is(scaled(clientHash(ip), MODULUS), byIp, ip)
        assert.is(scaled(clientHash(ip, port), MODULUS), byBoth, `${ip} port ${port}`)
      }
    })
  }
}

hashes.run()
