import * as assert from 'uvu/assert'
import type { Ip } from '../../../src/address/address.js'
import type { Node } from '../../../src/model/node.js'
import type { ProxyMode } from '../../../src/options/modes.js'
import type { Expectation, Place } from '../../../src/traffic/packet.js'
import { expect } from '../../../src/traffic/promise/promise.js'
import { type Sender, viewOf } from '../../../src/traffic/promise/view.js'
import {
  cluster,
  endpoint,
  HERE,
  node,
  type PortFields,
  type SettingsFields,
  servicePort,
  settings,
  THERE,
} from '../../build.js'

// Questions to the reference: packets that meet worker-1 (192.168.0.1), whose pods are in
// 10.244.0.0/16.

/** The senders that the documents tell apart. */
export const POD: Sender = { ip: '10.244.1.200' as Ip, inputInterface: 'veth1' }
export const NODE: Sender = { ip: '192.168.0.1' as Ip, inputInterface: undefined }
export const OUTSIDE: Sender = { ip: '192.0.2.7' as Ip, inputInterface: 'eth0' }
export const SENDERS = [POD, NODE, OUTSIDE]

/** The endpoints of most tests. */
export const LOCAL = endpoint('10.244.1.1', { nodeName: HERE })
export const REMOTE = endpoint('10.244.2.1', { nodeName: THERE })
/** The addresses of a port that has all kinds. */
export const [CLUSTER_IP, EXTERNAL_IP, VIP] = ['10.96.0.1', '198.51.100.1', '203.0.113.1']

/** A port with every kind of destination; its node port is 30080. */
export const everywhere = (more: PortFields = {}): PortFields => ({
  clusterIP: CLUSTER_IP,
  externalIPs: [EXTERNAL_IP],
  loadBalancerIPs: [VIP],
  nodePort: 30080,
  ...more,
})

/** What a question is about, as far as it is not the default. */
export interface World {
  readonly ports?: readonly PortFields[]
  readonly settings?: SettingsFields
  readonly serviceCIDRs?: readonly string[]
  readonly at?: Node
  readonly mode?: ProxyMode
}

const place = (text: string): Place => {
  const [, ip = '', port = '', protocol = ''] = /^(.+):(\d+)\/(\w+)$/.exec(text) ?? []
  return { ip: ip as Ip, port: Number(port), protocol: protocol as Place['protocol'] }
}

/** What the reference says of a packet to a place such as `10.96.0.1:80/tcp`. */
export const ask = (world: World, sender: Sender, to: string): Expectation => {
  const { ports = [], serviceCIDRs = [], at = node(), mode = 'nftables' } = world
  const given = { plan: settings(world.settings), proxyMode: mode }
  const view = viewOf(cluster(ports.map(servicePort), serviceCIDRs), at, given)
  return expect(view, sender, place(to))
}

/** `local`, `remote`, `all`, with ` masq` behind; or the verdict. */
export function short(expected: Expectation): string {
  if (expected.verdict !== 'backends') return expected.verdict
  const ips = expected.backends.map(({ at }) => at.ip as string)
  const names = ips.map(ip => (ip === LOCAL.ip ? 'local' : ip === REMOTE.ip ? 'remote' : ip))
  const masq = new Set(expected.backends.map(({ masqueraded }) => masqueraded))
  assert.is(masq.size, 1, 'some masqueraded and some not')
  const who = names.join() === 'local,remote' ? 'all' : names.join()
  return masq.has(true) ? `${who} masq` : who
}
