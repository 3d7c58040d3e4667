import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { olderFirst } from '../../src/model/labels.js'
import { service } from './objects.js'

const age = suite('age')

const named = (name: string, creationTimestamp?: string, namespace = 'default') =>
  service({}, { name, namespace, metadata: creationTimestamp ? { creationTimestamp } : {} })

age(
  'objects are ordered by time, then by namespace and name; those without a time come last',
  () => {
    const sorted = [
      named('z', '2024-01-01T00:00:00+02:00'),
      named('y', '2024-01-01T00:00:00Z'),
      named('a', '2024-01-02T00:00:00Z', 'b'),
      named('b', '2024-01-02T00:00:00Z', 'b'),
      named('a', '2024-01-02T00:00:00Z', 'c'),
      named('a'),
      named('b', 'yesterday'),
    ]
    assert.equal([...sorted].reverse().sort(olderFirst), sorted)
  },
)

age.run()
