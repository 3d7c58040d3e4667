import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildProgram } from '../src/commands/program.js'
import { PAGES } from '../src/generated/pages.gen.js'
import { KUBENAT, kubenat, makeFolder, type Outcome, refused } from './cli.js'
import { expectedRules } from './golden/cases.js'

const cli = suite('command line')

const EXAMPLE = fileURLToPath(new URL('../golden/example-shop', import.meta.url))
const OBJECTS = join(EXAMPLE, 'objects.yaml')
const EXPECTED = expectedRules('example-shop', 'expected.nft')
const ON_WORKER_1 = ['--node', 'worker-1', '--cluster-cidr', '10.244.0.0/16,fd00:10:244::/56']
const { folder, fileIn } = makeFolder()

cli('compile prints the rules of a node', () => {
  assert.equal(kubenat(['compile', '-f', OBJECTS, ...ON_WORKER_1]), {
    code: 0,
    out: EXPECTED,
    err: '',
  })
})

cli('objects come by standard input too', () => {
  const text = readFileSync(OBJECTS, 'utf8')
  assert.is(kubenat(['compile', '-f', '-', ...ON_WORKER_1], text).out, EXPECTED)
  assert.is(kubenat(['compile', ...ON_WORKER_1], text).out, EXPECTED)
})

cli('--out writes the whole file and nothing else', () => {
  const path = join(folder, 'worker-1.nft')
  assert.equal(kubenat(['compile', '-f', OBJECTS, ...ON_WORKER_1, '-o', path]), {
    code: 0,
    out: '',
    err: '',
  })
  assert.is(readFileSync(path, 'utf8'), EXPECTED)
  assert.equal(
    readdirSync(folder).filter(name => name.startsWith('.')),
    [],
  )
})

cli('--out into a missing folder fails with exit code 3 and a message', () => {
  const { code, err } = kubenat([
    'compile',
    '-f',
    OBJECTS,
    ...ON_WORKER_1,
    '-o',
    join(folder, 'no/such/file'),
  ])
  assert.is(code, 3)
  assert.match(err, /^error: cannot write .*no\/such\/file/m)
})

cli('--all-nodes writes a file for each node', () => {
  const dir = join(folder, 'rules')
  const args = ['compile', '-f', OBJECTS, '--all-nodes', '--out-dir', dir, ...ON_WORKER_1.slice(2)]
  assert.is(kubenat(args).code, 0)
  assert.equal(readdirSync(dir).sort(), ['worker-1.nft', 'worker-2.nft', 'worker-3.nft'])
  assert.is(readFileSync(join(dir, 'worker-1.nft'), 'utf8'), EXPECTED)
})

const IPTABLES = ['--proxy-mode', 'iptables', '--ip-family', 'ipv4']
const NOTE = /^note: NodePorts on 127\.0\.0\.0\/8 need sysctl .*route_localnet=1/

cli('iptables mode prints a restore file, and says what no file can do', () => {
  const { code, out, err } = kubenat(['compile', '-f', OBJECTS, ...ON_WORKER_1, ...IPTABLES])
  assert.is(code, 0)
  assert.is(out, expectedRules('example-shop', 'expected.iptables'))
  assert.match(err, NOTE)
  const quiet = ['--iptables-localhost-nodeports=false']
  const other = kubenat(['compile', '-f', OBJECTS, ...ON_WORKER_1, ...IPTABLES, ...quiet])
  assert.equal([other.code, other.err], [0, ''])
  assert.match(other.out, '! -d 127.0.0.0/8 -j KUBE-NODEPORTS')
})

cli('iptables mode is refused where it makes no sense', () => {
  const compile = ['compile', '-f', OBJECTS, ...ON_WORKER_1]
  refused(kubenat([...compile, '--proxy-mode', 'iptables']), /--ip-family ipv4 or ipv6/)
  refused(kubenat([...compile, ...IPTABLES, '--layout', 'maps']), /--layout goes with/)
  refused(kubenat([...compile, '--form', 'full']), /--form goes with --proxy-mode iptables/)
  refused(
    kubenat(['diff', OBJECTS, OBJECTS, ...ON_WORKER_1, ...IPTABLES]),
    /--proxy-mode iptables is for compile, trace, golden/,
  )
})

cli('--all-nodes names files after the command that reads them', () => {
  const dir = join(folder, 'restore')
  const args = ['compile', '-f', OBJECTS, '--all-nodes', '--out-dir', dir, ...IPTABLES]
  assert.is(kubenat(args).code, 0)
  assert.is(kubenat([...args, '--ip-family', 'ipv6', '--form', 'jumps']).code, 0)
  assert.equal(readdirSync(dir).sort().slice(0, 2), ['worker-1.ip6tables.sh', 'worker-1.iptables'])
})

cli('--previous removes the chains that are gone, from an earlier file or a save', () => {
  const compile = ['compile', '-f', OBJECTS, ...ON_WORKER_1, ...IPTABLES]
  const previous = fileIn(
    'previous',
    '*nat\n:OTHERS - [0:0]\n:KUBE-SVC-GONEGONEGONEGONE - [3:4]\nCOMMIT\n',
  )
  const { code, out } = kubenat([...compile, '--previous', previous])
  assert.is(code, 0)
  assert.match(out, /\n:KUBE-SVC-GONEGONEGONEGONE - \[0:0\]\n(?!:)/)
  assert.match(
    out,
    /\n-X KUBE-SVC-GONEGONEGONEGONE\n-A KUBE-SERVICES .* this must be the last rule .*\nCOMMIT\n$/,
  )
  assert.not.match(out, 'OTHERS')
  assert.is(kubenat([...compile, '--previous', fileIn('now', out)]).out, kubenat(compile).out)
})

cli('--previous keeps a chain that others refer to, and names them', () => {
  const compile = ['compile', '-f', OBJECTS, ...ON_WORKER_1, ...IPTABLES]
  const gone = 'KUBE-SVC-GONEGONEGONEGONE'
  const text = `*nat\n:${gone} - [0:0]\n:MINE - [0:0]\n-A MINE -j ${gone}\nCOMMIT\n`
  const { code, out, err } = kubenat([...compile, '--previous', fileIn('referred', text)])
  assert.is(code, 0)
  assert.match(out, `:${gone} - [0:0]\n`)
  assert.not.match(out, `-X ${gone}`)
  assert.match(err, new RegExp(`KN115.*${gone} is emptied, not removed: MINE refers to it`))
  const again = kubenat([...compile, '--previous', fileIn('again', out)])
  assert.is(again.out, out)
})

cli('--previous is refused where it makes no sense', () => {
  const compile = ['compile', '-f', OBJECTS, ...ON_WORKER_1]
  const file = fileIn('save', '*nat\nCOMMIT\n')
  refused(kubenat([...compile, '--previous', file]), /--previous goes with/)
  refused(kubenat([...compile, ...IPTABLES, '--form', 'full', '--previous', file]), /--form body/)
  refused(kubenat([...compile, ...IPTABLES, '--previous', OBJECTS]), /is no earlier output/)
  refused(kubenat([...compile, ...IPTABLES, '--previous', join(folder, 'none')]), /KN001/)
  const all = ['compile', '-f', OBJECTS, '--all-nodes', '--out-dir', folder, ...IPTABLES]
  refused(kubenat([...all, '--previous', file]), /--previous belongs to one --node/)
  refused(
    kubenat(['compile', '-f', '-', ...ON_WORKER_1, ...IPTABLES, '--previous', '-']),
    /only one of the inputs/,
  )
})

cli('the help warns of the form that erases', () => {
  assert.match(kubenat(['compile', '--help']).out, /ERASES all other rules of filter and nat/)
})

cli('an error leaves every output file as it was', () => {
  const path = fileIn('kept.nft', 'kept')
  const bad = fileIn(
    'bad.yaml',
    'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: "80"}]}\n',
  )
  refused(
    kubenat(['compile', '-f', OBJECTS, '-f', bad, ...ON_WORKER_1, '-o', path]),
    /bad\.yaml:4:\d+: error\[KN012\]: default\/web: spec\.ports\[0\]\.port: /,
  )
  assert.is(readFileSync(path, 'utf8'), 'kept')
})

cli('--skip-invalid compiles the rest and reports what it left out', () => {
  const bad = fileIn(
    'bad2.yaml',
    'apiVersion: v1\nkind: Service\nmetadata: {name: web2}\nspec: {ports: [{port: 0}]}\n',
  )
  const { code, out, err } = kubenat([
    'compile',
    '-f',
    OBJECTS,
    '-f',
    bad,
    ...ON_WORKER_1,
    '--skip-invalid',
  ])
  assert.is(code, 0)
  assert.is(out, EXPECTED)
  assert.match(
    err,
    /error\[KN012\]: default\/web2[\s\S]*\nleft out, as it has errors: Service default/,
  )
})

cli('usage errors exit with 2 and suggest what was meant', () => {
  refused(kubenat(['compil']), /Did you mean compile/)
  refused(kubenat(['compile', '-f', OBJECTS, '--nod', 'worker-1']), /Did you mean --node/)
  refused(kubenat(['compile', '-f', OBJECTS]), /--node NAME/)
  refused(
    kubenat(['compile', '-f', OBJECTS, '--node', 'worker-1', '--all-nodes', '--out-dir', folder]),
    /exclude/,
  )
  refused(
    kubenat(['compile', '-f', OBJECTS, '--node', 'worker-1', '--cluster-cidr', '10.0.0.0']),
    /--cluster-cidr takes CIDRs/,
  )
  refused(
    kubenat(['compile', '-f', OBJECTS, '--node', 'worker-1', '--layout', 'none']),
    /kube-proxy/,
  )
  refused(kubenat(['explain', 'KN999']), /no diagnostic/)
})

cli('usage errors of verify come before any need of rights or tools', () => {
  const verify = (...args: string[]): Outcome => kubenat(['verify', '-f', OBJECTS, ...args])
  refused(verify(), /--node NAME is required/)
  refused(verify('--node', 'worker-1', '-o', 'xml'), /text, json, junit, tap/)
  refused(verify('--node', 'worker-1', '--samples', '0'), /--samples takes an integer from 1/)
  refused(verify('--node', 'worker-1', '--max-destinations', 'all'), /--max-destinations takes/)
  refused(verify('--node', 'worker-1', '--cluster-cidr', '10.0.0.0'), /takes CIDRs/)
  refused(verify('--node', 'worker-1', '--ruleset', '-', '--flows', '-'), /only one of the inputs/)
  refused(verify('--node', 'worker-1', '--rule', 'x'), /Did you mean --ruleset/)
})

cli('verify says by --help what it needs and what its exit codes mean', () => {
  const { code, out } = kubenat(['verify', '--help'])
  assert.is(code, 0)
  assert.match(out, /Needs nft, ip, and root or user\s+namespaces/)
  assert.match(out, /Exit codes: 0 everything as promised, 1 failures, 2 usage or input errors, 3/)
})

cli('an unknown node is an error that names the nearest', () => {
  refused(kubenat(['compile', '-f', OBJECTS, '--node', 'worker1']), /error\[KN061\].*worker-1/)
})

cli('--node-addresses stand for a missing Node object', () => {
  const { code, out } = kubenat([
    'compile',
    '-f',
    OBJECTS,
    '--node',
    'edge',
    '--node-addresses',
    '192.0.2.9',
  ])
  assert.is(code, 0)
  assert.match(out, /set nodeport-ips \{[^}]*192\.0\.2\.9,/)
})

cli('input that is none gets a message, never a stack', () => {
  refused(kubenat(['compile', ...ON_WORKER_1], ''), /error\[KN002\]/)
  refused(kubenat(['compile', ...ON_WORKER_1], '{"kind":"List","items":['), /error\[KN003\]/)
  refused(kubenat(['compile', ...ON_WORKER_1], 'kind: [unclosed'), /error\[KN003\]/)
  refused(kubenat(['compile', ...ON_WORKER_1, '-f', process.execPath]), /error\[KN004\]/)
  refused(kubenat(['compile', ...ON_WORKER_1, '-f', '/no/such/file']), /error\[KN001\]/)
})

cli('--version and --help answer on standard output', () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { version: string }
  assert.equal(kubenat(['--version']), { code: 0, out: `${version}\n`, err: '' })
  assert.match(kubenat(['--help']).out, /Examples:/)
  assert.match(kubenat(['compile', '--help']).out, /--nodeport-addresses/)
})

cli('help shows the page of a command, and without one what --help shows', () => {
  assert.equal(kubenat(['help']), kubenat(['--help']))
  const { code, out, err } = kubenat(['help', 'check'])
  assert.is(code, 0)
  assert.is(err, '')
  assert.match(out, /^kubenat check\n\nValidates objects as a compile does/)
  assert.match(out, /\nSILENCING FINDINGS\n\n/)
  assert.match(out, /\n--disable IDS\n {4}ids of findings to leave out; repeatable\n/)
  assert.match(out, /\n {4}\$ kubenat check -f golden/)
  // Sessions and scripts stay as they are.
  for (const line of out.split('\n').filter(line => !line.startsWith('    ')))
    assert.ok(line.length <= 80, line)
  assert.match(kubenat(['help', 'help']).out, /^Usage: kubenat help/)
  refused(kubenat(['help', 'chek']), /'chek' is invalid/)
})

cli('every command has a page that help shows', () => {
  const names = buildProgram(() => {}).commands.map(command => command.name())
  assert.equal(names.filter(name => name !== 'help').sort(), Object.keys(PAGES).sort())
})

cli('explain prints reason and remedy', () => {
  const { code, out } = kubenat(['explain', 'kn012'])
  assert.is(code, 0)
  assert.match(out, /^error KN012: .+\n\n.+\n\nWhat to do: .+/)
  assert.match(kubenat(['explain']).out, /^KN001 {2}error/)
})

cli('--allocate keeps what it gave, frees what is gone, and gives way to explicit values', () => {
  const service = (name: string, spec: string): string =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {type: NodePort, ${spec} ports: [{port: 80}]}\n---\n`
  const state = join(folder, 'given.json')
  const run = (text: string): string => {
    const args = [
      'compile',
      '--node',
      'edge',
      '--node-addresses',
      '192.0.2.9',
      '--service-cidr',
      '10.96.0.0/24',
      '--allocate',
      state,
    ]
    const { code, err } = kubenat(args, text)
    assert.is(code, 0, err)
    return readFileSync(state, 'utf8')
  }
  type State = {
    clusterIPs: Record<string, { IPv4: string }>
    nodePorts: Record<string, Record<string, number>>
  }
  const first = JSON.parse(run(service('a', '') + service('b', ''))) as State
  const given = first.clusterIPs['default/a']?.IPv4 ?? ''
  assert.match(given, /^10\.96\.0\./)
  const second = JSON.parse(run(service('c', '') + service('a', ''))) as State
  assert.is(second.clusterIPs['default/a']?.IPv4, given)
  assert.equal(second.nodePorts['default/a'], first.nodePorts['default/a'])
  assert.not.ok('default/b' in second.clusterIPs)
  const third = JSON.parse(run(service('a', '') + service('d', `clusterIP: ${given},`))) as State
  assert.is.not(third.clusterIPs['default/a']?.IPv4, given)
})

cli('--config gives options, and flags win', () => {
  const config = fileIn(
    'config.yaml',
    'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: nftables\nclusterCIDR: 10.244.0.0/16\nnodePortAddresses: null\nnftables: {masqueradeAll: true, masqueradeBit: 3}\n',
  )
  const args = [
    'compile',
    '-f',
    OBJECTS,
    '--node',
    'worker-1',
    '--config',
    config,
    '--ip-family',
    'ipv4',
  ]
  assert.match(
    kubenat(args).out,
    /ip daddr @cluster-ips mark set mark or 0x000008 comment "masquerade all/,
  )
  assert.match(kubenat([...args, '--masquerade-bit', '4']).out, /mark or 0x000010/)
})

cli('without the feature gate AllowServiceExternalIPs external IPs get no rules', () => {
  const config = (isOn: boolean): string =>
    fileIn(
      `gate-${isOn}.yaml`,
      `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nfeatureGates: {AllowServiceExternalIPs: ${isOn}}\n`,
    )
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: 10.96.0.9, externalIPs: [203.0.113.9], ports: [{port: 80}]}\n'
  const run = (isOn: boolean): string =>
    kubenat(
      [
        ...['compile', '--node', 'edge', '--node-addresses', '192.0.2.9'],
        ...['--config', config(isOn)],
      ],
      service,
    ).out
  assert.match(run(true), '203.0.113.9')
  assert.not.match(run(false), '203.0.113.9')
  assert.match(run(false), '10.96.0.9')
  const found = kubenat(['check', '-f', '-', '--config', config(false)], service)
  assert.match(found.out, /KN208.*203\.0\.113\.9: AllowServiceExternalIPs is off/)
})

cli('many service ports bring a note on --layout maps, once', () => {
  const ports = (n: number): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: Array.from({ length: n }, (_, i) => ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: `web-${i}` },
        spec: { clusterIP: `10.96.${i >> 8}.${i & 255}`, ports: [{ port: 80 }] },
      })),
    })
  const args = ['compile', '--node', 'edge', '--node-addresses', '192.0.2.9']
  const notes = (n: number, ...more: string[]): number =>
    kubenat([...args, ...more], ports(n)).err.match(/^note: .*--layout maps/gm)?.length ?? 0
  assert.is(notes(1000), 0)
  assert.is(notes(1001), 1)
  assert.is(notes(1001, '--layout', 'maps'), 0)
})

cli('a reader that stops early is no crash', () => {
  const script = `'${process.execPath}' '${KUBENAT}' compile -f '${OBJECTS}' ${ON_WORKER_1.join(' ')} | head -n 1; echo "\${PIPESTATUS[0]}"`
  const out = execFileSync('bash', ['-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  assert.match(out, /^# .*\n0\n$/)
})

const WEB = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { clusterIP: '10.96.0.1', ports: [{ port: 80 }] },
})
const ON_EDGE = ['--node', 'edge', '--node-addresses', '192.0.2.1', '--ip-family', 'ipv4']
const diffOf = (args: readonly string[], input?: string): Outcome =>
  kubenat(['diff', '-o', 'nft', ...args, ...ON_EDGE], input)

cli('diff prints a transaction and says so by its exit code', () => {
  const old = fileIn('old.json', WEB)
  const wanted = fileIn('new.json', WEB.replace('"port":80', '"port":81'))
  const { code, out } = diffOf([old, wanted])
  assert.is(code, 1)
  assert.is(
    out,
    `delete element ip kube-proxy no-endpoint-services { 10.96.0.1 . tcp . 80 }
add element ip kube-proxy no-endpoint-services { 10.96.0.1 . tcp . 81 comment "default/web" : goto reject-chain }
`,
  )
  assert.equal([diffOf([old, old]).code, diffOf([old, old]).out], [0, ''])
})

cli('one side of a diff comes by standard input', () => {
  const old = fileIn('old-side.json', WEB)
  assert.is(diffOf([old, '-'], WEB).code, 0)
  assert.is(diffOf(['-', old], WEB).code, 0)
  assert.is(diffOf(['-', old], WEB.replace('10.96.0.1', '10.96.0.2')).code, 1)
  refused(diffOf(['-', '-'], WEB), /standard input can be only one of the inputs/)
  refused(diffOf(['--live', '-', '-'], WEB), /standard input can be only one of the inputs/)
})

cli('sides of a diff can be folders', () => {
  mkdirSync(join(folder, 'side/deep'), { recursive: true })
  fileIn('side/deep/web.json', WEB)
  const side = join(folder, 'side')
  assert.is(diffOf([side, side, '-R']).code, 0)
  refused(diffOf([side, side]), /-R looks into its subdirectories/)
})

cli('diff against a listing adds the families that are not in it', () => {
  const wanted = fileIn('wanted.json', WEB)
  const table = { family: 'ip', name: 'kube-proxy', handle: 1 }
  const empty = JSON.stringify({ nftables: [{ metainfo: {} }] })
  const bare = JSON.stringify({ nftables: [{ metainfo: {} }, { table }] })
  const whole = diffOf(['--live', '-', wanted], empty)
  assert.is(whole.code, 1)
  assert.match(whole.out, /^add table ip kube-proxy /)
  const filled = diffOf(['--live', '-', wanted], bare)
  assert.is(
    `add table ip kube-proxy { comment "rules for kube-proxy" ; }\n${filled.out}`,
    whole.out,
  )
  const theirs = JSON.stringify({ nftables: [{ table: { ...table, name: 'other' } }] })
  assert.is(diffOf(['--live', '-', wanted], theirs).out, whole.out)
})

cli('diff prints nothing of what cannot be compiled', () => {
  const good = fileIn('good.json', WEB)
  const other = WEB.replaceAll('web', 'other').replace('10.96.0.1', '10.96.0.2')
  const bad = fileIn('bad.json', other + WEB.replace('"port":80', '"port":0'))
  const nothing = fileIn('nothing.json', WEB.replace('"port":80', '"port":0'))
  refused(diffOf([good, nothing, '--skip-invalid']), /KN002.*every object has errors/)
  refused(
    diffOf([good, bad]),
    /bad\.json:.* error\[KN012\][\s\S]*nothing is compiled; --skip-invalid/,
  )
  refused(diffOf([bad, good]), /bad\.json:.* error\[KN012\]/)
  refused(diffOf(['--live', '-', good], 'table ip kube-proxy {}'), /error\[KN120\]/)
  refused(diffOf(['--live', join(folder, 'missing.json'), good]), /error\[KN001\]/)
  assert.is(diffOf([good, bad, '--skip-invalid']).code, 1)
})

cli('diff wants two sides, a node and a format that it knows', () => {
  const web = fileIn('web.json', WEB)
  refused(diffOf([web]), /takes OLD and NEW, or --live FILE and NEW \(got 1/)
  refused(diffOf([web, web, web]), /got 3/)
  refused(diffOf(['--live', web, web, web]), /got 2/)
  refused(kubenat(['diff', web, web]), /--node NAME or --all-nodes is required/)
  refused(diffOf([web, web, '-o', 'yaml']), /Allowed choices are text, json, markdown, github, nft/)
})

/** Objects whose rules are long: each endpoint of an affinity service has a chain and a set. */
function affineObjects(services: number, endpoints: number): string {
  const items = Array.from({ length: services }, (_, i) => {
    const name = `affine-service-number-${i}`
    const metadata = { name, labels: { 'kubernetes.io/service-name': name } }
    const ports = [{ name: 'http', port: 80, protocol: 'TCP' }]
    const addresses = Array.from({ length: endpoints }, (_, k) => ({
      addresses: [`10.244.${k >> 8}.${k & 255}`],
    }))
    return [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name },
        spec: { clusterIP: `10.96.0.${i + 1}`, sessionAffinity: 'ClientIP', ports },
      },
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata,
        addressType: 'IPv4',
        endpoints: addresses,
        ports,
      },
    ]
  }).flat()
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

cli('30 MB arrive whole in a slow pipe', async () => {
  const objects = fileIn('affine.json', affineObjects(60, 1000))
  const args = ['compile', '-f', objects, '--node', 'edge', '--node-addresses', '192.0.2.1']
  const path = join(folder, 'affine.nft')
  assert.is(kubenat([...args, '-o', path]).code, 0)
  const whole = readFileSync(path, 'utf8')
  assert.ok(whole.length > 30e6, `${whole.length} bytes`)
  const child = spawn(process.execPath, [KUBENAT, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout) {
    chunks.push(chunk as Buffer)
    await new Promise(resolve => setImmediate(resolve))
  }
  assert.ok(Buffer.concat(chunks).toString() === whole, 'the pipe and the file differ')
})

cli.run()
