import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Protocol } from '../../src/model/labels.js'
import { endpointChain, isObjectChain, portChains } from '../../src/rules/iptables.js'
import { endpoint, servicePort } from '../build.js'

const names = suite('chain names of iptables mode')

const port = (text: string, protocol: Protocol = 'TCP') => {
  const [, namespace = '', name = '', portName = ''] = /^(.+)\/([^:]+):?(.*)$/.exec(text) ?? []
  return servicePort({ namespace, name, portName, protocol })
}

names('of service ports are those of kube-proxy', () => {
  const known: readonly [string, Protocol, string][] = [
    ['ns1/svc1:p80', 'TCP', 'XPGD46QRK7WJZT7O'],
    ['ns2/svc2:p80', 'TCP', 'GNZBNJ2PO5MGZ6GT'],
    ['ns5/svc5:p80', 'TCP', 'NUKIZ6OKUXPJNT4C'],
    ['default/kubernetes:https', 'TCP', 'NPX46M4PTMTKRN6Y'],
    ['kube-system/kube-dns:dns', 'UDP', 'TCOU7JCQXEZGVUNU'],
    ['kube-system/kube-dns:dns-tcp', 'TCP', 'ERIFXISQEP7F7OF4'],
    ['ns1/svc1', 'TCP', 'AQI2S6QIMU7PVVRP'],
    ['demo/sig:s', 'SCTP', 'S55GHUWOEDRJH5P3'],
  ]
  for (const [text, protocol, hash] of known) {
    assert.equal(portChains(port(text, protocol)), {
      external: `KUBE-EXT-${hash}`,
      firewall: `KUBE-FW-${hash}`,
      service: `KUBE-SVC-${hash}`,
      local: `KUBE-SVL-${hash}`,
    })
  }
})

names('of endpoints are those of kube-proxy', () => {
  const chain = (text: string, ip: string, number: number) =>
    endpointChain(port(text), endpoint(ip, { port: number }))
  assert.is(chain('ns1/svc1:p80', '10.180.0.1', 80), 'KUBE-SEP-SXIVWICOYRO3J4NJ')
  assert.is(chain('demo/web:http', '10.244.1.5', 8080), 'KUBE-SEP-NW5VICAF3Z2QABHQ')
  assert.is(chain('demo/web:http', 'fd00:244:1::5', 8080), 'KUBE-SEP-ZZR2FM5QNGF6DB3B')
})

names(
  'that come and go with objects are known by their prefix and the length of their hash',
  () => {
    const hash = 'XPGD46QRK7WJZT7O'
    for (const prefix of ['SVC', 'SVL', 'EXT', 'FW', 'SEP'])
      assert.ok(isObjectChain(`KUBE-${prefix}-${hash}`))
    assert.ok(isObjectChain(`KUBE-XLB-${hash}`), 'the Local policy of kube-proxy up to 1.23')
    const others = [
      'KUBE-FIREWALL',
      'KUBE-SERVICES',
      'KUBE-EXTERNAL-SERVICES',
      `KUBE-HP-${hash}`,
      `MY-KUBE-SVC-${hash}`,
      `KUBE-SVC-${hash}A`,
      `KUBE-SVC-${hash.slice(1)}`,
      'KUBE-SVC-$(reboot)AAAAAA',
    ]
    for (const name of others) assert.not.ok(isObjectChain(name), name)
  },
)

names.run()
