import { Command, Option } from 'commander'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildProgram, SHELLS } from '../../../src/commands/program.js'
import { commandLineOf } from '../../../src/commands/usage/command-line.js'
import { CATALOG } from '../../../src/diagnostics/catalog/index.js'
import { CHANGE_KIND_NAMES } from '../../../src/diff/traffic/report.js'
import { COMPLETE, isInstalled, parse, type Shell } from './shells.js'

const completion = suite('completion')

const PROGRAM = buildProgram(() => {})
const NAMES = Object.keys(SHELLS) as Shell[]
const HERE = NAMES.filter(isInstalled)
const absent = NAMES.filter(shell => !HERE.includes(shell))
if (absent.length > 0)
  console.error(`SKIPPED: completion in ${absent.join(' and ')}: not installed`)

const scriptOf = (shell: Shell, program = PROGRAM): string => SHELLS[shell](commandLineOf(program))
const sorted = (words: readonly string[]): string[] => [...words].sort()

/** Every shell that is here offers these words, in any order. */
function offers(expected: Readonly<Record<string, readonly string[]>>, program = PROGRAM): void {
  const lines = Object.keys(expected)
  for (const shell of HERE) {
    const answers = COMPLETE[shell](scriptOf(shell, program), lines)
    for (const [i, line] of lines.entries())
      assert.equal(sorted(answers[i] ?? []), sorted(expected[line] ?? []), `${shell}: ${line}`)
  }
}

const commands = [...PROGRAM.commands]
const flagsOf = (command: Command): string[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ short, long }) => [short, long].filter(one => one !== undefined))

completion('bash is there', () => {
  assert.ok(HERE.includes('bash'))
})

for (const shell of NAMES) {
  completion(`the script for ${shell} names every command, flag and choice of the program`, () => {
    const script = scriptOf(shell)
    for (const command of commands) {
      assert.match(script, new RegExp(`\\b${command.name()}\\b`))
      for (const { short, long, argChoices = [] } of command.options) {
        for (const word of [long?.slice(2), short?.slice(1), ...argChoices]) {
          if (word !== undefined)
            assert.match(script, new RegExp(`(?<![\\w-])-{0,2}${word}(?!\\w)`))
        }
      }
    }
  })
}

for (const shell of HERE) {
  completion(`the script is ${shell}`, () => {
    assert.is(parse(shell, scriptOf(shell)), '')
    assert.throws(() => parse(shell, `${scriptOf(shell)}\n"`), 'a shell that parses anything')
  })
}

completion('all commands are offered first, and for help', () => {
  const names = commands.map(command => command.name())
  assert.ok(names.includes('compile') && names.includes('help'))
  offers({ 'kubenat help ': names, 'kubenat exp': ['explain'], 'kubenat help exp': ['explain'] })
  for (const shell of HERE) {
    const [words = []] = COMPLETE[shell](scriptOf(shell), ['kubenat '])
    for (const name of names) assert.ok(words.includes(name), `${shell}: ${name}`)
  }
})

completion('all flags of each command are offered, and no others', () => {
  offers({
    'kubenat -': flagsOf(PROGRAM),
    ...Object.fromEntries(
      commands.map(command => [`kubenat ${command.name()} -`, flagsOf(command)]),
    ),
  })
})

completion('all choices of each flag are offered, and no others', () => {
  const rows = commands.flatMap(command =>
    command.options.flatMap(({ long, argChoices }) =>
      argChoices ? [[`kubenat ${command.name()} ${long} `, argChoices] as const] : [],
    ),
  )
  assert.ok(rows.length > 10)
  offers(Object.fromEntries(rows))
})

completion('words are continued from where they are', () => {
  offers({
    'kubenat compile --masq': ['--masquerade-all', '--masquerade-bit'],
    'kubenat compile -f objects --layout m': ['maps'],
    'kubenat check --node compile --fail-on-w': ['--fail-on-warn'],
    'kubenat check -o s': ['sarif'],
    'kubenat completion f': ['fish'],
    'kubenat nothing -': [],
  })
})

completion('a value may follow the sign =', () => {
  for (const shell of HERE) {
    const [words] = COMPLETE[shell](scriptOf(shell), ['kubenat compile --layout=m'])
    assert.equal(words, [shell === 'fish' ? '--layout=maps' : 'maps'], shell)
  }
})

completion('explain knows every id, check --disable only what can be silenced', () => {
  offers({
    'kubenat explain KN': Object.keys(CATALOG),
    'kubenat explain KN012 KN01': Object.keys(CATALOG).filter(id => /^KN01/.test(id)),
    'kubenat check --disable KN10': [
      'KN101',
      'KN103',
      'KN104',
      'KN105',
      'KN106',
      'KN107',
      'KN108',
      'KN109',
    ],
  })
})

completion('lists go on after a comma', () => {
  for (const shell of HERE) {
    const lines = ['kubenat diff --fail-on ', 'kubenat diff --fail-on lost,re']
    const [first = [], second] = COMPLETE[shell](scriptOf(shell), lines)
    assert.equal(sorted(first), sorted(CHANGE_KIND_NAMES), shell)
    const before = shell === 'zsh' ? '' : 'lost,'
    assert.equal(sorted(second ?? []), [`${before}refused`, `${before}restricted`], shell)
  }
})

completion(
  'files and folders are offered where they are asked for, nothing for other values',
  () => {
    const lines = ['compile -f ', 'diff ', 'golden ', 'compile --node '].map(
      line => `kubenat ${line}`,
    )
    assert.equal(COMPLETE.bash(scriptOf('bash'), lines), [
      ['<-o filenames -o default>'],
      ['<-o filenames -o default>'],
      ['<-o filenames -o dirnames>'],
      [],
    ])
    for (const shell of HERE.filter(one => one !== 'bash')) {
      const [files = [], paths = [], folders = [], none] = COMPLETE[shell](scriptOf(shell), lines)
      const has = (words: readonly string[], name: string): boolean =>
        words.some(word => word.replace(/\/$/, '') === name)
      assert.ok(has(files, 'package.json') && has(paths, 'package.json'), shell)
      assert.ok(has(folders, 'golden') && !has(folders, 'package.json'), shell)
      assert.equal(none, [], shell)
    }
  },
)

const HOSTILE = `it's "$(touch hacked)" \`touch hacked\` [x] a:b \\ %s $HOME; # (a|b) {c} *`

completion('what a command is declared with is all there is to do, and text does nothing', () => {
  const program = new Command('kubenat').exitOverride()
  program
    .command('brew')
    .description(HOSTILE)
    .argument('<file...>', HOSTILE)
    .addOption(new Option('-k, --kind <kind>', HOSTILE).choices(['black', 'green']))
    .option('--disable <ids>', HOSTILE)
    .option('--quick', HOSTILE)
  offers(
    {
      'kubenat bre': ['brew'],
      'kubenat brew --': ['--kind', '--disable', '--quick', '--help'],
      'kubenat brew --kind b': ['black'],
      'kubenat brew -k ': ['black', 'green'],
      'kubenat brew --disable KN00': ['KN005', 'KN008'],
    },
    program,
  )
})

completion.run()
