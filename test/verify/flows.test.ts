import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { formatDiagnostics } from '../../src/report/diagnostics.js'
import { type Flow, parseFlows } from '../../src/verify/flows.js'

const shape = suite('flows file')
const words = suite('words of a flow')

/** The flows of a file, which must be sound. */
function parse(text: string): readonly Flow[] {
  const problems = new Diagnostics()
  const flows = parseFlows({ name: 'flows.yaml', text }, problems)
  assert.equal(problems.all(), [])
  return flows
}

/** The heads of the diagnostics that a file gets. */
function complaints(text: string): readonly string[] {
  const problems = new Diagnostics()
  parseFlows({ name: 'flows.yaml', text }, problems)
  return formatDiagnostics(problems.all(), { color: false })
    .split('\n')
    .filter(line => line.startsWith('flows.yaml'))
}

const complaint = (text: string): string => complaints(text)[0] ?? ''

const flow = (fields: string): string => `flows:\n  - { ${fields} }\n`
const soundFrom = (from: string): string =>
  flow(`from: "${from}", to: "shop/web:80", expect: { verdict: refused }`)
const soundTo = (to: string): string =>
  flow(`from: outside, to: "${to}", expect: { verdict: refused }`)
const soundExpect = (expect: string): string =>
  flow(`from: outside, to: "shop/web:80", expect: { ${expect} }`)

shape('what is said is read, what is not is absent', () => {
  const [one, two] = parse(`
flows:
  - name: web from outside
    from: outside
    to: shop/web:http
    via: node-port
    family: IPv6
    expect: { verdict: backends, backends: ["[fd00::1]:8080"], masquerade: true }
  - from: 10.0.0.1
    to: "[fd00::5]:53/udp"
    expect: { verdict: untouched }
`)
  assert.is(one?.name, 'web from outside')
  assert.is(one?.via, 'node-port')
  assert.is(one?.family, 'IPv6')
  assert.equal(one?.expect, {
    verdict: 'backends',
    backends: [{ ip: 'fd00::1', port: 8080 }],
    masquerade: true,
  })
  assert.is(two?.name, '10.0.0.1 -> [fd00::5]:53/udp')
  assert.is(two?.via, undefined)
  assert.equal(two?.expect, { verdict: 'untouched', backends: undefined, masquerade: undefined })
})

shape('JSON and several documents are read too', () => {
  const json = '{"flows":[{"from":"node","to":"a/b","expect":{"masquerade":false}}]}'
  assert.is(parse(json).length, 1)
  assert.is(parse(`${soundFrom('pod')}---\n${soundFrom('node')}`).length, 2)
})

shape('mistakes are told with their places', () => {
  assert.equal(
    complaints(`flows:\n  - from: outside\n    to: a/b:80\n    expect: {verdict: denied}\n`),
    [
      'flows.yaml:4:23: error[KN130]: flows[0].expect.verdict: must be backends, refused, dropped or untouched (got "denied")',
    ],
  )
  assert.equal(
    complaints('flows:\n  - from: pod\n    to: a/b\n    expect: { masquerad: true }\n'),
    [
      'flows.yaml:4:26: error[KN130]: flows[0].expect.masquerad: is not known; did you mean masquerade?',
    ],
  )
  assert.match(complaint(flow('from: outside, to: "a/b"')), /flows\[0\]\.expect: is required/)
  assert.match(complaint(soundExpect('')), /at least one of verdict.*\(got an empty mapping\)/)
  assert.match(complaint('flows: []\n'), /a list of at least one flow \(got an empty list\)/)
  assert.match(complaint('- from: outside\n'), /1:1: error\[KN130\]: must be a mapping.*a list/)
  assert.match(complaint('# nothing\n'), /error\[KN130\]: is empty/)
  assert.match(complaint('flows: ['), /error\[KN003\]/)
})

shape('what goes with backends does not go with another verdict', () => {
  const both = complaints(
    soundExpect('verdict: dropped, backends: ["10.0.0.1:80"], masquerade: true'),
  )
  assert.match(both[0] ?? '', /expect\.backends: belongs to the verdict backends/)
  assert.match(both[1] ?? '', /expect\.masquerade: belongs to the verdict backends/)
})

shape('hostile names do no harm', () => {
  const hostile = '"\\e[2J\\u202e__proto__"'
  const text = `flows:\n  - { name: ${hostile}, from: x, to: a/b, expect: { verdict: refused } }\n`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through.
  assert.not.match(complaint(text), /[\u0000-\u001f\u202e]/)
  assert.match(complaint('flows: [{__proto__: 1}]'), /flows\[0\]/)
})

words('from is a kind of client or an address', () => {
  for (const kind of ['outside', 'pod', 'pod-elsewhere', 'node', 'backend'])
    assert.equal(parse(soundFrom(kind))[0]?.from, { kind: 'clients', clients: kind })
  assert.equal(parse(soundFrom('FD00::0:1'))[0]?.from, { kind: 'address', ip: 'fd00::1' })
  assert.match(complaint(soundFrom('pods')), /error\[KN131\].*\(got "pods"; did you mean pod\?\)/)
  assert.match(complaint(soundFrom('10.0.0')), /error\[KN131\]/)
})

words('to is a port of a Service or a place', () => {
  const target = (to: string) => parse(soundTo(to))[0]?.to
  const web = { kind: 'service', namespace: 'shop', name: 'web' }
  assert.equal(target('shop/web:http'), { ...web, port: 'http', protocol: undefined })
  assert.equal(target('shop/web:53/UDP'), { ...web, port: '53', protocol: 'udp' })
  assert.equal(target('shop/web'), { ...web, port: undefined, protocol: undefined })
  const place = (ip: string, port: number, protocol: string) => ({
    kind: 'place',
    place: { ip, port, protocol },
  })
  assert.equal(target('10.0.0.1:80/tcp'), place('10.0.0.1', 80, 'tcp'))
  assert.equal(target('[fd00:0::1]:9/sctp'), place('fd00::1', 9, 'sctp'))
  for (const bad of [
    'web:80',
    '10.0.0.1:80',
    '10.0.0.1:70000/tcp',
    'fd00::1:80/tcp',
    'a/b/c:1',
    '',
  ])
    assert.match(complaint(soundTo(bad)), /error\[KN130\].*to: must be namespace/, bad)
})

words('via is for Services', () => {
  const text = flow('from: node, to: "10.0.0.1:80/tcp", via: node-port, expect: {verdict: refused}')
  assert.match(complaint(text), /via: goes with a Service/)
})

words('backends are addresses with ports', () => {
  for (const bad of ['10.0.0.1', '10.0.0.1:0', '10.0.0.1:http', 'fd00::1:80', '10.0.0.1:65536'])
    assert.match(complaint(soundExpect(`backends: ["${bad}"]`)), /backends\[0\]: must be ip:port/)
})

shape.run()
words.run()
