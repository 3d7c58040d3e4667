import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { groupBy } from '../src/util/collections.js'
import { type Group, runGuarded, type Tally } from './guard/run-guarded.js'
import { iptablesVersions } from './kernel/iptables.js'
import { kernelPrefix } from './kernel/lacks.js'
import { nftVersions } from './kernel/nft.js'
import { builtComponents, hasGo } from './real/components.js'

// npm test [-- [unit|kernel|real] [pattern]]: the checks, the unit tests, the tests in the real kernel.
// Those beside the real control plane need Go, and run where they are asked for. The last line tells the
// results; the exit code is 1 if anything failed.

const TESTS = fileURLToPath(new URL('.', import.meta.url))
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const CHECKS = ['types', 'lint', 'unused', 'drift']
const LIMIT_SECONDS = 300
/** Of the unit tests. More than there are processors only load the same modules once more. */
const UNIT_PROCESSES = Math.min(4, availableParallelism())

const [first = '', second] = process.argv.slice(2)
const part = first === 'unit' || first === 'kernel' || first === 'real' ? first : undefined
const pattern = part ? second : first
const wanted = new RegExp(pattern || '', 'i')

const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.test.ts') && wanted.test(file))
  .sort()
const kernelFiles = files.filter(file => file.startsWith('kernel/'))
const iptablesFiles = kernelFiles.filter(file => /^kernel\/(?:verify\/)?iptables/.test(file))
const realFiles = files.filter(file => file.startsWith('real/'))
const unitFiles = files.filter(file => !/^(kernel|real|bench)\//.test(file))

async function main(): Promise<void> {
  // The tests of the kernel call commands that lie beyond the path of some users.
  process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`
  process.env.FC_SEED ||= String(randomInt(2 ** 31))
  console.log(`FC_SEED=${process.env.FC_SEED} (set it to repeat the property tests of this run)`)
  // Leaving by process.exit ends the running tests too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

  const results: Tally[] = []
  const everything = !part && !pattern
  if (everything) results.push(...(await Promise.all(CHECKS.map(check))))
  const isMeant = (name: typeof part, of: readonly string[]): boolean =>
    (!part || part === name) && (!pattern || of.length > 0)
  if (isMeant('unit', unitFiles)) results.push(await unitTests())
  if (isMeant('kernel', kernelFiles)) results.push(await kernelTests())
  if (part === 'real') results.push(await realTests())
  if (results.length === 0) results.push(failure(`no test file matches ${pattern}`))
  report(results)
}

/** One of the scripts that make up `npm run check`. */
function check(script: string): Promise<Tally> {
  return new Promise(resolve => {
    execFile('npm', ['run', '--silent', script], { cwd: ROOT }, (error, stdout, stderr) => {
      console.log(`${error ? 'FAIL' : 'ok'} npm run ${script}`)
      if (error) console.error(`${stdout}${stderr}`)
      resolve({ passed: error ? 0 : 1, failed: error ? 1 : 0, skipped: 0 })
    })
  })
}

const unitTests = (): Promise<Tally> =>
  guarded({ dir: TESTS, files: unitFiles, limit: LIMIT_SECONDS, processes: UNIT_PROCESSES })

async function kernelTests(): Promise<Tally> {
  const prefix = kernelPrefix()
  if ('words' in prefix) {
    const versions = nftVersions().map(({ version }) => version)
    const iptables = iptablesVersions().map(({ name }) => `iptables-${name}`)
    console.log(`kernel tests with nft ${[versions.join(' and '), ...iptables].join(', ')}`)
    if (iptables.length > 0 || iptablesFiles.length === 0)
      return inKernel(kernelFiles, prefix.words)
    const rest = kernelFiles.filter(file => !iptablesFiles.includes(file))
    const skipped = skip(iptablesFiles, 'no iptables works here')
    return rest.length > 0 ? sumOf([await inKernel(rest, prefix.words), skipped]) : skipped
  }
  return skip(kernelFiles, prefix.lack)
}

/** A network and processes of their own: nothing of a control plane outlives its test, however it ends. */
const OWN_WORLD = 'unshare --net --mount --pid --fork --kill-child --mount-proc'.split(' ')
/** Building the components from cold is part of it. */
const REAL_LIMIT_SECONDS = 1800

async function realTests(): Promise<Tally> {
  if (!hasGo()) {
    const lack = 'there is no Go to build the control plane with'
    console.error(`SKIPPED: the tests beside the real control plane cannot run here: ${lack}`)
    return { passed: 0, failed: 0, skipped: realFiles.length }
  }
  builtComponents()
  const group = { dir: TESTS, limit: REAL_LIMIT_SECONDS, prefix: OWN_WORLD }
  const tallies: Tally[] = []
  for (const file of realFiles) tallies.push(await guarded({ ...group, files: [file] }))
  return sumOf(tallies)
}

/** Verification takes longest: each file of it has a process and a limit of its own. */
async function inKernel(files: readonly string[], prefix: readonly string[]): Promise<Tally> {
  const tallies: Tally[] = []
  const parts = groupBy(files, file => (file.startsWith('kernel/verify/') ? file : 'kernel'))
  for (const part of parts.values())
    tallies.push(await guarded({ dir: TESTS, files: part, limit: LIMIT_SECONDS, prefix }))
  return sumOf(tallies)
}

/** Tests that cannot run: under CI they must. */
function skip(files: readonly string[], lack: string): Tally {
  if (process.env.CI) return failure(`the kernel tests cannot run: ${lack}`)
  console.error(`SKIPPED: the kernel tests (${files.join(', ')}) cannot run here: ${lack}`)
  return { passed: 0, failed: 0, skipped: files.length }
}

async function guarded(group: Group): Promise<Tally> {
  const judgement = await runGuarded(group, text => process.stdout.write(text))
  for (const problem of judgement.problems) console.error(`FAIL ${problem}`)
  return judgement
}

function failure(message: string): Tally {
  console.error(`FAIL ${message}`)
  return { passed: 0, failed: 1, skipped: 0 }
}

function sumOf(results: readonly Tally[]): Tally {
  const total = (count: keyof Tally) => results.reduce((sum, tally) => sum + tally[count], 0)
  return { passed: total('passed'), failed: total('failed'), skipped: total('skipped') }
}

function report(results: readonly Tally[]): void {
  const { passed, failed, skipped } = sumOf(results)
  if (failed > 0) process.exitCode = 1
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
}

await main()
