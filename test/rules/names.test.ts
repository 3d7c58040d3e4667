import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Endpoint } from '../../src/model/endpoint.js'
import type { ServicePort } from '../../src/model/service-port.js'
import { baseName, endpointNames, servicePortNames } from '../../src/rules/names.js'

const names = suite('names')

const portOf = (namespace: string, name: string, portName: string): ServicePort =>
  ({ namespace, name, protocol: 'TCP', portName }) as ServicePort
const endpointOf = (ip: string, port: number): Endpoint => ({ ip, port }) as Endpoint

// Hashes as kube-proxy's own unit tests have them.
const SERVICE_HASHES: Record<string, ServicePort> = {
  ULMVA6XW: portOf('ns1', 'svc1', 'p80'),
  '42NFTM6N': portOf('ns2', 'svc2', 'p80'),
  LAUZTJTB: portOf('ns4', 'svc4', 'p80'),
  MHHHYRWA: portOf('ns2', 'svc2', 'p8080'),
  P4ZYZVCF: portOf('testing', 'service', 'http'),
  LZBRENCP: portOf('testing', 'service', 'https'),
}

for (const [hash, port] of Object.entries(SERVICE_HASHES)) {
  names(`${port.namespace}/${port.name}/tcp/${port.portName} hashes to ${hash}`, () => {
    const text = `${hash}-${port.namespace}/${port.name}/tcp/${port.portName}`
    assert.equal(servicePortNames(port), {
      service: `service-${text}`,
      local: `local-${text}`,
      external: `external-${text}`,
      firewall: `firewall-${text}`,
    })
  })
}

names('an endpoint hashes with its service port, address and port', () => {
  const port = portOf('ns1', 'svc1', 'p80')
  assert.equal(endpointNames(port, endpointOf('10.180.0.1', 80)), {
    chain: 'endpoint-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80',
    affinitySet: 'affinity-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80',
  })
})

names('colons of IPv6 addresses become dots', () => {
  const port = portOf('ns1', 'svc1', 'p80')
  assert.is(
    endpointNames(port, endpointOf('fd00:10:180::2:1', 80)).chain,
    'endpoint-2CRNCTTE-ns1/svc1/tcp/p80__fd00.10.180..2.1/80',
  )
})

names('an empty port name keeps the slash in front of it', () => {
  assert.match(
    servicePortNames(portOf('ns', 'svc', '')).service,
    /^service-[A-Z2-7]{8}-ns\/svc\/tcp\/$/,
  )
})

names('a name of 240 characters stays whole, a longer one is cut to 237 and three dots', () => {
  const fits = 'x'.repeat(240 - 9)
  assert.is(baseName(fits).length, 240)
  assert.ok(baseName(fits).endsWith('xxx'))
  const cut = baseName(`${fits}y`)
  assert.is(cut.length, 240)
  assert.ok(cut.endsWith('x...'))
  assert.is.not(cut.slice(0, 8), baseName(`${fits}z`).slice(0, 8))
})

names.run()
