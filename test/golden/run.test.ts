import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runGoldenCommand } from '../../src/commands/program.js'
import { discoverCases, RESTORE_FILES } from '../../src/golden/case.js'
import { runGoldens, updateRefusal } from '../../src/golden/golden.js'

const goldens = suite<{ dir: string }>('golden runner')

const NODE = `apiVersion: v1
kind: Node
metadata: { name: worker-1 }
status: { addresses: [{ type: InternalIP, address: 192.168.10.11 }] }
`
const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: web }
spec: { clusterIP: 10.96.10.20, ports: [{ port: 80 }] }
`
const UNKNOWN_NODE = { 'kubenat.yaml': 'node: worker-9\n', 'objects.yaml': NODE }
const CHECK = { update: false }
const UPDATE = { update: true }

goldens.before.each(context => {
  context.dir = mkdtempSync(join(tmpdir(), 'kubenat-golden-'))
})
goldens.after.each(({ dir }) => {
  rmSync(dir, { recursive: true })
})

/** Writes a case of one node without Services, `files` over it, and returns its folder. */
function writeCase(dir: string, name: string, files: Record<string, string> = {}): string {
  const folder = join(dir, name)
  mkdirSync(folder, { recursive: true })
  const all = {
    'kubenat.yaml': 'node: worker-1\nip-family: ipv4\n',
    'objects.yaml': NODE,
    ...files,
  }
  for (const [file, text] of Object.entries(all)) writeFileSync(join(folder, file), text)
  return folder
}

const statuses = (dir: string) =>
  runGoldens(dir, CHECK).cases.map(({ name, status }) => [name, status])

/** Runs the command and keeps what it says. */
function command(dirs: readonly string[], mode = CHECK, env: Record<string, string> = {}) {
  const said = { stdout: '', stderr: '' }
  const stdout = { write: (text: string) => (said.stdout += text) }
  const stderr = { write: (text: string) => (said.stderr += text) }
  const code = runGoldenCommand(dirs, mode, { stdout, stderr, env })
  return { code, ...said }
}

goldens('a case without expected files differs, and an update writes them', ({ dir }) => {
  const folder = writeCase(dir, 'empty')
  assert.equal(statuses(dir), [['empty', 'different']])
  assert.equal(
    runGoldens(dir, UPDATE).cases.map(one => one.status),
    ['updated'],
  )
  assert.match(readFileSync(join(folder, 'expected.nft'), 'utf8'), 'table ip kube-proxy')
  assert.not.ok(existsSync(join(folder, 'expected.err')), 'no diagnostics, no file')
  assert.equal(statuses(dir), [['empty', 'same']])
})

goldens('a change of one blank is a difference with its diff', ({ dir }) => {
  const file = join(writeCase(dir, 'empty'), 'expected.nft')
  runGoldens(dir, UPDATE)
  writeFileSync(file, readFileSync(file, 'utf8').replace('jump services', 'jump  services'))
  const [difference] = runGoldens(dir, CHECK).cases[0]?.differences ?? []
  assert.is(difference?.file, 'expected.nft')
  assert.match(difference?.diff ?? '', /^-\t*.*jump {2}services$/m)
  assert.match(difference?.diff ?? '', /^\+\t*.*jump services$/m)
})

const RESTORES = { required: RESTORE_FILES }
const filesOf = (folder: string) =>
  readdirSync(folder)
    .filter(name => name.startsWith('expected'))
    .sort()

goldens(
  'rules for iptables are written for the families of a case where they are required',
  ({ dir }) => {
    const options = 'node: worker-1\nnode-addresses: ["fd00::1"]\nlayout: maps\ncounters: true\n'
    const dual = writeCase(dir, 'dual', { 'kubenat.yaml': options })
    const ipv4 = writeCase(dir, 'ipv4', { 'expected.ip6tables': 'stale\n' })
    runGoldens(dir, { update: true, ...RESTORES })
    assert.equal(filesOf(dual), ['expected.ip6tables', 'expected.iptables', 'expected.nft'])
    assert.equal(filesOf(ipv4), ['expected.iptables', 'expected.nft'])
    assert.match(readFileSync(join(ipv4, 'expected.iptables'), 'utf8'), /^\*filter\n/)
    assert.equal(statuses(dir), [
      ['dual', 'same'],
      ['ipv4', 'same'],
    ])
    writeFileSync(join(ipv4, 'expected.iptables'), '*nat\n')
    assert.equal(statuses(dir)[1], ['ipv4', 'different'])
  },
)

goldens(
  'a case of iptables mode has its rules in the file of its family, and no others',
  ({ dir }) => {
    const options = 'node: worker-1\nproxy-mode: iptables\nform: jumps\nip-family: ipv6\n'
    const folder = writeCase(dir, 'jumps', { 'kubenat.yaml': options, 'expected.nft': 'stale\n' })
    writeCase(dir, 'dual', { 'kubenat.yaml': 'node: worker-1\nproxy-mode: iptables\n' })
    const { problems } = runGoldens(dir, { update: true, ...RESTORES })
    assert.equal(filesOf(folder), ['expected.ip6tables'])
    assert.match(readFileSync(join(folder, 'expected.ip6tables'), 'utf8'), /^#!\/bin\/sh\n/)
    assert.match(problems.join(), /dual.*--ip-family/)
  },
)

goldens('a missing newline at the end is a difference', ({ dir }) => {
  const file = join(writeCase(dir, 'empty'), 'expected.nft')
  runGoldens(dir, UPDATE)
  writeFileSync(file, readFileSync(file, 'utf8').trimEnd())
  assert.equal(statuses(dir), [['empty', 'different']])
})

goldens('an update removes rules where the compile fails and writes the diagnostics', ({ dir }) => {
  const folder = writeCase(dir, 'unknown', { ...UNKNOWN_NODE, 'expected.nft': 'table ip x {}\n' })
  runGoldens(dir, UPDATE)
  assert.not.ok(existsSync(join(folder, 'expected.nft')))
  assert.match(readFileSync(join(folder, 'expected.err'), 'utf8'), 'worker-9')
  assert.equal(statuses(dir), [['unknown', 'same']])
})

goldens('expected diagnostics that no longer come are a difference', ({ dir }) => {
  const folder = writeCase(dir, 'fine')
  runGoldens(dir, UPDATE)
  writeFileSync(join(folder, 'expected.err'), 'error\n')
  assert.equal(statuses(dir), [['fine', 'different']])
  runGoldens(dir, UPDATE)
  assert.not.ok(existsSync(join(folder, 'expected.err')))
})

goldens('a folder that is itself a case is run alone', ({ dir }) => {
  const folder = writeCase(dir, 'alone')
  assert.equal(statuses(folder), [['alone', 'different']])
})

goldens('all YAML and JSON files beside the options are input, in name order', ({ dir }) => {
  const folder = writeCase(dir, 'split', {
    'more.yml': SERVICE,
    'a.json': '{"kind":"List","items":[]}',
  })
  const { cases, problems } = discoverCases(folder)
  assert.equal(problems, [])
  assert.equal(
    cases[0]?.sources.map(source => source.name),
    ['a.json', 'more.yml', 'objects.yaml'],
  )
})

goldens('what belongs to no case is a problem', ({ dir }) => {
  writeCase(dir, 'fine')
  writeFileSync(join(dir, 'stray.txt'), '')
  mkdirSync(join(dir, 'hollow'))
  writeCase(dir, 'mixed', { 'expected.ntf': '' })
  mkdirSync(join(writeCase(dir, 'deep'), 'deeper'))
  const { cases, problems } = discoverCases(dir)
  assert.equal(
    cases.map(golden => golden.name),
    ['fine'],
  )
  assert.equal(
    problems.map(problem => problem.slice(dir.length + 1)),
    [
      join('deep', 'deeper: is no file of a case'),
      'hollow: has no kubenat.yaml',
      join('mixed', 'expected.ntf: is no file of a case'),
      'stray.txt: belongs to no case',
    ],
  )
})

goldens('options that are no mapping and a case without input are problems', ({ dir }) => {
  writeCase(dir, 'list', { 'kubenat.yaml': '- node: worker-1\n' })
  writeCase(dir, 'syntax', { 'kubenat.yaml': 'node: [\n' })
  rmSync(join(writeCase(dir, 'hollow'), 'objects.yaml'))
  const { cases, problems } = discoverCases(dir)
  assert.equal(cases, [])
  assert.is(problems.length, 3)
  assert.match(problems[0] ?? '', 'has no input')
  assert.match(problems[1] ?? '', 'must be a mapping')
})

goldens('an option that does not exist is a problem of its case alone', ({ dir }) => {
  writeCase(dir, 'fine')
  writeCase(dir, 'misspelt', { 'kubenat.yaml': 'nod: worker-1\n' })
  const { cases, problems } = runGoldens(dir, CHECK)
  assert.equal(
    cases.map(one => one.name),
    ['fine'],
  )
  assert.match(problems[0] ?? '', /misspelt.*nod/)
})

goldens('a directory without cases is a problem, and so is none at all', ({ dir }) => {
  assert.match(discoverCases(dir).problems[0] ?? '', 'holds no case')
  assert.match(discoverCases(join(dir, 'nowhere')).problems[0] ?? '', 'not a directory')
})

goldens('a long diff is cut', ({ dir }) => {
  writeCase(dir, 'long', { 'expected.nft': 'other\n'.repeat(500) })
  const [difference] = runGoldens(dir, CHECK).cases[0]?.differences ?? []
  const lines = difference?.diff.split('\n') ?? []
  assert.is(lines.length, 82)
  assert.match(lines[80] ?? '', /^\.\.\. and \d+ more lines$/)
})

goldens('the command exits 1 with a diff on stdout, and 0 after an update', ({ dir }) => {
  writeCase(dir, 'empty')
  const before = command([dir])
  assert.is(before.code, 1)
  assert.match(before.stdout, '+++ empty/expected.nft')
  assert.match(before.stderr, '1 case, 1 different')
  assert.equal(command([dir], UPDATE), {
    code: 0,
    stdout: '',
    stderr: 'empty: expected.nft updated\n1 case, 1 updated\n',
  })
  assert.equal(command([dir]), { code: 0, stdout: '', stderr: '1 case, 0 different\n' })
})

goldens(
  'the command exits 2 without directories, for a disorderly one, and for an update in CI',
  ({ dir }) => {
    assert.is(command([]).code, 2)
    assert.is(command([dir]).code, 2)
    const folder = writeCase(dir, 'empty')
    const refused = command([dir], UPDATE, { CI: 'true' })
    assert.is(refused.code, 2)
    assert.match(refused.stderr, 'CI=true')
    assert.not.ok(existsSync(join(folder, 'expected.nft')))
  },
)

goldens('only a set CI variable refuses updates', () => {
  assert.ok(updateRefusal({ CI: 'true' }))
  assert.ok(updateRefusal({ CI: '1' }))
  assert.is(updateRefusal({ CI: 'false' }), undefined)
  assert.is(updateRefusal({}), undefined)
})

goldens.run()
