import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { buildProgram } from '../src/commands/program.js'
import { rawOptions } from '../src/commands/shared.js'
import { parseOptions } from '../src/options/table.js'
import { KUBENAT, makeFolder } from './cli.js'

// The pages of the repository are run like a session of a shell: what test/README.md says of them.

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Every page but the changelog. */
export const PAGES: readonly string[] = [
  'README.md',
  ...['src', 'test', 'golden'].flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.md') && !file.includes('/expected/'))
      .map(file => `${folder}/${file}`)
      .sort(),
  ),
]

export const pageText = (page: string): string => readFileSync(join(ROOT, page), 'utf8')

/** A fenced block of a page. */
export interface Fence {
  readonly language: string
  /** The word behind it: `kernel` where the commands need rights on the kernel. */
  readonly mark: string
  readonly text: string
  /** Under which name the commands of the page find it, by the comment above it. */
  readonly file: string | undefined
}

const FENCE = /(?:<!-- file: (\S+) -->\n)?^```(\w+)(?: (\w+))?\n([\s\S]*?)^```$/gm

export const fencesOf = (page: string): readonly Fence[] =>
  [...pageText(page).matchAll(FENCE)].map(([, file, language = '', mark = '', text = '']) => ({
    language,
    mark,
    text,
    file,
  }))

/** A command and what the page says that it prints. */
interface Exchange {
  readonly command: string
  readonly output: string
}

function exchangesOf(text: string): readonly Exchange[] {
  assert.ok(text.startsWith('$ '), `a session begins with a command: ${text}`)
  return text
    .slice(2)
    .split(/^\$ /m)
    .map(part => {
      const [, command = '', output = ''] = /^((?:.*\\\n)*.*)\n?([\s\S]*)$/.exec(part) ?? []
      return { command, output }
    })
}

/** `UPDATE_GOLDEN=1` writes what is printed now into the page. */
const IS_UPDATE = process.env.UPDATE_GOLDEN === '1'

/**
 * Runs the sessions of a page that bear a mark, in a folder of their own where `golden/` is that of the
 * repository, and compares what is printed. A line `...` stands for any lines.
 *
 * @param settle what is different with every run, made the same
 */
export function runSessions(
  page: string,
  mark = '',
  settle: (text: string) => string = text => text,
): void {
  const { folder, fileIn } = makeFolder()
  symlinkSync(join(ROOT, 'golden'), join(folder, 'golden'))
  for (const fence of fencesOf(page)) {
    const { language, text, file } = fence
    if (file !== undefined) fileIn(file, text)
    if (language !== 'console' || fence.mark !== mark) continue
    let status = 0
    const lines: string[] = []
    for (const { command, output } of exchangesOf(text)) {
      const run = shell(command, folder, status)
      status = run.status
      lines.push(`$ ${command}\n${isAbridged(output) ? output : run.printed}`)
      if (!IS_UPDATE) compare(settle(run.printed), settle(output), command)
    }
    if (IS_UPDATE) replaceIn(page, text, lines.join(''))
  }
}

const isAbridged = (output: string): boolean => /^ *\.\.\.$/m.test(output)

function compare(printed: string, shown: string, command: string): void {
  if (!isAbridged(shown)) {
    assert.is(printed, shown, command)
    return
  }
  const parts = shown.split(/^ *\.\.\.\n/m).map(escaped)
  assert.match(
    printed,
    new RegExp(`^${parts.join('(?:.*\\n)*?')}$`),
    `${command} prints:\n${printed}`,
  )
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

function replaceIn(page: string, before: string, after: string): void {
  const text = pageText(page)
  if (before !== after)
    writeFileSync(
      join(ROOT, page),
      text.replace(before, () => after),
    )
}

const { fileIn: programIn, folder: programs } = makeFolder()
programIn('kubenat', `#!/bin/sh\nexec '${process.execPath}' '${KUBENAT}' "$@"\n`)
spawnSync('chmod', ['+x', join(programs, 'kubenat')])

/** Runs one command as a terminal shows it: both streams in one, and `$?` of the command before. */
function shell(command: string, cwd: string, before: number) {
  const { status, stdout, error } = spawnSync(
    'bash',
    ['-c', `exec 2>&1; (exit ${before})\n${command}`],
    {
      cwd,
      encoding: 'utf8',
      input: '',
      // What people see at their terminal, and not what CI would.
      env: { ...process.env, CI: '', PATH: `${programs}:${process.env.PATH}`, NO_COLOR: '1' },
    },
  )
  if (error) throw error
  return { status: status ?? 1, printed: stdout }
}

/** Every call of the command in the scripts and sessions of a page, as words. */
export function callsOf(page: string): readonly (readonly string[])[] {
  const scripts = fencesOf(page).flatMap(({ language, text }) => {
    if (language === 'console') return exchangesOf(text).map(({ command }) => command)
    return language === 'sh' ? text.split(/(?<!\\)\n/) : []
  })
  return scripts.flatMap(callsIn)
}

/** Every call of the command in a line of a script. */
export const callsIn = (script: string): readonly (readonly string[])[] =>
  [
    ...script
      .replaceAll('\\\n', ' ')
      .replace(/(?:^|\s)#.*/, '')
      .matchAll(CALL),
  ].map(([, words = '']) => wordsOf(words))

/** The same within sentences, where a call may be no more than a name and a flag. */
export const mentionsOf = (page: string): readonly (readonly string[])[] =>
  [
    ...pageText(page)
      .replace(FENCE, '')
      .matchAll(/`kubenat ([^`]+)`/g),
  ].map(([, words = '']) => wordsOf(words))

const CALL = /(?<![\w./=-])kubenat(?![\w./-])((?: '[^']*'| "[^"]*"|[^|&;<>()'"])*)/g

const wordsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replace(/['"]/g, ''))

/**
 * Reads a command line as the command does, without running it.
 *
 * @throws Error where it would be refused
 */
export async function readCall(words: readonly string[]): Promise<void> {
  const program = buildProgram(() => {})
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} })
    if (command === program) continue
    command.action(() => {
      parseOptions(rawOptions(command.opts()))
    })
  }
  await program.parseAsync([...words], { from: 'user' }).catch((error: { code?: string }) => {
    if (!/^commander\.(?:help|helpDisplayed|version)$/.test(error.code ?? '')) throw error
  })
}

/** The command and the flags of a mention that there are none of. */
export function unknownWords([name = '', ...words]: readonly string[]): readonly string[] {
  const program = buildProgram(() => {})
  const command = program.commands.find(one => one.name() === name)
  const known = (command ?? program).options.flatMap(({ short, long }) => [short, long])
  const flags = words.filter(word => /^-\w|^--\w/.test(word)).map(word => word.replace(/=.*/, ''))
  const isCommand = command !== undefined || name === 'help' || name.startsWith('-')
  return [
    ...(isCommand ? [] : [name]),
    ...flags.filter(flag => ![...known, '--help'].includes(flag)),
  ]
}
