import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { progressLine } from '../../src/commands/verify.js'
import { failedCheck } from '../verify/sample.js'

const progress = suite('progress line')

/** What was written, a terminal's signs spelt out, while a clock stands at the given times. */
function shown(
  isTTY: boolean,
  run: (line: ReturnType<typeof progressLine>, at: (ms: number) => void) => void,
): string {
  let text = ''
  let time = 0
  const terminal = { isTTY, write: (more: string) => (text += more) }
  run(
    progressLine(terminal, () => time),
    ms => {
      time = ms
    },
  )
  return text.replaceAll('\r\u001b[K', '|')
}

progress('one line is written anew, not too often, and at the end', () => {
  const text = shown(true, (line, at) => {
    line.show({ done: 1, total: 4 })
    at(10)
    line.show({ done: 2, total: 4 })
    at(90)
    line.show({ done: 3, total: 4 })
    at(91)
    line.show({ done: 4, total: 4 })
    line.clear()
  })
  assert.is(text, '|1/4 checks|3/4 checks|4/4 checks|')
})

progress('failures come above it at once', () => {
  const text = shown(true, line => {
    line.show({ done: 1, total: 4 })
    line.show({ done: 2, total: 4, failure: failedCheck({ problem: 'it\u001b[2J' }) })
  })
  assert.is(
    text,
    '|1/4 checks|FAIL default/web:http (IPv4): ClusterIP 10.96.0.1:80/tcp from outside 203.0.113.5: it\\u001b[2J\n2/4 checks, 1 failed',
  )
})

progress('of many failures only the count goes on', () => {
  const text = shown(true, line => {
    for (let done = 1; done <= 30; done++) line.show({ done, total: 40, failure: failedCheck() })
  })
  assert.is(text.match(/FAIL/g)?.length, 20)
})

progress('where nobody looks it is quiet', () => {
  const text = shown(false, line => {
    line.show({ done: 1, total: 1, failure: failedCheck() })
    line.clear()
  })
  assert.is(text, '')
})

progress.run()
