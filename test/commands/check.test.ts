import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kubenat, makeFolder, type Outcome } from '../cli.js'

const cli = suite('kubenat check')

const EXAMPLE = fileURLToPath(new URL('../../golden/example-shop/objects.yaml', import.meta.url))
const CIDRS = ['--cluster-cidr', '10.244.0.0/16,fd00:10:244::/56']
const { folder: work } = makeFolder()
cli.before.each(() => rmSync(join(work, '.kubenat.yaml'), { force: true }))

const fileIn = (name: string, text: string): string => {
  writeFileSync(join(work, name), text)
  return name
}

const check = (args: readonly string[], input = ''): Outcome =>
  kubenat(['check', ...args], input, {}, work)

const serviceText = (spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: ${spec}\n`
const GOOD = serviceText('{ clusterIP: 10.96.0.1, ports: [{ port: 80 }] }')
const BAD = serviceText('{ clusterIP: 10.96.0.1, ports: [{ port: 0 }] }')

cli('the example has one warning and some notes, on standard output', () => {
  const { code, out, err } = check(['-f', EXAMPLE, ...CIDRS])
  assert.is(code, 0)
  assert.is(err, '')
  assert.equal(
    [...out.matchAll(/(\w+\[KN\d+\]): (\S+):/g)].map(([, id, object]) => `${id} ${object}`),
    [
      'note[KN204] shop/web',
      'warning[KN210] shop/web',
      'note[KN214] shop/web',
      'note[KN214] shop/web',
      'note[KN240] shop/batch-importer',
    ],
  )
  assert.match(
    out,
    /\n1 warning and 4 notes in 13 Services, 16 EndpointSlices, 3 Nodes, 1 ServiceCIDR\n$/,
  )
})

cli('warnings fail with --fail-on-warn only, notes never, and what is disabled never', () => {
  const args = ['-f', EXAMPLE, ...CIDRS, '--fail-on-warn']
  assert.is(check(args).code, 1)
  assert.is(check([...args, '--disable', 'KN210']).code, 0)
  assert.is(check([...args, '--disable', 'KN111,kn210']).code, 0)
  assert.is(check([...args, '--disable', 'KN111', '--disable', 'KN210']).code, 0)
})

cli('errors of objects exit with 1, what cannot be read with 2, usage with 2 and no report', () => {
  assert.is(check(['-f', '-'], BAD).code, 1)
  assert.match(check(['-f', '-'], BAD).out, /<stdin>:4:\d+: error\[KN012\]/)
  for (const [args, text, message] of [
    [['-f', 'missing.yaml'], '', /KN001/],
    [['-f', '-'], 'a: [', /KN003/],
    [['-f', '-', '--node', 'worker-9'], GOOD, /KN061/],
  ] as const) {
    const { code, out, err } = check(args, text)
    assert.is(code, 2)
    assert.match(out, message)
    assert.is(err, '')
  }
  for (const [args, message] of [
    [['--disable', 'KN2I0'], /KN210/],
    [['--disable', 'KN100'], /cannot be silenced/],
    [['-o', 'xml'], /Allowed choices/],
    [['--node-addresses', '192.168.0.1'], /one --node/],
    [['--cluster-cidr', 'x'], /takes CIDRs/],
  ] as const) {
    const { code, out, err } = check(['-f', '-', ...args], GOOD)
    assert.is(code, 2)
    assert.is(out, '')
    assert.match(err, message)
  }
})

cli('each format is what it says', () => {
  const out = (format: string): string => check(['-f', '-', '-o', format], BAD).out
  assert.is(JSON.parse(out('json')).kind, 'CheckReport')
  assert.is(JSON.parse(out('sarif')).version, '2.1.0')
  assert.match(out('junit'), /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /)
  assert.match(out('github'), /^::error title=KN012 /)
})

cli('settings of the working directory, over the configuration and under flags', () => {
  fileIn(
    '.kubenat.yaml',
    'check: { failOnWarn: true, disable: [KN204], severity: { KN240: error } }\noptions: { cluster-cidr: [10.244.0.0/16, "fd00:10:244::/56"] }\n',
  )
  const { code, out } = check(['-f', EXAMPLE])
  assert.is(code, 1)
  assert.match(out, /error\[KN240\]/)
  assert.not.match(out, /KN204|KN111/)
  assert.match(out, /; 1 silenced\n$/)
  assert.match(check(['-f', EXAMPLE, '--cluster-cidr', '10.244.0.0/16']).out, /KN111/)
  fileIn('none.yaml', '{}')
  assert.match(check(['-f', EXAMPLE, '--settings', 'none.yaml']).out, /KN204/)
})

cli('bad settings exit with 2 and show the place', () => {
  fileIn('.kubenat.yaml', 'check: { disable: [KN999] }\n')
  const { code, out, err } = check(['-f', '-'], GOOD)
  assert.is(code, 2)
  assert.is(out, '')
  assert.match(err, /^\.kubenat\.yaml:1:20: error\[KN140\]: check\.disable\[0\]: no finding/)
  assert.is(check(['-f', '-', '--settings', 'missing.yaml'], GOOD).code, 2)
})

cli('a settings file in a folder of objects is none of them', () => {
  const dir = join(work, 'objects')
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, '.kubenat.yaml'), 'check: {}\n')
  writeFileSync(join(dir, 'web.yaml'), GOOD)
  assert.is(check(['-f', dir]).code, 0)
})

cli('explain tells of lints as of other diagnostics', () => {
  const { out } = kubenat(['explain', 'KN210'])
  assert.match(out, /^warning KN210: source ranges that leave other ways open\n/)
  const all = kubenat(['explain']).out
  assert.match(all, /^KN204 {2}note {5}healthCheckNodePort/m)
})

cli('the help says what exit codes mean', () => {
  const { out } = check(['--help'])
  assert.match(out, /kubenat\.dev\/ignore/)
  assert.match(out, /Exit codes: 0 no errors, 1 errors/)
})

cli.run()
