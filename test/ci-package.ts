import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OPTIONS_FILE } from '../src/golden/case.js'
import { runGoldens } from '../src/golden/golden.js'
import { KUBENAT, makeFolder } from './cli.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** A project of somebody who uses kubenat: it is installed there, with an example beside it. */
export interface Project {
  readonly folder: string
  /** Where the command is. */
  readonly bin: string
}

/** Makes such a project in a folder of its own, which ends with the process. */
export function makeProject(): Project {
  const { folder } = makeFolder()
  const installed = join(folder, 'node_modules/kubenat')
  const bin = join(folder, 'node_modules/.bin')
  mkdirSync(join(installed, 'dist'), { recursive: true })
  mkdirSync(bin)
  cpSync(join(ROOT, 'package.json'), join(installed, 'package.json'))
  cpSync(KUBENAT, join(installed, 'dist/cli.cjs'))
  symlinkSync('../kubenat/dist/cli.cjs', join(bin, 'kubenat'))
  const example = join(folder, 'golden/example-shop')
  mkdirSync(example, { recursive: true })
  for (const file of ['objects.yaml', OPTIONS_FILE])
    cpSync(join(ROOT, 'golden/example-shop', file), join(example, file))
  runGoldens(join(folder, 'golden'), { update: true })
  return { folder, bin }
}
