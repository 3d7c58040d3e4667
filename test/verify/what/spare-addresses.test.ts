import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Cidr, Ip } from '../../../src/address/address.js'
import { spareAddresses } from '../../../src/verify/what/addresses.js'

const spares = suite('spare addresses')

const take = (taken: readonly string[], ...ranges: string[]): (string | undefined)[] => {
  const spare = spareAddresses(taken as Ip[])
  return [1, 2, 3].map(() => spare(ranges as Cidr[], () => true))
}

spares('none is given twice, none that somebody has', () => {
  assert.equal(take(['10.0.0.201'], '10.0.0.0/24'), ['10.0.0.200', '10.0.0.202', '10.0.0.203'])
  assert.equal(take([], 'fd00::/64'), ['fd00::c8', 'fd00::c9', 'fd00::ca'])
})

spares('a small range is used up, but for its first and last address, before the next', () => {
  assert.equal(take(['10.0.0.2'], '10.0.0.0/30', '10.1.0.0/31'), [
    '10.0.0.1',
    '10.1.0.0',
    '10.1.0.1',
  ])
  assert.equal(take([], '10.0.0.7/32'), ['10.0.0.7', undefined, undefined])
})

spares('a large range is tried in many of its parts', () => {
  const spare = spareAddresses([])
  const isFar = (ip: Ip): boolean => ip.startsWith('10.200.')
  assert.is(spare(['10.0.0.0/8' as Cidr], isFar), '10.200.0.200')
})

spares("special addresses are nobody's", () => {
  assert.equal(take([], '127.0.0.0/8', '224.0.0.0/4', 'fe80::/10'), [
    undefined,
    undefined,
    undefined,
  ])
})

spares.run()
