import { familyOf } from '../../address/address.js'
import type { Expectation } from '../expectation.js'
import type { Place } from '../scene.js'
import { isOwn, nodePortOwner, type View } from './view.js'

/** That nothing happens to a packet, and why: no service port has the place, or none serves it there. */
export function untouched(view: View, to: Place): Expectation {
  const { ip, port, protocol } = to
  if (nodePortOwner(view, to) && isOwn(view, ip))
    return { verdict: 'untouched', because: `node ports are not served at ${ip}` }
  const because = `no Service has ${familyOf(ip) === 'IPv6' ? `[${ip}]` : ip}:${port}/${protocol}`
  return { verdict: 'untouched', because }
}
