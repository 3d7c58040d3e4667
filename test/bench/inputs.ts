import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleCommand } from '../../src/build/bundle.js'
import type { HashBy } from '../../src/model/hash.js'
import type { FormName, LayoutName } from '../../src/options/modes.js'
import { writeCorpus } from './corpus.js'
import { clock } from './measure.js'

export const LAYOUT_NAMES = ['kube-proxy', 'maps'] as const satisfies LayoutName[]

/** Options of every compile that fit the corpus. */
export const ON_THE_NODE = ['--node', 'worker-1', '--cluster-cidr', '10.0.0.0/8']

/** The same of every compile for iptables-restore. */
export const FOR_IPTABLES = ['--proxy-mode', 'iptables', '--ip-family', 'ipv4']

/** The command as it is published, and files made when they are first asked for. */
export interface Inputs {
  readonly cli: string
  /** A file of that name. */
  readonly file: (name: string, write: (path: string) => void) => string
  /** Objects of so many Services; as a variant, one endpoint of them all has another address. */
  readonly corpus: (services: number, variant?: 'changed' | HashBy) => string
  /** The rules of a corpus, as a file; of one whose Services hash their clients, if asked for. */
  readonly rules: (services: number, layout: LayoutName, hash?: HashBy) => string
  /** The rules of a corpus for iptables-restore, as a file. */
  readonly iptablesRules: (services: number, form: FormName) => string
  /** The transaction from a corpus to its variant, or back. */
  readonly transaction: (services: number, layout: LayoutName, way: 'there' | 'back') => string
}

/** Builds the command from the sources; everything lies in the folder. */
export async function openInputs(folder: string): Promise<Inputs> {
  const cli = join(folder, 'cli.cjs')
  await bundleCommand(cli)
  const made = new Set<string>()
  const once: Inputs['file'] = (name, write) => {
    const path = join(folder, name)
    if (!made.has(path)) write(path)
    made.add(path)
    return path
  }
  const corpus: Inputs['corpus'] = (services, variant) =>
    once(`${services}${variant ?? ''}.json`, file =>
      writeCorpus(file, services, variantOf(services, variant)),
    )
  const compile = (objects: string, options: readonly string[], file: string) =>
    runNode([cli, 'compile', '-f', objects, '-o', file, ...options, ...ON_THE_NODE])
  const diff = (services: number, layout: LayoutName, way: 'there' | 'back') => {
    const both = [corpus(services), corpus(services, 'changed')]
    const files = way === 'there' ? both : both.toReversed()
    const args = ['-o', 'nft', '--layout', layout, ...ON_THE_NODE]
    return runNode([cli, 'diff', ...files, ...args], 1).stdout
  }
  return {
    cli,
    file: once,
    corpus,
    rules: (services, layout, hash) =>
      once(`${services}.${layout}.${hash ?? ''}.nft`, file =>
        compile(corpus(services, hash), ['--layout', layout], file),
      ),
    iptablesRules: (services, form) =>
      once(`${services}.${form}.iptables`, file =>
        compile(corpus(services), [...FOR_IPTABLES, '--form', form], file),
      ),
    transaction: (services, layout, way) => {
      const name = `${services}.${layout}.${way}.nft`
      const file = once(name, path => writeFileSync(path, diff(services, layout, way)))
      return readFileSync(file, 'utf8')
    },
  }
}

function variantOf(services: number, variant: 'changed' | HashBy | undefined) {
  if (variant === undefined) return {}
  return variant === 'changed' ? { moved: Math.floor(services / 2) } : { hash: variant }
}

/** A run of Node.js as a process of its own. */
export interface NodeRun {
  readonly ms: number
  /** Peak memory. */
  readonly mb: number
  readonly stdout: string
}

const RSS = fileURLToPath(new URL('./rss.cjs', import.meta.url))

/** Runs Node.js with some arguments; throws unless it ends with the status expected. */
export function runNode(args: readonly string[], expected = 0): NodeRun {
  const start = clock()
  const child = spawnSync(process.execPath, ['-r', RSS, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  const ms = clock() - start
  if (child.status !== expected) throw new Error(`${args.join(' ')} failed:\n${child.stderr}`)
  const mb = Number(/peak-kb (\d+)/.exec(child.stderr)?.[1]) / 1024
  return { ms, mb, stdout: child.stdout }
}
