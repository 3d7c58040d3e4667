import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kernelPrefix } from '../kernel/lacks.js'
import type { Bench } from './bench.js'
import { change } from './change.js'
import { compile } from './compile.js'
import { flow } from './flow.js'
import { follow } from './follow.js'
import { hash } from './hash.js'
import { openInputs } from './inputs.js'
import { iptables } from './iptables.js'
import { layouts } from './layouts.js'
import { load } from './load.js'
import { openLoads } from './loads.js'
import { machineText } from './machine.js'
import { memory } from './memory.js'
import { openReport } from './report.js'
import { shares } from './shares.js'

// npm run bench [-- ITEM...]: measures, as ratios within one run where it can, because single times say
// little on a shared machine. The exit code is 1 if a value is over its limit, 2 if nothing could be
// measured.

const ITEMS: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  compile,
  layouts,
  load,
  memory,
  change,
  follow,
  flow,
  shares,
  iptables,
  hash,
}
const LIMIT_MINUTES = 20

const names = process.argv.slice(2)

async function main(): Promise<number> {
  const unknown = names.filter(name => !Object.hasOwn(ITEMS, name))
  const prefix = kernelPrefix()
  const lack = 'lack' in prefix ? prefix.lack : undefined
  if (unknown.length > 0 || lack !== undefined) {
    const items = Object.keys(ITEMS).join(', ')
    console.error(lack ?? `no such item: ${unknown.join(', ')}; there are ${items}`)
    return 2
  }
  const report = openReport(console.log)
  const folder = mkdtempSync(join(tmpdir(), 'kubenat-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const inputs = await openInputs(folder)
  console.log(machineText())
  const bench = { inputs, report, loads: openLoads(inputs) }
  const wanted = names.length > 0 ? names : Object.keys(ITEMS)
  for (const name of wanted) await ITEMS[name]?.(bench)
  console.log(report.over() === 0 ? '\nall within limits' : `\n${report.over()} OVER`)
  return report.over() === 0 ? 0 : 1
}

process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`
if (process.getuid?.() === 0) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))
  setTimeout(() => {
    console.error(`not done after ${LIMIT_MINUTES} minutes`)
    process.exit(1)
  }, LIMIT_MINUTES * 60_000).unref()
  process.exitCode = await main()
} else {
  // The same again, as root of a network of its own.
  const [command = '', ...words] = ['unshare', '-rn', process.execPath, ...process.execArgv]
  const { status } = spawnSync(command, [...words, ...process.argv.slice(1)], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}
