import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as safe from '../../src/text/safe.js'

const gates = suite('safe')

const FIT: Record<keyof typeof safe, readonly string[]> = {
  identifier: ['services', 'service-ULMVA6XW-ns/svc/tcp/p80', 'endpoint-A-n/s/tcp/__fd00..1/80...'],
  address: ['10.0.0.1', '10.0.0.0/8', 'fd00::1', '::/0'],
  keyPart: ['10.0.0.1', 'fd00::/64', 'tcp', 'udp', 'sctp', '30080'],
  comment: ['default/web:http', 'helper for @a / @b', 'x'.repeat(128)],
  interfaceName: ['cni0', 'eth0.100', 'br-1_x', 'veth@if2', 'x'.repeat(15)],
  word: ['tcp', 'ipv6-icmp', '112'],
  chainName: ['KUBE-SERVICES', 'KUBE-SVC-XPGD46QRK7WJZT7O', 'INPUT', 'X'.repeat(28)],
  iptablesComment: ['ns/svc:p -> [::1]:80', 'services; NOTE: this', 'x'.repeat(255)],
  label: ['worker-1', 'default/web:http', 'node.example.com', 'x'.repeat(255)],
}

const UNFIT: Record<keyof typeof safe, readonly string[]> = {
  identifier: ['', '1a', '-a', 'a b', 'a;b', 'a{', 'a"', '@a', 'x'.repeat(256)],
  address: ['', 'x', '10.0.0.1/', '10.0.0.1/1234', 'FD00::1', '10.0.0.1 ', '10.0.0.1-10.0.0.2'],
  keyPart: ['', 'TCP', 'icmp', '10.0.0.0/', '1 . 2', 'tcp,udp'],
  comment: ['', 'a"b', 'a\\b', 'a\tb', 'x'.repeat(129)],
  interfaceName: ['', 'x'.repeat(16), 'veth*', 'a b', 'a"', 'a/b'],
  word: ['', 'TCP', 'a b', '-a', 'x'.repeat(33)],
  chainName: ['', 'kube', '1A', '-A', 'A B', 'A/B', 'X'.repeat(29)],
  iptablesComment: ['', 'a\\b', "a'b", 'a#b', 'a!b', 'a(b', 'x'.repeat(256)],
  label: ['', 'a b', 'a#b', 'a"', 'x'.repeat(256)],
}

// What would end a comment, a string or a line, in any place of the text.
const HOSTILE = ['\n', '\r', '\u2028', '\u0000', '"', 'ä', '\u001b', '$x', '`']

for (const [name, gate] of Object.entries(safe) as [
  keyof typeof safe,
  (text: string) => string,
][]) {
  gates(`${name} lets fit texts pass as they are`, () => {
    for (const text of FIT[name]) assert.is(gate(text), text)
  })

  gates(`${name} throws at unfit texts`, () => {
    const hostile = name === 'comment' ? HOSTILE.filter(text => !/^[$`]/.test(text)) : HOSTILE
    const [fit = ''] = FIT[name]
    for (const text of [...UNFIT[name], ...hostile.flatMap(bad => [fit + bad, bad + fit])]) {
      assert.throws(() => gate(text), /is not fit for a rule/, JSON.stringify(text))
    }
  })

  gates(`${name} lets no text pass that holds a quote, a line end or anything beyond ASCII`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        try {
          gate(text)
        } catch {
          return
        }
        assert.match(text, /^[ !#-~]+$/)
      }),
    )
  })
}

gates.run()
