import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Sender } from '../../../src/traffic/promise/view.js'
import { endpoint, type PortFields, UNREADY } from '../../build.js'
import { ask, everywhere, LOCAL, OUTSIDE, POD, REMOTE, VIP } from './ask.js'

const reasons = suite('the reference: reasons')

const REASONS: readonly (readonly [PortFields, Sender, string, RegExp])[] = [
  [{}, POD, '10.96.0.1:80/tcp', /^no endpoints: none is known$/],
  [
    { endpoints: [endpoint('10.1.0.1', UNREADY)] },
    POD,
    '10.96.0.1:80/tcp',
    /^no ready endpoints: 1 known, 1 not ready$/,
  ],
  [
    { endpoints: [REMOTE], externalPolicy: 'Local' },
    OUTSIDE,
    `${VIP}:80/tcp`,
    /^externalTrafficPolicy Local and no local endpoint on this node \(worker-1\); 1 endpoint elsewhere/,
  ],
  [
    { sourceRanges: ['192.0.2.0/30'] },
    OUTSIDE,
    `${VIP}:80/tcp`,
    /^source 192\.0\.2\.7 is outside loadBalancerSourceRanges of .*: 192\.0\.2\.0\/30$/,
  ],
  [{}, OUTSIDE, '127.0.0.1:30080/tcp', /^node ports are not served at 127\.0\.0\.1$/],
  [{}, OUTSIDE, '10.96.0.1:81/tcp', /^the ClusterIP 10\.96\.0\.1 has no port 81\/tcp$/],
  [
    { endpoints: [LOCAL, endpoint('10.1.0.1', UNREADY)] },
    OUTSIDE,
    '10.96.0.1:80/tcp',
    /^internalTrafficPolicy Cluster: ready endpoints \(1 of 2\); masqueraded: 192\.0\.2\.7 is outside the cluster CIDR 10\.244\.0\.0\/16$/,
  ],
]

for (const [more, sender, to, pattern] of REASONS) {
  reasons(String(pattern), () => {
    assert.match(ask({ ports: [everywhere(more)] }, sender, to).reason.text, pattern)
  })
}

reasons.run()
