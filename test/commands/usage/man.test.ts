import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildProgram } from '../../../src/commands/program.js'
import { commandLineOf } from '../../../src/commands/usage/command-line.js'
import { manPage, roffText } from '../../../src/commands/usage/man.js'
import { OPTIONS } from '../../../src/options/table.js'

const man = suite('man page')

const PROGRAM = buildProgram(() => {})
const pageOf = (program: Command): string => manPage(commandLineOf(program), '1.2.3')
const PAGE = pageOf(PROGRAM)

const folder = mkdtempSync(join(tmpdir(), 'kubenat-man-'))
man.after(() => rmSync(folder, { recursive: true, force: true }))

/** Programs that read man pages; they complain on standard error, mandoc's lint on the other. */
const READERS: Readonly<Record<string, readonly string[]>> = {
  mandoc: ['-T', 'lint', '-W', 'warning'],
  groff: ['-man', '-ww', '-z', '-T', 'ascii'],
  man: ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z'],
}
const isHere = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined
const HERE = Object.keys(READERS).filter(isHere)
const absent = Object.keys(READERS).filter(tool => !HERE.includes(tool))
if (absent.length > 0) console.error(`SKIPPED: man page in ${absent.join(' and ')}: not installed`)

function complaints(tool: string, page: string): string[] {
  const path = join(folder, 'kubenat.1')
  writeFileSync(path, page)
  const { stdout, stderr } = spawnSync(tool, [...(READERS[tool] ?? []), path], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  })
  const text = tool === 'mandoc' ? `${stdout}${stderr}` : stderr
  // A date would make each build another.
  return text.split('\n').filter(line => line !== '' && !line.includes('missing date'))
}

/** What a reader of the page sees. */
function shown(page: string): string {
  const path = join(folder, 'shown.1')
  writeFileSync(path, page)
  const { stdout } = spawnSync('groff', ['-man', '-T', 'ascii', '-P', '-cbou', path], {
    encoding: 'utf8',
  })
  return stdout
}

/** Lines of roff without the escapes that this page uses. */
const plain = (page: string): string =>
  page
    .replace(/\\f[BIR]/g, '')
    .replace(/\\&/g, '')
    .replace(
      /\\\((aq|dq|ga|ha|ti)/g,
      (_, name: string) => ({ aq: "'", dq: '"', ga: '`', ha: '^', ti: '~' })[name] ?? '',
    )
    .replaceAll('\\-', '-')
    .replaceAll('\\e', '\\')

man('every command and flag of the program has its place', () => {
  const text = plain(PAGE)
  for (const command of PROGRAM.commands) {
    assert.match(text, new RegExp(`^\\.SS ${command.name()}$`, 'm'))
    assert.ok(text.includes(`kubenat ${command.name()} ${command.usage()}\n`), command.name())
    const [, section = ''] = text.split(`\n.SS ${command.name()}\n`)
    const own = section.split(/^\.S[SH] /m)[0] ?? ''
    for (const { short, long, flags, description } of command.options) {
      const isShared = long !== undefined && Object.hasOwn(OPTIONS, long.slice(2))
      const where = isShared ? text : own
      const terms = [short, long].filter(one => one !== undefined).join(', ')
      const value = / <(.+)>/.exec(flags)?.[1]
      const optional = / \[(.+)\]/.exec(flags)?.[1]
      const following = `${value ? ` ${value}` : ''}${optional ? `[=${optional}]` : ''}`
      assert.ok(where.includes(`.TP\n${terms}${following}\n`), flags)
      assert.ok(where.includes(`\n${description}`), description)
    }
  }
})

man('what stands after the help stands in the page', () => {
  const text = plain(PAGE)
  for (const line of [
    'Exit codes: 0 rules written',
    '  kubenat explain KN012\n',
    'kubenat.dev/ignore',
  ])
    assert.ok(text.includes(line), line)
})

man('the package installs it', () => {
  const { man: pages } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as { man: unknown }
  // npm links the pages of a list, and passes over a single name.
  assert.equal(pages, ['dist/kubenat.1'])
})

man('the options of a compile stand there once', () => {
  for (const name of Object.keys(OPTIONS))
    assert.is(plain(PAGE).split(new RegExp(`\\.TP\n--${name}[ [\n]`)).length - 1, 1, name)
})

man('nothing in it is a request or an escape but what belongs to it', () => {
  for (const line of PAGE.split('\n').slice(0, -1)) {
    assert.match(line, /^(?:\.(?:\\"|TH|SH|SS|PP|TP|nf|fi|BR)(?: |$)|[^.'])/)
    assert.not.match(
      line.replace(/^\.\\"/, '').replace(/\\(?:[-e&]|f[BIR]|\((?:aq|dq|ga|ha|ti))/g, ''),
      /\\/,
    )
  }
})

man('text in roff prints as it is', () => {
  assert.is(roffText("a-b .c 'd' \\n"), 'a\\-b .c \\(aqd\\(aq \\en')
  assert.is(roffText('.SH X'), '\\&.SH X')
  assert.is(roffText('a\n.b'), 'a\n\\&.b')
  assert.is(roffText('"x" ~ ^ `y` é'), '\\(dqx\\(dq \\(ti \\(ha \\(gay\\(ga \\[uE9]')
})

for (const tool of HERE) {
  man(`${tool} has nothing to complain of, and would`, () => {
    assert.equal(complaints(tool, PAGE), [])
    assert.ok(
      complaints(tool, PAGE.replace('.SH OPTIONS\n', '.nosuchrequest\n\\f[NOSUCH]x\n')).length > 0,
    )
  })
}

const HOSTILE = `.so /etc/passwd 'x' "y" \\fBz\\fR \\n[.k] -- \`a\` ^ ~ %`

man('foreign text prints as it is', () => {
  const program = new Command('kubenat').description(HOSTILE).exitOverride()
  program.command('brew').description(HOSTILE).argument('<file...>', HOSTILE).option('-q', HOSTILE)
  const page = pageOf(program)
  for (const tool of HERE) assert.equal(complaints(tool, page), [], tool)
  if (!HERE.includes('groff')) return
  const text = shown(page).replace(/\s+/g, ' ')
  assert.is(text.split(HOSTILE.slice(1)).length - 1, 5, text)
})

man.run()
