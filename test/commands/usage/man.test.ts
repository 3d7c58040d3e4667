import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commandPages } from '../../../src/build/pages.js'
import { buildProgram } from '../../../src/commands/program.js'
import { commandLineOf } from '../../../src/commands/usage/command-line.js'
import { manPages, roffText } from '../../../src/commands/usage/man.js'
import { type Block, blocksOf } from '../../../src/commands/usage/page.js'
import { OPTIONS } from '../../../src/options/table.js'

const man = suite('man page')

const PROGRAM = buildProgram(() => {})
const pagesOf = (program: Command, pages: ReadonlyMap<string, readonly Block[]>) =>
  manPages(commandLineOf(program), pages, '1.2.3')
const PAGES = pagesOf(PROGRAM, commandPages())
/** Every command but that which shows the pages. */
const COMMANDS = PROGRAM.commands.filter(command => command.name() !== 'help')
const pageOf = (name: string): string => PAGES.get(`kubenat-${name}.1`) ?? ''

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
  const main = plain(PAGES.get('kubenat.1') ?? '')
  for (const command of COMMANDS) {
    const name = command.name()
    assert.ok(main.includes(`kubenat ${name} ${command.usage()}\n`), name)
    assert.ok(main.includes(`.TP\nkubenat-${name}(1)\n${command.description()}\n`), name)
    const own = plain(pageOf(name))
    assert.ok(own.includes(`\nkubenat ${name} ${command.usage()}\n`), name)
    for (const { short, long, flags, description } of command.options) {
      // What is an option of a compile is told there, once.
      const isShared = long !== undefined && Object.hasOwn(OPTIONS, long.slice(2))
      const page = isShared ? plain(pageOf('compile')) : own
      const terms = [short, long].filter(one => one !== undefined).join(', ')
      const value = / <(.+)>/.exec(flags)?.[1]?.toUpperCase()
      const optional = / \[(.+)\]/.exec(flags)?.[1]?.toUpperCase()
      const following = `${value ? ` ${value}` : ''}${optional ? `[=${optional}]` : ''}`
      const help = description.replaceAll('`', '')
      assert.ok(page.includes(`.TP\n${terms}${following}\n${help}`), `${name} ${flags}`)
    }
  }
})

man('what the page of a command says is in its man page', () => {
  const text = plain(pageOf('check'))
  for (const line of [
    '.SH SILENCING FINDINGS\n',
    '\n.IP \\(bu 2\nFor one object: the annotation kubenat.dev/ignore: "KN210,KN262".\n',
    '\n$ kubenat check -f golden/source-ranges/objects.yaml\n',
    '\n.SH EXIT CODES\n0 no errors, 1 errors',
  ])
    assert.ok(text.includes(line), line)
  assert.ok(plain(PAGES.get('kubenat.1') ?? '').includes('\n  kubenat explain KN012\n'))
})

man('the package installs all of them', () => {
  const { man: pages } = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as { man: unknown }
  // npm links the pages of a list, and passes over a single name.
  assert.equal(
    pages,
    [...PAGES.keys()].map(file => `dist/${file}`),
  )
  assert.is(PAGES.size, COMMANDS.length + 1)
})

man('the options of a compile stand there once', () => {
  const all = plain([...PAGES.values()].join(''))
  for (const name of Object.keys(OPTIONS))
    assert.is(all.split(new RegExp(`\\.TP\n--${name}[ [\n]`)).length - 1, 1, name)
})

man('nothing in them is a request or an escape but what belongs to them', () => {
  for (const line of [...PAGES.values()].flatMap(page => page.split('\n').slice(0, -1))) {
    assert.match(line, /^(?:\.(?:\\"|TH|SH|PP|TP|IP|RS|RE|nf|fi|BR)(?: |$)|[^.']|$)/)
    assert.not.match(
      line
        .replace(/^\.(?:\\"|IP \\\(bu 2$)/, '')
        .replace(/\\(?:[-e&]|f[BIR]|\((?:aq|dq|ga|ha|ti))/g, ''),
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
    for (const [file, page] of PAGES) assert.equal(complaints(tool, page), [], file)
    const broken = pageOf('check').replace('.SH FLAGS\n', '.nosuchrequest\n\\f[NOSUCH]x\n')
    assert.ok(complaints(tool, broken).length > 0)
  })
}

const HOSTILE = `.so /etc/passwd 'x' "y" \\fBz\\fR \\n[.k] -- a ^ ~ %`

man('foreign text prints as it is', () => {
  const program = new Command('kubenat').description(HOSTILE).exitOverride()
  program.command('brew').description(HOSTILE).argument('<file...>', HOSTILE).option('-q', HOSTILE)
  const literal = HOSTILE.replaceAll('\\', '\\\\')
  const markdown = [
    '# kubenat brew',
    literal,
    `## ${HOSTILE}`,
    `- ${literal}`,
    `\`${HOSTILE}\``,
    `\`\`\`sh\n${HOSTILE}\n\`\`\``,
    `| a | b |\n| --- | --- |\n| \`${HOSTILE}\` | ${literal} |`,
  ].join('\n\n')
  const made = pagesOf(program, new Map([['brew', blocksOf(markdown, 'src/commands')]]))
  const pages = [...made.values()]
  assert.is(pages.length, 2)
  for (const tool of HERE) for (const page of pages) assert.equal(complaints(tool, page), [], tool)
  if (!HERE.includes('groff')) return
  const times = pages.map(page => {
    const text = shown(page).replace(/\s+/g, ' ')
    return text.split(HOSTILE.slice(1)).length - 1
  })
  // All but the heading, which is in capitals.
  assert.equal(times, [3, 7])
})

man.run()
