import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kubenat, makeFolder, type Outcome, refused } from '../cli.js'
import { CASES } from '../diff/traffic/cases.js'

const cli = suite('kubenat diff in terms of traffic')

const { folder } = makeFolder()

const fileIn = (name: string, value: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value, undefined, 2))
  return path
}

const listOf = (items: readonly object[]): object => ({ apiVersion: 'v1', kind: 'List', items })

/** Runs a case of the table of changes; all of them are IPv4, in one cluster CIDR. */
function diffOf(name: string, ...args: readonly string[]): Outcome {
  const { before = [], after = [], options = {} } = CASES[name] ?? {}
  const sides = [
    fileIn(`${name}-old.json`, listOf(before)),
    fileIn(`${name}-new.json`, listOf(after)),
  ]
  const node = options.node === undefined ? ['--all-nodes'] : ['--node', options.node]
  return kubenat(['diff', ...sides, ...node, ...OPTIONS, ...args])
}

const OPTIONS = ['--ip-family', 'ipv4', '--cluster-cidr', '10.244.0.0/16']
const expected = (file: string): string =>
  readFileSync(new URL(`../diff/expected/${file}`, import.meta.url), 'utf8')

cli('text is what is printed unless another format is asked for', () => {
  assert.equal(diffOf('endpoint-added'), { code: 1, out: expected('endpoint-added.txt'), err: '' })
  assert.is(diffOf('endpoint-added', '-o', 'text').out, expected('endpoint-added.txt'))
})

cli('no difference prints nothing and exits with 0', () => {
  assert.equal(diffOf('nothing'), { code: 0, out: '', err: '' })
})

cli('--all-nodes compares every node of both sides and names the others', () => {
  const many = diffOf('endpoint-replaced-on-many-nodes', '-o', 'markdown')
  assert.equal([many.code, many.out], [1, expected('endpoint-replaced-on-many-nodes.md')])
  const others = diffOf('nodes-come-and-go')
  assert.equal([others.code, others.out], [1, expected('nodes-come-and-go.txt')])
})

cli('--fail-on narrows the exit code, not what is printed', () => {
  const { code, out } = diffOf(
    'endpoint-added',
    '--fail-on',
    'lost,exposed',
    '--fail-on',
    'refused',
  )
  assert.equal([code, out], [0, expected('endpoint-added.txt')])
  assert.is(diffOf('endpoint-added', '--fail-on', 'lost, backends').code, 1)
  assert.is(diffOf('scaled-to-zero', '--fail-on', 'lost,exposed,refused').code, 1)
  const summary = (
    JSON.parse(diffOf('endpoint-added', '-o', 'json', '--fail-on', 'lost').out) as {
      summary: object
    }
  ).summary
  assert.equal(summary, { differs: true, fails: false, counts: { backends: 3 } })
  refused(
    diffOf('endpoint-added', '--fail-on', 'losd'),
    /--fail-on takes kinds of changes: new, .* \(got "losd"\)/,
  )
})

cli('workflow commands name the file and the line of the service port', () => {
  const { out } = diffOf('endpoint-added', '-o', 'github', '--fail-on', 'lost')
  const [, level, file = '', line] = /^::(\w+) file=([^,]*),line=(\d+),/.exec(out) ?? []
  assert.is(level, 'notice')
  const text = readFileSync(file, 'utf8').split('\n')
  assert.match(text.slice(Number(line) - 1).join('\n'), /^ *\{\n *"name": "http",\n *"port": 80,/)
})

cli('standard input is no file of a workflow command', () => {
  const { before = [], after = [] } = CASES['endpoint-added'] ?? {}
  const old = fileIn('old.json', listOf(before))
  const args = ['diff', old, '-', '--node', 'worker-1', ...OPTIONS, '-o', 'github']
  assert.match(
    kubenat(args, JSON.stringify(listOf(after))).out,
    /^::warning title=Traffic of shop\/web%3Ahttp::/,
  )
})

cli('colours are for terminals and those who insist', () => {
  const { before = [], after = [] } = CASES['scaled-to-zero'] ?? {}
  const sides = [fileIn('a.json', listOf(before)), fileIn('b.json', listOf(after))]
  const args = ['diff', ...sides, '--node', 'worker-1', ...OPTIONS]
  assert.not.match(kubenat(args, '', { NO_COLOR: '' }).out, '\u001b')
  assert.match(kubenat(args, '', { NO_COLOR: '', FORCE_COLOR: '1' }).out, '\u001b[31mrefused')
  assert.not.match(
    kubenat([...args, '-o', 'markdown'], '', { NO_COLOR: '', FORCE_COLOR: '1' }).out,
    '\u001b',
  )
})

const diff = (...args: readonly string[]): Outcome => kubenat(['diff', ...args, ...OPTIONS])

cli('what contradicts itself is refused', () => {
  const web = fileIn('web.json', listOf(CASES.nothing?.after ?? []))
  refused(diff(web, web), /--node NAME or --all-nodes is required/)
  refused(diff(web, web, '--all-nodes', '--node', 'worker-1'), /exclude each other/)
  refused(diff(web, web, '--all-nodes', '-o', 'nft'), /-o nft does not go with --all-nodes/)
  refused(
    diff(web, web, '--node', 'worker-1', '-o', 'nft', '--fail-on', 'lost'),
    /-o nft does not go/,
  )
  refused(diff('--live', web, web, '--all-nodes'), /--live is of one node/)
  refused(diff(web, web, '--node', 'worker-9'), /error\[KN061\]/)
  const empty = fileIn('none.json', listOf((CASES.nothing?.after ?? []).slice(3)))
  refused(diff(empty, web, '--all-nodes'), /error\[KN063\]/)
  refused(diff(empty, web, '--node', 'worker-1'), /--node "worker-1": OLD has no such Node object/)
  refused(diff(web, empty, '--node', 'worker-1'), /--node "worker-1": NEW has no such Node object/)
  const lonely = ['--node', 'worker-1', '--node-addresses', '192.168.0.11']
  assert.is(diff(web, web, ...lonely).code, 0)
})

cli('an object with errors on one side is compared on neither, and is a difference', () => {
  const web = fileIn('web.json', listOf(CASES.nothing?.after ?? []))
  const bad = fileIn('bad.json', readFileSync(web, 'utf8').replace('"port": 80,', '"port": 0,'))
  for (const sides of [
    [web, bad],
    [bad, web],
  ]) {
    const { code, out, err } = diff(...sides, '--node', 'worker-1')
    assert.is(code, 1)
    assert.is(out, '')
    assert.match(
      err,
      /^left out, as it has errors: Service shop\/web \(spec\.ports\[0\]\.port: must be/m,
    )
    assert.not.match(err, /KN012/)
  }
  assert.is(diff(bad, bad, '--node', 'worker-1').code, 0)
  refused(diff(web, bad, '--node', 'worker-1', '-o', 'nft'), /KN012[\s\S]*--skip-invalid/)
})

/** A listing of the table `ip kube-proxy` with these objects. */
const listing = (...objects: readonly object[]): string =>
  JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.6', json_schema_version: 1 } },
      { table: { family: 'ip', name: 'kube-proxy', handle: 1 } },
      ...objects,
    ],
  })

const liveDiff = (text: string, ...args: readonly string[]): Outcome => {
  const web = fileIn('wanted.json', listOf(CASES.nothing?.after ?? []))
  return kubenat(['diff', '--live', '-', web, '--node', 'worker-1', ...OPTIONS, ...args], text)
}

cli('--live compares a node with what it should have', () => {
  const { code, out, err } = liveDiff(listing())
  assert.equal([code, err], [1, ''])
  assert.match(
    out,
    /^shop\/web\n {2}other ports of 10\.96\.0\.20\n {4}guard +everybody: untouched -> refused\n/,
  )
  assert.match(out, /new +everybody: untouched -> 2 backends/)
  const theirs = listing().replaceAll('kube-proxy', 'other')
  const other = liveDiff(theirs)
  assert.equal([other.code, other.out], [code, out])
  assert.match(other.err, /warning\[KN121\]: holds no table ip kube-proxy/)
})

const base = {
  chain: {
    family: 'ip',
    table: 'kube-proxy',
    name: 'nat-prerouting',
    handle: 2,
    type: 'nat',
    hook: 'prerouting',
    prio: -100,
    policy: 'accept',
  },
}
const ruleOf = (...expr: readonly object[]): object => ({
  rule: { family: 'ip', table: 'kube-proxy', chain: 'nat-prerouting', handle: 3, expr },
})

cli('what is not known in loaded rules is named, and stops with exit code 3', () => {
  const strange = { match: { op: '==', left: { meta: { key: 'cpu' } }, right: 1 } }
  const { code, out, err } = liveDiff(listing(base, ruleOf(strange, { drop: null })))
  assert.equal([code, out], [3, ''])
  assert.match(err, /^error: the loaded rules decide on traffic by what is not known here/m)
  assert.match(err, /^ {2}nat-prerouting: meta cpu /m)
  const dormant = listing().replace('"handle":1', '"handle":1,"flags":["dormant"]')
  assert.is(liveDiff(dormant).code, 3)
  assert.match(liveDiff(dormant).err, /dormant/)
})

cli('what is not known and decides on nothing is passed over', () => {
  const counter = {
    counter: { family: 'ip', table: 'kube-proxy', name: 'hits', packets: 0, bytes: 0 },
  }
  const lone = { chain: { family: 'ip', table: 'kube-proxy', name: 'lone', handle: 4 } }
  assert.is(liveDiff(listing(base, lone, counter)).code, 1)
})

cli('--live refuses what is no listing', () => {
  refused(liveDiff('table ip kube-proxy {}'), /error\[KN120\]/)
})

cli.run()
