import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { endpoint } from '../../build.js'
import { destinations, trials } from './scene.js'

const samples = suite('sampling of destinations')

const PORTS = Array.from({ length: 100 }, (_, i) => ({
  name: `svc-${i}`,
  clusterIP: `10.96.0.${i + 1}`,
  endpoints: [endpoint(`10.244.2.${i + 1}`)],
}))

samples('all is tried up to the limit', () => {
  const all = trials({ ports: PORTS, limits: { maxDestinations: 301 } })
  assert.is(all.sampled, undefined)
  assert.is(destinations(all).length, 301)
})

samples('beyond the limit service ports are taken evenly, and it is said how many', () => {
  const some = trials({ ports: PORTS, limits: { maxDestinations: 300 } })
  assert.equal(some.sampled, { tried: 151, of: 301 })
  assert.is(destinations(some).length, 151)
  const ips = destinations(some).filter(one => one.startsWith('cluster-ip'))
  assert.equal(ips.slice(0, 3), [
    'cluster-ip 10.96.0.1:80/tcp',
    'cluster-ip 10.96.0.3:80/tcp',
    'cluster-ip 10.96.0.5:80/tcp',
  ])
  assert.is(some.scene.beyond.filter(ip => ip.startsWith('10.244.2.')).length, 50)
})

samples('at least one service port is tried', () => {
  const least = trials({ ports: PORTS, limits: { maxDestinations: 1 } })
  assert.equal(least.sampled, { tried: 4, of: 301 })
})

samples.run()
