import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type AnySchema } from 'ajv'
import { load } from 'js-yaml'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeProject } from './ci-package.js'

const action = suite('GitHub Action')

const fileOf = (path: string): string =>
  readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
interface Step {
  readonly uses?: string
  readonly run?: string
  readonly shell?: string
  readonly env?: Readonly<Record<string, string>>
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  readonly runs: { readonly steps: readonly Step[] }
}
const TEXT = fileOf('action.yml')
const ACTION = load(TEXT) as Action
const { version, engines } = JSON.parse(fileOf('package.json')) as {
  version: string
  engines: { node: string }
}
const [script = ''] = ACTION.runs.steps.flatMap(({ run }) => run ?? [])
const environment = Object.assign({}, ...ACTION.runs.steps.map(({ env }) => env)) as Record<
  string,
  string
>

const { folder } = makeProject()

const fileIn = (path: string, text: string): string => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
  return path
}

/** Runs the step as GitHub's runner does, in the project, with the inputs in its environment. */
function run(inputs: Readonly<Record<string, string>>) {
  const env = Object.entries(environment).map(([name, value]) => {
    const [, input = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value) ?? []
    return [name, inputs[input] ?? ACTION.inputs[input]?.default ?? ''] as const
  })
  const path = fileIn('step.sh', script)
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-e', '-o', 'pipefail', path],
    {
      cwd: folder,
      encoding: 'utf8',
      // The version that is installed is the one asked for: npx has nothing to fetch.
      env: { ...process.env, ...Object.fromEntries(env), npm_config_offline: 'true', CI: 'true' },
    },
  )
  return { code: status, out: stdout, err: stderr }
}

action('fits the published schema', () => {
  const schema = JSON.parse(fileOf('test/schemas/github-action.json')) as AnySchema
  const fits = new Ajv({ allErrors: true, strict: false }).compile(schema)
  assert.ok(fits(ACTION), JSON.stringify(fits.errors))
  assert.not.ok(fits({ ...ACTION, inputs: { files: { require: true } } }))
  assert.not.ok(fits({ ...ACTION, runs: { using: 'composite', steps: [{ run: 'true' }] } }))
})

action('no input is text of a script', () => {
  assert.not.match(script, /\$\{\{/)
  for (const name of Object.keys(environment)) assert.match(script, new RegExp(`\\$\\{?${name}\\b`))
  assert.equal(
    [...script.matchAll(/\bKUBENAT_\w+/g)].map(([name]) => name).filter(name => !environment[name]),
    [],
  )
})

action('every input is used, and every input used is declared', () => {
  const used = [...TEXT.matchAll(/\binputs\.([\w-]+)/g)].map(([, name = '']) => name)
  assert.equal([...new Set(used)].sort(), Object.keys(ACTION.inputs).sort())
})

action('its version is the one of the package, its Node.js one that the package runs on', () => {
  assert.is(ACTION.inputs.version?.default, version)
  const least = Number(/^>=(\d+)$/.exec(engines.node)?.[1])
  assert.ok(Number(ACTION.inputs['node-version']?.default) >= least)
})

action('other actions are pinned to a major version', () => {
  const uses = ACTION.runs.steps.flatMap(step => step.uses ?? [])
  assert.equal(uses.length, 1)
  for (const name of uses) assert.match(name, /^actions\/[\w-]+@v\d+$/)
})

action('the README gives it inputs that it has, and its version', () => {
  const [, yaml = ''] = /```yaml\n(steps:\n[\s\S]*?)```/.exec(fileOf('README.md')) ?? []
  const { steps } = load(yaml) as { steps: { uses: string; with?: Record<string, string> }[] }
  const own = steps.filter(({ uses }) => uses.startsWith('OWNER/kubenat@'))
  assert.is(own.length, 2)
  for (const { uses, with: inputs = {} } of own) {
    assert.is(uses, `OWNER/kubenat@v${version}`)
    for (const name of Object.keys(inputs)) assert.ok(Object.hasOwn(ACTION.inputs, name), name)
  }
})

action('check prints annotations and fails for errors, or with --fail-on-warn', () => {
  const files = 'golden/example-shop'
  const fine = run({ files: `${files}/objects.yaml` })
  assert.is(fine.code, 0, fine.err)
  assert.match(fine.out, /^::warning title=KN210 /m)
  assert.is(run({ files: `${files}/objects.yaml`, args: '--fail-on-warn' }).code, 1)
  const bad = fileIn(
    'bad.yaml',
    'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 0 }] }\n',
  )
  const { code, out } = run({ files: `${files}/objects.yaml\n${bad}\n` })
  assert.is(code, 1)
  assert.match(out, /^::error title=KN012 [^\n]*,file=bad\.yaml,line=4/m)
})

action('node and further flags arrive, a line each', () => {
  const files = 'golden/example-shop/objects.yaml'
  assert.match(run({ files, node: 'worker-9' }).out, /^::error title=KN061 /m)
  const args =
    '--node=worker-1\n\n--disable\nKN210\n--fail-on-warn\n--cluster-cidr=10.244.0.0/16,fd00:10:244::/56'
  const { code, out } = run({ files, args })
  assert.is(code, 0, out)
  assert.not.match(out, /KN210/)
  for (const command of ['check', 'golden']) {
    const { code, err } = run({ command, files, args: '--no such * flag' })
    assert.is(code, 2)
    assert.match(err, /unknown option '--no such \* flag'/)
  }
})

action('golden fails when rules differ', () => {
  assert.is(run({ command: 'golden', files: 'golden' }).code, 0)
  const expected = join(folder, 'golden/example-shop/expected.nft')
  const before = readFileSync(expected)
  appendFileSync(expected, '# one line more\n')
  const { code, out } = run({ command: 'golden', files: 'golden' })
  writeFileSync(expected, before)
  assert.is(code, 1)
  assert.match(out, /^-# one line more$/m)
})

action('inputs that make no sense are refused', () => {
  for (const [inputs, message] of [
    [{ files: '' }, /at least one file/],
    [{ files: '\n \n' }, /at least one file/],
    [{ files: 'a', command: 'compile' }, /check or golden/],
    [{ files: 'a', version: 'npm:other@1' }, /version/],
    [{ files: 'a', version: '' }, /version/],
  ] as const) {
    const { code, out } = run(inputs)
    assert.is(code, 2)
    assert.match(out, message)
    assert.match(out, /^::error title=kubenat::[\w ]+\n$/)
  }
})

action('foreign text in inputs does nothing', () => {
  const text = `x"; touch hacked; $(touch hacked) \`touch hacked\` ' && touch hacked #`
  for (const input of Object.keys(ACTION.inputs)) {
    const { code } = run({ files: 'golden/example-shop/objects.yaml', [input]: text })
    if (input !== 'node-version') assert.is.not(code, 0, input)
  }
  assert.not.ok(existsSync(join(folder, 'hacked')))
  const name = fileIn(
    `some $(touch hacked) 'objects'.yaml`,
    'kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n',
  )
  assert.is(run({ files: name }).code, 0)
  assert.not.ok(existsSync(join(folder, 'hacked')))
})

action.run()
