import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { allocationsText, NO_ALLOCATIONS, parseAllocations } from '../../src/allocate/allocate.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { Allocations } from '../../src/generated/types.gen.js'

const file = suite('allocation file')

const ALLOCATIONS: Allocations = {
  ...NO_ALLOCATIONS,
  clusterIPs: { 'default/web': { IPv4: '10.96.0.10', IPv6: 'fd00::a' } },
  nodePorts: { 'default/web': { 'TCP/80': 30100 } },
}

function parse(text: string): { allocations: Allocations; messages: string[] } {
  const problems = new Diagnostics()
  const allocations = parseAllocations({ name: 'allocations.json', text }, problems)
  assert.ok(problems.all().every(({ code }) => code === 'KN080'))
  return { allocations, messages: problems.all().map(({ message }) => message) }
}

const parseChanged = (change: object) => parse(JSON.stringify({ ...ALLOCATIONS, ...change }))

file('what is written is read again', () => {
  assert.equal(parse(allocationsText(ALLOCATIONS)), { allocations: ALLOCATIONS, messages: [] })
})

file('the text is indented JSON, the same whatever order the object came in', () => {
  const { clusterIPs, nodePorts, kind, apiVersion } = ALLOCATIONS
  const text = allocationsText({ nodePorts, clusterIPs, kind, apiVersion })
  assert.is(
    text,
    `{
  "apiVersion": "kubenat.dev/v1",
  "kind": "Allocations",
  "clusterIPs": {
    "default/web": {
      "IPv4": "10.96.0.10",
      "IPv6": "fd00::a"
    }
  },
  "nodePorts": {
    "default/web": {
      "TCP/80": 30100
    }
  }
}
`,
  )
})

file('an empty file is a new one', () => {
  for (const text of ['', '\n']) {
    assert.equal(parse(text), { allocations: NO_ALLOCATIONS, messages: [] })
  }
})

file('a syntax error is reported where it stands', () => {
  const problems = new Diagnostics()
  parseAllocations({ name: 'a.json', text: '{"kind": "Allocations" "x"}' }, problems)
  const [problem] = problems.all()
  assert.is(problem?.code, 'KN080')
  assert.is(problem?.at?.offset, 23)
  assert.is(parse('{').messages.length, 1)
  assert.is(parse('\u0000\u0001').messages.length, 1)
})

file('what kubenat did not write is refused, and none of it is used', () => {
  const wrong: object[] = [
    { apiVersion: 'kubenat.dev/v2' },
    { kind: 'Service' },
    { clusterIPs: undefined },
    { clusterIPs: [] },
    { clusterIPs: { 'default/web': '10.96.0.10' } },
    { clusterIPs: { 'default/web': { IPv4: 10 } } },
    { clusterIPs: { 'default/web': { IPv4: '10.96.0.300' } } },
    { clusterIPs: { 'default/web': { IPv4: 'fd00::1' } } },
    { clusterIPs: { 'default/web': { IPv4: '10.96.0.010' } } },
    { clusterIPs: { 'default/web': { ipv4: '10.96.0.1' } } },
    { clusterIPs: { 'default/a': { IPv4: '10.96.0.1' }, 'default/b': { IPv4: '10.96.0.1' } } },
    { nodePorts: { 'default/web': { 'TCP/80': 0 } } },
    { nodePorts: { 'default/web': { 'TCP/80': '30080' } } },
    { nodePorts: { 'default/web': { http: 30080 } } },
    { nodePorts: { 'default/web': { 'TCP/80': 30080, 'UDP/81': 30080 } } },
  ]
  for (const change of wrong) {
    const { allocations, messages } = parseChanged(change)
    assert.is(messages.length, 1, `${JSON.stringify(change)}: ${messages.join('; ')}`)
    assert.equal(allocations, NO_ALLOCATIONS)
  }
  for (const text of ['null', '[]', '3', '"x"']) assert.is(parse(text).messages.length, 1, text)
})

file('messages name the entry and what it should be', () => {
  assert.equal(parseChanged({ clusterIPs: { 'default/web': { IPv4: 10 } } }).messages, [
    'clusterIPs["default/web"].IPv4: must be a string (got 10; put text in quotes)',
  ])
  assert.equal(parseChanged({ nodePorts: { 'a/b': { 'TCP/80': 70000 } } }).messages, [
    'nodePorts["a/b"]["TCP/80"]: must be an integer between 1 and 65535 (got 70000)',
  ])
  assert.equal(parseChanged({ kind: undefined }).messages, ['kind: is required, but missing'])
})

file('keys that mean something to JavaScript are keys like others', () => {
  const { allocations, messages } = parse(
    '{"apiVersion":"kubenat.dev/v1","kind":"Allocations","clusterIPs":{"__proto__":{"IPv4":"10.96.0.1"}},"nodePorts":{"constructor":{}}}',
  )
  assert.equal(messages, [])
  assert.equal(Object.keys(allocations.clusterIPs), ['__proto__'])
})

file.run()
