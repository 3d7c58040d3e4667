import { constants } from 'node:buffer'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { decodeText, readSources } from '../../src/input/read.js'
import { reported } from './sources.js'

const read = suite<{ dir: string }>('read')
const decode = suite('decode')

read.before.each(context => {
  context.dir = mkdtempSync(join(tmpdir(), 'kubenat-read-'))
})
read.after.each(({ dir }) => {
  rmSync(dir, { recursive: true })
})

/** Names (below the directory) and texts that were read, and what was reported. */
async function readIn(
  dir: string,
  paths: readonly string[],
  recursive = false,
): Promise<{ texts: [string, string][]; problems: string[] }> {
  const problems = new Diagnostics()
  const sources = await readSources(
    paths.map(path => join(dir, path)),
    { recursive },
    problems,
  )
  const texts = sources.map(({ name, text }): [string, string] => [
    name.replace(`${dir}/`, ''),
    text,
  ])
  const names = problems.all().map(({ at }) => at?.source.name.replace(`${dir}/`, '') ?? '')
  return { texts, problems: reported(problems).map((text, i) => `${names[i]}: ${text}`) }
}

/** Files of a directory, each with its own name as its text. */
function fill(dir: string, ...names: string[]): void {
  for (const name of names) {
    mkdirSync(join(dir, name, '..'), { recursive: true })
    writeFileSync(join(dir, name), name)
  }
}

read('files are read in the order given, a path given twice once', async ({ dir }) => {
  fill(dir, 'b.txt', 'a.yaml')
  assert.equal((await readIn(dir, ['b.txt', 'a.yaml', 'b.txt'])).texts, [
    ['b.txt', 'b.txt'],
    ['a.yaml', 'a.yaml'],
  ])
})

read('a directory is its YAML and JSON files, sorted by bytes', async ({ dir }) => {
  fill(
    dir,
    'b.yml',
    'a.json',
    'B.yaml',
    'c.YAML',
    'c.txt',
    'sub/d.yaml',
    'yaml',
    '\u{1f600}.yaml',
    '\uffee.yaml',
  )
  const { texts, problems } = await readIn(dir, ['.'])
  assert.equal(
    texts.map(([name]) => name),
    ['B.yaml', 'a.json', 'b.yml', '\uffee.yaml', '\u{1f600}.yaml'],
  )
  assert.equal(problems, [])
})

read('a directory is read with all below it if asked to', async ({ dir }) => {
  fill(dir, 'b.yaml', 'a/z.yaml', 'a/b/c.json', 'a.yaml', 'x.yaml/in.yml')
  assert.equal(
    (await readIn(dir, ['.'], true)).texts.map(([name]) => name),
    ['a.yaml', 'a/b/c.json', 'a/z.yaml', 'b.yaml', 'x.yaml/in.yml'],
  )
})

read('links to files are followed, links to directories are not', async ({ dir }) => {
  fill(dir, 'real/a.yaml')
  symlinkSync(join(dir, 'real/a.yaml'), join(dir, 'link.yaml'))
  symlinkSync(dir, join(dir, 'loop.yaml'))
  symlinkSync(dir, join(dir, 'real/up'))
  const { texts, problems } = await readIn(dir, ['.'], true)
  assert.equal(
    texts.map(([name]) => name),
    ['link.yaml', 'real/a.yaml'],
  )
  assert.equal(problems, [])
})

read('what is missing or unreadable is reported, the rest is read', async ({ dir }) => {
  fill(dir, 'a.yaml', 'sub/b.yaml')
  mkdirSync(join(dir, 'empty'))
  symlinkSync('nowhere', join(dir, 'broken.yaml'))
  const { texts, problems } = await readIn(dir, [
    'none.yaml',
    'a.yaml',
    'empty',
    'a.yaml/x',
    'broken.yaml',
  ])
  assert.equal(texts, [['a.yaml', 'a.yaml']])
  assert.equal(problems, [
    'none.yaml: KN001 no such file or directory',
    'empty: KN001 has no .yaml, .yml or .json file (-R looks into its subdirectories, too)',
    'a.yaml/x: KN001 a part of its path is not a directory',
    'broken.yaml: KN001 no such file or directory',
  ])
  assert.equal((await readIn(dir, ['empty'], true)).problems, [
    'empty: KN001 has no .yaml, .yml or .json file',
  ])
})

read('a broken link in a directory is reported', async ({ dir }) => {
  fill(dir, 'a.yaml')
  symlinkSync('nowhere', join(dir, 'broken.yaml'))
  const { texts, problems } = await readIn(dir, ['.'])
  assert.equal(
    texts.map(([name]) => name),
    ['a.yaml'],
  )
  assert.equal(problems, ['broken.yaml: KN001 no such file or directory'])
})

read('a file without permission is reported', async ({ dir }) => {
  fill(dir, 'a.yaml')
  chmodSync(dir, 0o755)
  chmodSync(join(dir, 'a.yaml'), 0)
  // Root may read everything: be nobody for a moment.
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65534)
  try {
    assert.equal((await readIn(dir, ['a.yaml'])).problems, ['a.yaml: KN001 permission denied'])
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
})

read('a binary file is reported', async ({ dir }) => {
  writeFileSync(join(dir, 'a.yaml'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0]))
  assert.equal((await readIn(dir, ['a.yaml'])).problems, [
    'a.yaml: KN004 is a binary file (a NUL byte at byte 8)',
  ])
})

read('a name with a NUL is reported', async ({ dir }) => {
  assert.equal((await readIn(dir, ['a\0b'])).problems, ['a\0b: KN001 is not a valid file name'])
})

const PROGRAM = `
  import { Diagnostics } from './src/diagnostics/diagnostic.js'
  import { readSources } from './src/input/read.js'
  readSources(['-', '-'], { recursive: false }, new Diagnostics()).then(sources => {
    console.log(JSON.stringify(sources.map(({ name, text }) => [name, text.length, text.slice(0, 9)])))
  })
`
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NODE = ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM]

read('standard input is read once, whole, as UTF-8', () => {
  const input = `\ufeff\u00e9\u20ac\u{1f600}${'x\u20ac'.repeat(200_000)}`
  const { stdout } = spawnSync(process.execPath, NODE, { cwd: ROOT, input, encoding: 'utf8' })
  assert.equal(JSON.parse(stdout), [['<stdin>', 400_004, '\u00e9\u20ac\u{1f600}x\u20acx\u20acx']])
})

read('an empty standard input is an empty text', () => {
  const stdout = execFileSync(process.execPath, NODE, { cwd: ROOT, input: '', encoding: 'utf8' })
  assert.equal(JSON.parse(stdout), [['<stdin>', 0, '']])
})

decode('UTF-8 without its byte order mark', () => {
  assert.equal(decodeText(Buffer.from('\ufeffkind: \u20ac\u{1f600}\r\n')), {
    text: 'kind: \u20ac\u{1f600}\r\n',
  })
  assert.equal(decodeText(Buffer.from('')), { text: '' })
  assert.equal(decodeText(Buffer.from('a\ufffd')), { text: 'a\ufffd' })
})

decode('other encodings are told apart', () => {
  const utf16 = {
    problem: 'is UTF-16 text: save it as UTF-8 (Windows PowerShell writes UTF-16 with ">")',
  }
  const text = 'kind: Service'
  const little = Buffer.from(text, 'utf16le')
  assert.equal(decodeText(Buffer.concat([Buffer.from([0xff, 0xfe]), little])), utf16)
  assert.equal(decodeText(little), utf16)
  assert.equal(decodeText(Buffer.from(little).swap16()), utf16)
  assert.equal(
    decodeText(Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(little).swap16()])),
    utf16,
  )
  assert.equal(decodeText(Buffer.from([0x1f, 0x8b, 8, 0])), {
    problem: 'is compressed with gzip: unpack it first',
  })
})

decode('invalid UTF-8 is told with its line', () => {
  const latin1 = Buffer.from('a: b\nc: \u20ac\nd: ')
  const bad = Buffer.concat([latin1, Buffer.from([0xe9, 0x0a, 0x61])])
  assert.equal(decodeText(bad), { problem: 'is not valid UTF-8 text (line 3)' })
  assert.equal(decodeText(Buffer.from([0x61, 0xc3])), {
    problem: 'is not valid UTF-8 text (line 1)',
  })
})

decode('a text longer than any string is told so', () => {
  // Never touched, so it takes no memory.
  const bytes = Buffer.alloc(constants.MAX_STRING_LENGTH + 1)
  assert.equal(decodeText(bytes), {
    problem: 'has 537 MB: at most 536 MB of one input can be read',
  })
})

read.run()
decode.run()
