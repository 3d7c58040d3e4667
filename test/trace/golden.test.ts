import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { updateRefusal } from '../../src/golden/golden.js'
import type { RawOptions } from '../../src/options/table.js'
import { type Asked, printed } from './answer.js'

// What `kubenat trace` prints, kept in files; UPDATE_GOLDEN=1 rewrites them.

const goldens = suite('golden traces')

const DIR = fileURLToPath(new URL('./expected', import.meta.url))
const wantsUpdate = process.env.UPDATE_GOLDEN === '1'
const refusal = wantsUpdate ? updateRefusal(process.env) : undefined
const update = wantsUpdate && refusal === undefined

type Case = readonly [golden: string, asked: Asked, more?: RawOptions]

const OUTSIDE = '192.0.2.7'
const POD = '10.244.1.99'
const MAPS = { layout: 'maps' }

/** By the name of the file. */
const CASES: Readonly<Record<string, Case>> = {
  'pod-to-dns.txt': ['example-shop', { from: POD, to: 'kube-system/kube-dns:dns' }],
  'pod-to-dns.json': ['example-shop', { from: POD, to: '10.96.0.10:53/udp', output: 'json' }],
  'outside-to-load-balancer.txt': ['example-shop', { from: OUTSIDE, to: '203.0.113.10:443' }],
  'outside-to-load-balancer.maps.json': [
    'example-shop',
    { from: OUTSIDE, to: '203.0.113.10:443', output: 'json' },
    MAPS,
  ],
  'outside-to-load-balancer-ipv6.maps.txt': [
    'example-shop',
    { from: '2001:db8:c0de::7', to: '[2001:db8:113::10]:80' },
    MAPS,
  ],
  'node-to-itself.txt': ['example-shop', { from: 'worker-1', to: 'worker-1:30080' }],
  'node-to-cluster-ip.maps.txt': ['example-shop', { from: 'worker-1', to: 'shop/cart' }, MAPS],
  'affinity.txt': ['example-shop', { from: POD, to: 'shop/checkout' }],
  'affinity.maps.json': ['example-shop', { from: POD, to: 'shop/checkout', output: 'json' }, MAPS],
  'hairpin-in-zone.txt': [
    'example-shop',
    { from: 'shop/api-7f4b9d6c88-k5n2v', to: 'shop/api:http' },
  ],
  'stranger-to-load-balancer.txt': ['example-shop', { from: '8.8.8.8', to: '203.0.113.10:443' }],
  'no-endpoints.txt': ['example-shop', { from: OUTSIDE, to: 'worker-1:30870' }],
  'no-endpoints.json': ['example-shop', { from: OUTSIDE, to: 'worker-1:30870', output: 'json' }],
  'wrong-port.txt': ['example-shop', { from: POD, to: '10.96.0.10:54' }],
  'ping.txt': ['example-shop', { from: 'worker-2', to: '10.96.0.10/icmp' }],
  'unallocated.json': ['example-shop', { from: POD, to: '10.96.9.9:80', output: 'json' }],
  'untouched.txt': ['example-shop', { from: POD, to: '198.51.100.20:80' }],
  'no-local-endpoint.txt': [
    'external-policy-local-no-local-endpoint',
    { from: OUTSIDE, to: '203.0.113.10:80' },
  ],
  'node-port-elsewhere.txt': ['nodeport-addresses-cidr', { from: OUTSIDE, to: '172.24.0.1:30080' }],
  'hints-unused.txt': ['hints-zone-not-mine', { from: POD, to: 'shop/web' }],
  'hash.txt': ['hash', { from: OUTSIDE, to: 'shop/web' }],
  'hash.maps.json': ['hash', { from: OUTSIDE, to: 'shop/web', output: 'json' }, MAPS],
  'hash-source-port.txt': [
    'hash-source-ip-port-ipv6',
    { from: '[2001:db8::7]:40000', to: '[fd00:192:168::11]:30053/udp' },
  ],
  'hash-any-source-port.maps.txt': [
    'hash-source-ip-port-ipv6',
    { from: '2001:db8::7', to: '[fd00:10:96::20]:53/udp' },
    MAPS,
  ],
  'hash.mermaid': ['hash', { to: 'shop/web', output: 'mermaid' }],
  'service.mermaid': ['example-shop', { to: 'shop/web', output: 'mermaid' }],
  'service-port.dot': ['example-shop', { to: 'shop/cart:http', output: 'dot' }],
  'no-endpoints.mermaid': ['example-shop', { to: 'shop/batch-importer', output: 'mermaid' }],
  'no-local-endpoint.dot': [
    'external-policy-local-no-local-endpoint',
    { to: '198.51.100.7:80', output: 'dot' },
  ],
  'packet.mermaid': ['example-shop', { from: OUTSIDE, to: 'shop/cart', output: 'mermaid' }],
  'refused-packet.dot': ['example-shop', { from: POD, to: '10.96.0.10:54', output: 'dot' }],
}

goldens('UPDATE_GOLDEN=1 is not used under CI', () => {
  assert.is(refusal, undefined)
})

for (const [file, [golden, asked, more]] of Object.entries(CASES)) {
  goldens(file, () => {
    const text = printed(golden, asked, more)
    const path = `${DIR}/${file}`
    if (update) {
      mkdirSync(DIR, { recursive: true })
      writeFileSync(path, text)
    }
    assert.ok(existsSync(path), `${file} is missing (UPDATE_GOLDEN=1 writes it)`)
    const expected = readFileSync(path, 'utf8')
    assert.fixture(text, expected)
    assert.is(text, expected)
  })
}

goldens('no file is left over', () => {
  assert.equal(readdirSync(DIR).sort(), Object.keys(CASES).sort())
})

goldens.run()
