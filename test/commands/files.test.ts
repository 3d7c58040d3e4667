import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { writeFiles } from '../../src/commands/files.js'
import { EnvironmentError } from '../../src/util/errors.js'
import { KUBENAT, kubenat, makeFolder, refused } from '../cli.js'

const files = suite('files that are written')
const locks = suite('the lock of an allocation file')

const OBJECTS = fileURLToPath(new URL('../../golden/example-shop/objects.yaml', import.meta.url))
const COMPILE = ['compile', '-f', OBJECTS]
const ON_WORKER_1 = ['--node', 'worker-1', '--cluster-cidr', '10.244.0.0/16,fd00:10:244::/56']
const rules = (): string => kubenat([...COMPILE, ...ON_WORKER_1]).out

files('symbolic links are followed, also to where no file is yet', () => {
  const { folder } = makeFolder()
  const at = (name: string): string => join(folder, name)
  mkdirSync(at('real'))
  writeFileSync(at('real/there.nft'), 'old')
  symlinkSync('real/there.nft', at('one.nft'))
  symlinkSync('one.nft', at('two.nft'))
  symlinkSync(at('real/new.nft'), at('dangling.nft'))
  const expected = rules()
  for (const [link, target] of [
    ['two.nft', 'real/there.nft'],
    ['dangling.nft', 'real/new.nft'],
  ] as const) {
    assert.is(kubenat([...COMPILE, ...ON_WORKER_1, '-o', at(link)]).code, 0)
    assert.ok(lstatSync(at(link)).isSymbolicLink())
    assert.ok(lstatSync(at(target)).isFile())
    assert.is(readFileSync(at(target), 'utf8'), expected)
  }
  assert.is(readlinkSync(at('two.nft')), 'one.nft')
  assert.equal(readdirSync(at('real')).sort(), ['new.nft', 'there.nft'])
})

files('links of --out-dir and --allocate are followed too', () => {
  const { folder } = makeFolder()
  const at = (name: string): string => join(folder, name)
  mkdirSync(at('rules'))
  writeFileSync(at('worker.nft'), 'old')
  symlinkSync('../worker.nft', at('rules/worker-1.nft'))
  const all = [...COMPILE, '--all-nodes', ...ON_WORKER_1.slice(2), '--out-dir', at('rules')]
  assert.is(kubenat(all).code, 0)
  assert.ok(lstatSync(at('rules/worker-1.nft')).isSymbolicLink())
  assert.is(readFileSync(at('worker.nft'), 'utf8'), rules())
  symlinkSync('given.json', at('link.json'))
  const given = [...COMPILE, ...ON_WORKER_1, '--allocate', at('link.json')]
  assert.is(kubenat(given).code, 0, kubenat(given).err)
  assert.ok(lstatSync(at('link.json')).isSymbolicLink())
  assert.match(readFileSync(at('given.json'), 'utf8'), /clusterIPs/)
  assert.equal(
    readdirSync(folder).filter(name => name.includes('lock')),
    [],
  )
})

files('links that go round in circles are an error, and nothing is written', () => {
  const { folder, fileIn } = makeFolder()
  symlinkSync('b', join(folder, 'a'))
  symlinkSync('a', join(folder, 'b'))
  const first = fileIn('first', 'old')
  assert.throws(
    () =>
      writeFiles([
        { path: first, text: 'new' },
        { path: join(folder, 'a'), text: 'x' },
      ]),
    (error: unknown) =>
      error instanceof EnvironmentError && /a: .*too many symbolic links/.test(error.message),
  )
  assert.is(readFileSync(first, 'utf8'), 'old')
  assert.equal(readdirSync(folder).sort(), ['a', 'b', 'first'])
  refused(kubenat([...COMPILE, ...ON_WORKER_1, '-o', folder]), /is a directory/, 3)
})

files('mode and owner of a file that is there are kept', () => {
  const { fileIn } = makeFolder()
  for (const mode of [0o600, 0o640, 0o444, 0o777, 0o2755]) {
    const path = fileIn(`mode-${mode}`, 'old')
    chmodSync(path, mode)
    writeFiles([{ path, text: 'new' }])
    assert.is(statSync(path).mode & 0o7777, mode)
    assert.is(readFileSync(path, 'utf8'), 'new')
  }
  if (process.getuid?.() !== 0) return
  const path = fileIn('owned', 'old')
  chownSync(path, 1234, 2345)
  chmodSync(path, 0o640)
  writeFiles([{ path, text: 'new' }])
  const { uid, gid, mode } = statSync(path)
  assert.equal([uid, gid, mode & 0o7777], [1234, 2345, 0o640])
})

files('a new file gets the mode that the umask leaves', () => {
  const { folder } = makeFolder()
  const before = process.umask(0o027)
  try {
    writeFiles([{ path: join(folder, 'new'), text: 'x' }])
  } finally {
    process.umask(before)
  }
  assert.is(statSync(join(folder, 'new')).mode & 0o7777, 0o640)
})

files('a device or a pipe is written to, not replaced', () => {
  const words = [process.execPath, KUBENAT, ...COMPILE, ...ON_WORKER_1, '-o', '/dev/stdout']
  const script = `${words.map(word => `'${word}'`).join(' ')} | cat`
  assert.is(execFileSync('bash', ['-c', script], { encoding: 'utf8' }), rules())
  const { folder } = makeFolder()
  symlinkSync('/dev/null', join(folder, 'nowhere'))
  assert.is(kubenat([...COMPILE, ...ON_WORKER_1, '-o', join(folder, 'nowhere')]).code, 0)
  assert.is(readlinkSync(join(folder, 'nowhere')), '/dev/null')
  assert.ok(statSync('/dev/null').isCharacterDevice())
})

const startOf = (pid: number): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}
const holder = (pid: number, started = ''): string =>
  JSON.stringify({ pid, host: hostname(), started })

/** Starts a compile that allocates, and gives what it says at last. */
function start(state: string): { readonly err: () => string; readonly end: Promise<number> } {
  const args = [KUBENAT, ...COMPILE, ...ON_WORKER_1, '--allocate', state]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  return { err: () => text, end: once(child, 'close').then(([code]) => Number(code)) }
}

locks('who comes second waits, and says for whom', async () => {
  const { folder } = makeFolder()
  const state = join(folder, 'given.json')
  writeFileSync(`${state}.lock`, holder(process.pid, startOf(process.pid)))
  const { err, end } = start(state)
  while (!err().includes('\n')) await sleep(20)
  assert.is(err(), `waits until process ${process.pid} is done with ${state}\n`)
  assert.not.ok(existsSync(state))
  unlinkSync(`${state}.lock`)
  assert.is(await end, 0, err())
  assert.equal(readdirSync(folder), ['given.json'])
})

locks('a lock whose process is no more, or has another by its number, is taken over', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'close')
  for (const text of [holder(child.pid ?? 0), holder(process.pid, '1'), '', 'nonsense']) {
    const { folder } = makeFolder()
    const lock = join(folder, 'given.json.lock')
    writeFileSync(lock, text)
    utimesSync(lock, new Date(0), new Date(0))
    const { err, end } = start(join(folder, 'given.json'))
    assert.is(await end, 0, err())
    assert.is(err(), '')
    assert.equal(readdirSync(folder), ['given.json'])
  }
})

const WORKER = `
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { whileLocked } from ${JSON.stringify(fileURLToPath(new URL('../../src/commands/files.ts', import.meta.url)))}
const [state, log] = process.argv.slice(2)
for (let i = 0; i < 5; i++) {
  await whileLocked(state, async () => {
    appendFileSync(log, 'in ' + process.pid + '\\n')
    await sleep(5)
    appendFileSync(log, 'out ' + process.pid + '\\n')
  })
}
`

locks('no two processes are inside at once, whoever finds the stale lock first', async () => {
  const { folder, fileIn } = makeFolder()
  const worker = fileIn('worker.mts', WORKER)
  const [state, log] = [join(folder, 'given.json'), join(folder, 'log')]
  writeFileSync(`${state}.lock`, holder(2 ** 22 + 1))
  const tsx = fileURLToPath(import.meta.resolve('tsx'))
  const ends = Array.from({ length: 4 }, async () => {
    const args = ['--import', tsx, worker, state, log]
    const child = spawn(process.execPath, args, { stdio: 'ignore' })
    const [code] = (await once(child, 'close')) as [number]
    assert.is(code, 0)
  })
  await Promise.all(ends)
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  assert.is(lines.length, 4 * 5 * 2)
  for (let i = 0; i < lines.length; i += 2) assert.is(lines[i + 1], lines[i]?.replace('in', 'out'))
  assert.not.ok(existsSync(`${state}.lock`))
})

files.run()
locks.run()
