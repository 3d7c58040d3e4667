import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildProgram } from '../src/commands/program.js'
import { makeProject } from './ci-package.js'

const hooks = suite('pre-commit hooks')

const fileOf = (path: string): string =>
  readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
type Hook = Readonly<Record<string, unknown>> & { readonly id: string; readonly entry: string }
const HOOKS = load(fileOf('.pre-commit-hooks.yaml')) as readonly Hook[]
const { bin, version } = JSON.parse(fileOf('package.json')) as {
  bin: Record<string, string>
  version: string
}

const { folder, bin: path } = makeProject()

/** Runs a hook as pre-commit does that passes no names of files. */
function run(id: string, args: readonly string[]) {
  const [command = '', ...words] = HOOKS.find(hook => hook.id === id)?.entry.split(' ') ?? []
  const { status, stdout, stderr } = spawnSync(command, [...words, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${path}:${process.env.PATH}` },
  })
  return { code: status, out: `${stdout}${stderr}` }
}

/** Keys of the manifest, from pre-commit's documentation. */
const KNOWN: Readonly<Record<string, (value: unknown) => boolean>> = {
  id: value => typeof value === 'string' && /^[\w-]+$/.test(value),
  name: value => typeof value === 'string',
  description: value => typeof value === 'string',
  entry: value => typeof value === 'string',
  language: value => value === 'node',
  files: value => typeof value === 'string' && new RegExp(value) instanceof RegExp,
  types_or: value => Array.isArray(value) && value.every(one => ['yaml', 'json'].includes(one)),
  pass_filenames: value => typeof value === 'boolean',
}

hooks('the manifest has what pre-commit asks for, and nothing that it does not know', () => {
  assert.equal(
    HOOKS.map(({ id }) => id),
    ['kubenat-check', 'kubenat-golden'],
  )
  for (const hook of HOOKS) {
    for (const key of ['id', 'name', 'entry', 'language']) assert.ok(key in hook, key)
    for (const [key, value] of Object.entries(hook))
      assert.ok(KNOWN[key]?.(value), `${hook.id}: ${key}`)
  }
})

hooks('the entries are commands of this program', () => {
  const commands = buildProgram(() => {}).commands.map(command => command.name())
  for (const { entry } of HOOKS) {
    const [program = '', command = '', ...more] = entry.split(' ')
    assert.ok(Object.hasOwn(bin, program))
    assert.ok(commands.includes(command))
    assert.equal(more, [])
  }
})

hooks('golden looks again when rules or objects have changed', () => {
  const files = new RegExp(String(HOOKS.find(({ id }) => id === 'kubenat-golden')?.files))
  for (const name of [
    'objects.yaml',
    'a/kubenat.yml',
    'expected.maps.nft',
    'expected.err',
    'b.json',
  ])
    assert.match(name, files)
  assert.not.match('README.md', files)
})

hooks('the README names the hooks and the version', () => {
  const [, yaml = ''] = /```yaml\n(repos:\n[\s\S]*?)```/.exec(fileOf('README.md')) ?? []
  const { repos } = load(yaml) as { repos: { rev: string; hooks: { id: string }[] }[] }
  assert.equal(
    repos.flatMap(repo => [repo.rev, ...repo.hooks.map(({ id }) => id)]),
    [`v${version}`, ...HOOKS.map(({ id }) => id)],
  )
})

hooks('check fails for errors and for warnings if asked', () => {
  const args = ['-R', '-f', 'golden/example-shop/objects.yaml']
  assert.is(run('kubenat-check', args).code, 0)
  assert.is(run('kubenat-check', [...args, '--fail-on-warn']).code, 1)
})

hooks('golden fails when rules differ', () => {
  assert.is(run('kubenat-golden', ['golden']).code, 0)
  appendFileSync(join(folder, 'golden/example-shop/expected.nft'), '# one line more\n')
  assert.is(run('kubenat-golden', ['golden']).code, 1)
})

hooks('without args they say what is missing', () => {
  const check = run('kubenat-check', [])
  assert.is(check.code, 2)
  assert.match(check.out, /KN002/)
  const golden = run('kubenat-golden', [])
  assert.is(golden.code, 2)
  assert.match(golden.out, /missing required argument 'dir'/)
})

hooks.run()
