import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../../src/address/address.js'
import { openStrayNotes, parseArrivals, withoutGuard } from '../../../src/verify/lab/guard.js'

const notes = suite('notes of strays')

const SOURCE = '10.0.0.1' as Ip
const listingOf = (...elements: readonly (readonly unknown[])[]): string =>
  JSON.stringify({
    nftables: [
      { metainfo: {} },
      { set: { name: 'strays4', elem: elements.map(concat => ({ elem: { val: { concat } } })) } },
    ],
  })

/** An nft whose listings end when they are told to. */
function slowNft() {
  const started: ((listing: string | Error) => void)[] = []
  const nft = (): Promise<string> =>
    new Promise((resolve, reject) => {
      started.push(listing => (listing instanceof Error ? reject(listing) : resolve(listing)))
    })
  return { nft, started }
}
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

notes('tell where a connection ended by its protocol and source', async () => {
  const { nft, started } = slowNft()
  const reading = openStrayNotes(nft).read('IPv4')
  started[0]?.(listingOf(['tcp', SOURCE, 5, '10.0.0.9', 81]))
  const strayOf = await reading
  assert.equal(strayOf('tcp', SOURCE, 5), { ip: '10.0.0.9', port: 81 })
  assert.is(strayOf('udp', SOURCE, 5), undefined)
  assert.is(strayOf('tcp', SOURCE, 6), undefined)
})

notes('are listed once for all who come while a listing is under way, after it', async () => {
  const { nft, started } = slowNft()
  const { read } = openStrayNotes(nft)
  const first = read('IPv4')
  const later = [read('IPv4'), read('IPv4')]
  assert.is(started.length, 1)
  started[0]?.(listingOf())
  assert.is((await first)('tcp', SOURCE, 5), undefined)
  await settle()
  assert.is(started.length, 2)
  started[1]?.(listingOf(['tcp', SOURCE, 5, '10.0.0.9', 81]))
  for (const strayOf of await Promise.all(later)) assert.ok(strayOf('tcp', SOURCE, 5))
  await settle()
  void read('IPv4')
  assert.is(started.length, 3)
})

notes('go on after a listing that failed', async () => {
  const { nft, started } = slowNft()
  const { read } = openStrayNotes(nft)
  const [first, second] = [read('IPv6'), read('IPv6')]
  started[0]?.(new Error('killed'))
  assert.match(String(await first.catch(String)), 'killed')
  await settle()
  started[1]?.(listingOf())
  assert.type(await second, 'function')
})

notes('are no part of the listing of rules', () => {
  const theirs = { chain: { family: 'ip', table: 'kubenat-verify', name: 'c' } }
  const nftables = [
    { metainfo: { version: '1' } },
    { table: { family: 'inet', name: 'kubenat-verify' } },
    { set: { family: 'inet', table: 'kubenat-verify', name: 'strays4' } },
    { rule: { family: 'inet', table: 'kubenat-verify', chain: 'note' } },
    { table: { family: 'inet', name: 'other' } },
    theirs,
  ]
  const left = { nftables: [nftables[0], nftables[4], theirs] }
  assert.equal(JSON.parse(withoutGuard(JSON.stringify({ nftables }))), left)
})

notes('count arrivals', () => {
  assert.is(
    parseArrivals(JSON.stringify({ nftables: [{ metainfo: {} }, { counter: { packets: 7 } }] })),
    7,
  )
})

notes.run()
