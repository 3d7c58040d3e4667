import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../src/address/address.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import {
  clientHash,
  HASH_ANNOTATION,
  HASH_BUCKETS_ANNOTATION,
  keyBytes,
  parseHash,
} from '../../src/model/hash.js'
import { lookup3 } from '../reference/hash.js'
import { found, service } from './objects.js'

const hash = suite('the hash annotations')

const annotated = (by: string | undefined, buckets?: string, spec = {}) =>
  service(spec, {
    metadata: {
      annotations: {
        ...(by === undefined ? {} : { [HASH_ANNOTATION]: by }),
        ...(buckets === undefined ? {} : { [HASH_BUCKETS_ANNOTATION]: buckets }),
      },
    },
  })
const PATH = `metadata.annotations.${HASH_ANNOTATION}`
const BUCKETS_PATH = `metadata.annotations.${HASH_BUCKETS_ANNOTATION}`

hash('say what is hashed, and into how many buckets', () => {
  const problems = new Diagnostics()
  assert.equal(parseHash(annotated('source-ip'), problems), { by: 'source-ip' })
  assert.equal(parseHash(annotated('source-ip-port', '1021'), problems), {
    by: 'source-ip-port',
    buckets: 1021,
  })
  assert.equal(
    ['3', '61', '251', '65521'].map(
      text => parseHash(annotated('source-ip', text), problems)?.buckets,
    ),
    [3, 61, 251, 65521],
  )
  assert.is(parseHash(service(), problems), undefined)
  const inherited = Object.create({ [HASH_ANNOTATION]: 'source-ip' })
  assert.is(parseHash(service({}, { metadata: { annotations: inherited } }), problems), undefined)
  assert.equal(found(problems), [])
})

for (const text of ['', 'source', 'Source-IP', 'source-ip ', 'toString']) {
  hash(`${JSON.stringify(text)} is an error`, () => {
    const problems = new Diagnostics()
    assert.is(parseHash(annotated(text), problems), undefined)
    assert.equal(found(problems), [`KN073 ${PATH}`])
  })
}

for (const text of ['', '0', '2', '60', '1024', '65537', '-7', '7.0', '07', '1e3', ' 61', '251x']) {
  hash(`${JSON.stringify(text)} is no number of buckets`, () => {
    const problems = new Diagnostics()
    assert.equal(parseHash(annotated('source-ip', text), problems), { by: 'source-ip' })
    assert.equal(found(problems), [`KN074 ${BUCKETS_PATH}`])
  })
}

hash('a number of buckets needs a hash', () => {
  const problems = new Diagnostics()
  assert.is(parseHash(annotated(undefined, '61'), problems), undefined)
  assert.equal(found(problems), [`KN074 ${BUCKETS_PATH}`])
})

hash('session affinity goes not with it', () => {
  const problems = new Diagnostics()
  parseHash(annotated('source-ip', undefined, { sessionAffinity: 'None' }), problems)
  assert.equal(found(problems), [])
  parseHash(annotated('source-ip', undefined, { sessionAffinity: 'ClientIP' }), problems)
  assert.equal(found(problems), [`KN075 ${PATH}`])
})

hash('keys are laid out as nft does: network byte order, parts of four bytes', () => {
  const bytes = (...parts: readonly (string | number)[]) => [...keyBytes(parts as (Ip | number)[])]
  assert.equal(bytes('10.1.2.3'), [10, 1, 2, 3])
  assert.equal(bytes('10.1.2.3', 0x1234), [10, 1, 2, 3, 0x12, 0x34, 0, 0])
  assert.equal(bytes('fd00::a:1'), [0xfd, ...Array(12).fill(0), 10, 0, 1])
  assert.is(clientHash('10.1.2.3' as Ip), lookup3([10, 1, 2, 3], 0x6b756265))
  assert.is(clientHash('10.1.2.3' as Ip, 80), lookup3([10, 1, 2, 3, 0, 80, 0, 0], 0x6b756265))
})

hash.run()
