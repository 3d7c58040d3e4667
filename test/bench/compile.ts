import { statSync } from 'node:fs'
import type { Bench } from './bench.js'
import { ON_THE_NODE, runNode } from './inputs.js'
import { inTurn, median } from './measure.js'

const RUNS = 5
const PARSE = `
  const text = require('node:fs').readFileSync(process.argv[1], 'utf8')
  const start = process.hrtime.bigint()
  JSON.parse(text)
  process.stdout.write(String(Number(process.hrtime.bigint() - start) / 1e6))
`

/** The whole command on what kubectl prints for a large cluster. */
export async function compile({ inputs, report }: Bench): Promise<void> {
  const small = inputs.corpus(10_000)
  const large = inputs.corpus(20_000)
  const size = (statSync(small).size / 1e6).toFixed(0)
  report.title(`compile: 10,000 services, 100,000 endpoints, ${size} MB of kubectl JSON`)

  let peak = 0
  const whole = (file: string) => () => {
    const { ms, mb } = runNode([inputs.cli, 'compile', '-f', file, ...ON_THE_NODE])
    if (file === small) peak = Math.max(peak, mb)
    return ms
  }
  const [parse = 0, once = 0, twice = 0] = (
    await inTurn(RUNS, [
      () => Number(runNode(['-e', PARSE, small]).stdout),
      whole(small),
      whole(large),
    ])
  ).map(median)
  const [empty = 0, help = 0] = (
    await inTurn(RUNS, [() => runNode(['-e', '0']).ms, () => runNode([inputs.cli, '--help']).ms])
  ).map(median)

  const ms = (value: number) => `${value.toFixed(0)} ms`
  report.table(
    ['', 'time'],
    [
      ['JSON.parse of the file', ms(parse)],
      ['the whole command', ms(once)],
      ['the whole command, 20,000 services', ms(twice)],
      ['kubenat --help', ms(help)],
      ['an empty script', ms(empty)],
    ],
  )
  report.atMost('the whole command, over JSON.parse of the same file', once / parse, 12)
  report.atMost('peak memory', peak, 600, 'MB')
  report.atMost('twice the input, over once', twice / once, 2.3)
  report.atMost('kubenat --help, over an empty script', help / empty, 1.8)
}
