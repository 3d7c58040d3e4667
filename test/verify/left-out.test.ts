import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { endpoint, HERE, node, type PortFields } from '../build.js'
import { destinations, type Given, trials } from './what/scene.js'

const lefts = suite('what is not tried')

const words = (given: Given): string[] =>
  trials(given).left.map(({ what, because }) => `${what}: ${because}`)
const POD = endpoint('10.244.1.1', { nodeName: HERE })
const withEndpoint = (ip: string, more: PortFields = {}): PortFields => ({
  name: 'crossed',
  clusterIP: '10.96.0.2',
  endpoints: [endpoint(ip)],
  ...more,
})

lefts('an endpoint that is a destination itself', () => {
  const at = 'default/crossed at 10.96.0.2 port 80/tcp: its endpoint'
  const web = { nodePort: 30080, endpoints: [POD] }
  assert.equal(words({ ports: [web, withEndpoint('10.96.0.1')] }), [
    `${at} 10.96.0.1 port 8080 is a destination of Services too`,
  ])
  assert.equal(words({ ports: [withEndpoint('10.96.7.7')], serviceCIDRs: ['10.96.0.0/16'] }), [
    `${at} 10.96.7.7 port 8080 is a destination of Services too`,
  ])
  const host = { endpoints: [endpoint('192.168.0.1', { port: 30080 })] }
  assert.equal(words({ ports: [web, withEndpoint('192.168.0.1', host)] }), [
    `${at} 192.168.0.1 port 30080 is a destination of Services too`,
  ])
  assert.equal(words({ ports: [web, withEndpoint('192.168.0.1')] }), [])
  const external = { externalIPs: ['198.51.100.1'], port: 8080 }
  assert.equal(words({ ports: [external, withEndpoint('198.51.100.1')] }), [
    `${at} 198.51.100.1 port 8080 is a destination of Services too`,
  ])
})

lefts('a destination that no packet can have', () => {
  const ports = [{ loadBalancerIPs: ['127.0.0.5', '224.0.0.1', '203.0.113.1'], endpoints: [POD] }]
  const given = { ports }
  assert.equal(
    destinations(trials(given)).filter(one => one.startsWith('load')),
    ['load-balancer-ip 203.0.113.1:80/tcp'],
  )
  assert.ok(words(given).some(text => /^default\/web at 224\.0\.0\.1 port 80/.test(text)))
})

lefts('a ClusterIP that is an address of the node', () => {
  const ports = [{ clusterIP: '192.168.0.1', endpoints: [POD] }]
  assert.ok(
    words({ ports }).includes(
      'default/web at 192.168.0.1 port 80/tcp: 192.168.0.1 is an address of the node too',
    ),
  )
})

lefts('the way of a backend to an address that is its own', () => {
  const ports = [{ endpoints: [POD], externalIPs: ['10.244.1.1'] }]
  assert.equal(words({ ports }), [
    'default/web at 10.244.1.1 port 80/tcp: the client itself has the address 10.244.1.1',
  ])
})

lefts('a backend that would answer itself', () => {
  const ports = [{ endpoints: [POD, endpoint('10.244.1.1', { port: 9090 })] }]
  assert.equal(words({ ports }), [
    'default/web at 10.96.0.1 port 80/tcp: 10.244.1.1 would get its own packets, unmasqueraded, and drop them',
  ])
})

lefts('the policy that gives no share to an endpoint which clients may be on record with', () => {
  const endpoints = [{ ...POD, weight: 0 }, endpoint('10.244.2.1', { weight: 4 })]
  const local = { endpoints, nodePort: 30080, externalPolicy: 'Local' } as const
  const sticky = { ...local, affinitySeconds: 10 }
  const reason = 'session affinity may lead a client back to an endpoint that has no share here'
  assert.ok(words({ ports: [sticky] }).includes(`default/web at 10.96.0.1 port 80/tcp: ${reason}`))
  const { checks } = trials({ ports: [sticky] })
  assert.ok(
    checks.some(
      ({ client, destination }) => client.kind === 'outside' && destination.kind === 'node-port',
    ),
  )
  assert.equal(words({ ports: [local] }), [])
  assert.equal(words({ ports: [{ ...sticky, externalPolicy: 'Cluster' }] }), [])
})

lefts('a family that the node has no address of', () => {
  const six = { family: 'IPv6', clusterIP: 'fd00::1' } as const
  assert.equal(words({ ports: [six] }), [
    'IPv6 destinations: no IPv6 address of worker-1 is known (--node-addresses takes some)',
  ])
  assert.equal(words({ ports: [six], families: ['IPv4'] }), [])
  assert.equal(words({}), [])
})

lefts('an address of the node that only its own link knows', () => {
  const at = node({ addresses: ['192.168.0.1', '169.254.1.1'] })
  assert.equal(words({ at }), [
    'the address 169.254.1.1 of the node: packets cannot be sent to it from elsewhere',
  ])
})

lefts('clients that no address is left for', () => {
  const localTraffic = { clusterCIDRs: ['0.0.0.0/0'] }
  const at = node({ podCIDRs: ['0.0.0.0/0'] })
  assert.equal(words({ at, settings: { localTraffic } }), [
    'IPv4 clients outside: the ranges of pods leave no address for them',
    'IPv4 clients in pods elsewhere: neither a cluster CIDR nor another node tells where pods are',
  ])
})

lefts.run()
