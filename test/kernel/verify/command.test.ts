import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { schemaOf } from '../../../src/build/types.js'
import type { VerifyReport } from '../../../src/generated/reports.gen.js'
import { KUBENAT, makeFolder, type Outcome } from '../../cli.js'
import { expectedRules } from '../../golden/cases.js'
import { elementsOf } from '../../xml.js'
import { agentsOf, MARK } from './processes.js'

// The published command against the real kernel.

const verify = suite('kubenat verify')

const SHOP = fileURLToPath(new URL('../../../golden/example-shop', import.meta.url))
const SMALL = fileURLToPath(new URL('../../../golden/node-port', import.meta.url))
const IN_SHOP = ['-f', `${SHOP}/objects.yaml`, '--cluster-cidr', '10.244.0.0/16,fd00:10:244::/56']
const IN_SMALL = ['-f', `${SMALL}/objects.yaml`, '--cluster-cidr', '10.244.0.0/16']
const { folder, fileIn } = makeFolder()

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const words = [KUBENAT, 'verify', '--node', 'worker-1', ...args]
  const child = spawn(process.execPath, words, { env: { ...process.env, NO_COLOR: '1', ...env } })
  const done = async (): Promise<Outcome> => {
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ])
    return { code, out, err }
  }
  return { child, outcome: done() }
}

/** The small case with one rule taken out: node ports are not masqueraded any more. */
const UNMASQUERADED = expectedRules('node-port', 'expected.nft').replace(
  /^.*comment "masquerade"\n/gm,
  '',
)

verify('the bundled example does what its objects say, and a pipe hears nothing else', async () => {
  const { code, out, err } = await start(IN_SHOP).outcome
  assert.is(code, 0, `${out}${err}`)
  assert.match(out, /^\d+ checks on worker-1: \d+ passed, 0 failed/m)
  assert.not.match(out, /FAIL/)
  assert.is(err, '')
})

verify('a rule that is missing is told like a bug', async () => {
  const ruleset = fileIn('broken.nft', UNMASQUERADED)
  const { code, out, err } = await start([...IN_SMALL, '--ruleset', ruleset]).outcome
  assert.is(code, 1, `${out}${err}`)
  const [failure = ''] = out.split('\n\n')
  assert.match(failure, /^FAIL shop\/web:http \(IPv4\): NodePort 192\.168\.10\.11:30080\/tcp from /)
  assert.match(failure, /\n {2}object {4}shop\/web spec\.ports\[0\] at .*objects\.yaml:\d+:\d+\n/)
  assert.match(failure, /\n {2}packet {4}\S+ -> 192\.168\.10\.11:30080\/tcp, IPv4, /)
  assert.match(failure, /\n {2}expected {2}answered by 10\.244\.1\.11:8080 \(50 %, sees the node\)/)
  assert.match(failure, /\n {2}because {3}externalTrafficPolicy Cluster/)
  assert.match(failure, /\n {2}observed {2}\dx answered by 10\.244\.\d\.\d1:8080, which saw /)
  assert.match(failure, /\n {2}problem {3}.*not masqueraded/)
  assert.match(failure, /\n {14}prerouting services: ip daddr @nodeport-ips .*\[tcp \. 30080\]\n/)
  assert.match(out, /\n\d+ checks on worker-1: \d+ passed, [1-9]\d* failed; /)
  assert.is(err, '')
})

verify('rules that do not load are an error of their own, in the words of nft', async () => {
  const bad = fileIn('bad.nft', 'table ip x { chain y { bogus; } }\n')
  const { code, out, err } = await start([...IN_SMALL, '--ruleset', bad]).outcome
  assert.is(code, 3)
  assert.is(out, '')
  assert.match(err, /^error: .*bad\.nft does not load: nft says:\n.*Error: /m)
})

const IN_IPTABLES = [...IN_SMALL, '--proxy-mode', 'iptables']

verify('iptables mode is verified in both families at once, or by a file in one', async () => {
  const { code, out, err } = await start([...IN_SHOP, '--proxy-mode', 'iptables']).outcome
  assert.is(code, 0, `${out}${err}`)
  assert.match(out, /^\d+ checks on worker-1: \d+ passed, 0 failed/m)
  assert.is(err, '')
  const text = expectedRules('node-port', 'expected.iptables')
  const ruleset = fileIn('rules.v4', text.replace(/^(?=-A KUBE-POSTROUTING)/m, JUMPS))
  const one = await start([...IN_IPTABLES, '--ip-family', 'ipv4', '--ruleset', ruleset]).outcome
  assert.is(one.code, 1, `${one.out}${one.err}`)
  assert.match(one.out, /\n {2}rules {5}\d+ %: .*\n {14}\w+ ip6? (?:nat|filter) [A-Z]/)
  assert.match(one.out, /FAIL shop\/web:http \(IPv4\): NodePort 127\.0\.0\.1:30080\/tcp from node /)
})

/** Those of nat without that for what the node sends. */
const JUMPS = '-A PREROUTING -j KUBE-SERVICES\n-A POSTROUTING -j KUBE-POSTROUTING\n'

verify('a file of iptables mode that cannot be meant is refused', async () => {
  const rules = fileIn('body.v4', expectedRules('node-port', 'expected.iptables'))
  const body = [...IN_IPTABLES, '--ruleset', rules]
  const both = await start(body).outcome
  assert.equal([both.code, both.out], [2, ''])
  assert.match(both.err, /--proxy-mode iptables needs --ip-family ipv4 or ipv6 here/)
  const jumpless = await start([...body, '--ip-family', 'ipv4']).outcome
  assert.equal([jumpless.code, jumpless.out], [2, ''])
  assert.match(jumpless.err, /has no jumps from built-in chains/)
  const bad = [...IN_IPTABLES, '--ip-family', 'ipv4', '--ruleset', fileIn('bad.v4', 'nonsense\n')]
  const unloadable = await start(bad).outcome
  assert.equal([unloadable.code, unloadable.out], [3, ''])
  assert.match(unloadable.err, /bad\.v4 does not load: iptables-restore says:\n/)
})

verify('rules as JSON are refused before anything is built', async () => {
  const json = fileIn('rules.json', '{"nftables": []}')
  const { code, out, err } = await start([...IN_SMALL, '--ruleset', json]).outcome
  assert.is(code, 2)
  assert.is(out, '')
  assert.match(err, /^error: .*rules\.json is JSON: .* nft list ruleset prints without -j\n$/)
})

verify('the rules of others that drop a packet are named with their table', async () => {
  const other = `table inet filter {
    chain FORWARD { type filter hook forward priority 0; policy drop; }
  }`
  const ruleset = fileIn('filter.nft', `${expectedRules('node-port', 'expected.nft')}\n${other}\n`)
  const { code, out } = await start([...IN_SMALL, '--ruleset', ruleset]).outcome
  assert.is(code, 1)
  assert.match(out, /\n {14}forward inet filter FORWARD: policy drop\n/)
})

verify('neither a folder that is gone nor a warning of the shell stops a run', async () => {
  const gone = join(folder, 'gone')
  const script = `mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"`
  const words = [process.execPath, KUBENAT, 'verify', '--node', 'worker-1', ...IN_SMALL]
  const child = spawn('sh', ['-c', script, gone, ...words])
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  assert.is(code, 0, `${out}${err}`)
})

verify('missing tools are named', async () => {
  const { code, out, err } = await start(IN_SMALL, { PATH: '' }).outcome
  assert.is(code, 3)
  assert.is(out, '')
  assert.match(err, /missing on this machine: .*\bunshare \(package util-linux/)
})

verify('input errors leave standard output empty', async () => {
  const flows = fileIn(
    'bad.yaml',
    'flows: [{ from: pod, to: "shop/wev:80", expect: {verdict: refused} }]',
  )
  for (const more of [[], ['--skip-invalid']]) {
    const { code, out, err } = await start([...IN_SMALL, '--flows', flows, ...more]).outcome
    assert.is(code, 2)
    assert.is(out, '')
    assert.match(err, /bad\.yaml:1:\d+: error\[KN132\]: flow 1: to: .*did you mean shop\/web/)
  }
})

const FLOWS = `
flows:
  - name: customers come by the node port
    from: outside
    to: shop/web:http
    via: node-port
    expect: { verdict: backends, masquerade: true }
  - name: a partner
    from: 203.0.113.50
    to: 10.96.10.20:81/tcp
    expect: { verdict: refused }
  - name: pods stay here
    from: pod
    to: shop/web:80
    expect: { backends: ["10.244.1.11:8080"] }
`

verify('flows are tried, and what they contradict is shown', async () => {
  const flows = fileIn('flows.yaml', FLOWS)
  const { code, out, err } = await start([...IN_SMALL, '--flows', flows]).outcome
  assert.is(code, 1, `${out}${err}`)
  assert.is(out.match(/^FAIL/gm)?.length, 1, out)
  assert.match(out, /\n {2}flow {6}pods stay here at .*flows\.yaml:12:5\n/)
  assert.match(out, /\n {2}because {3}the flow says so\n/)
  assert.match(out, /\n {2}promised {2}by the objects: answered by .*10\.244\.2\.21:8080/)
  assert.match(out, /10\.244\.2\.21:8080 answered, which is not one of the expected backends/)
})

verify('the other formats tell the same to programs', async () => {
  const ruleset = fileIn('broken.nft', UNMASQUERADED)
  const args = [...IN_SMALL, '--ruleset', ruleset, '-o']
  const [json, junit, tap] = await Promise.all(
    ['json', 'junit', 'tap'].map(format => start([...args, format]).outcome),
  )
  for (const one of [json, junit, tap]) assert.is(one?.code, 1, one?.err)

  const report = JSON.parse(json?.out ?? '') as VerifyReport
  const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(
    schemaOf('verify-report'),
  )
  assert.ok(isValid(report), JSON.stringify(isValid.errors))
  const { checks, failed } = report.totals
  assert.ok(failed > 0)
  assert.ok(report.results.some(({ rules = [] }) => rules.length > 0))

  // How many of them fail is a matter of chance: a backend may or may not meet itself.
  const elements = elementsOf(junit?.out ?? '')
  const count = (name: string): number => elements.filter(one => one.name === name).length
  assert.is(count('testcase'), checks)
  assert.ok(count('failure') > 0)
  assert.is(elements[0]?.attributes.get('failures'), String(count('failure')))

  const lines = (tap?.out ?? '').split('\n')
  assert.equal(lines.slice(0, 2), ['TAP version 14', `1..${checks}`])
  assert.ok(lines.some(line => line.startsWith('not ok ')))
  assert.is(lines.filter(line => /^(?:not )?ok \d+ - /.test(line)).length, checks)
})

verify('an interrupted run prints no report and ends as shells expect', async () => {
  const mark = randomUUID()
  const { child, outcome } = start(IN_SHOP, { [MARK]: mark })
  // With its hosts a run is under way, however slow the machine is.
  while (child.exitCode === null && agentsOf(mark).length === 0) await sleep(20)
  child.kill('SIGINT')
  const { code, out, err } = await outcome
  assert.is(code, 130)
  assert.is(out, '')
  assert.is(err, '')
})

verify.run()
