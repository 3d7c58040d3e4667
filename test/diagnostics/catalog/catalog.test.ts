import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CATALOG } from '../../../src/diagnostics/catalog/index.js'

const catalog = suite('catalogue')

const entries = Object.entries(CATALOG)

catalog('codes are in order and well-formed', () => {
  const codes = Object.keys(CATALOG)
  assert.ok(codes.every(code => /^KN\d{3}$/.test(code)))
  assert.equal([...codes].sort(), codes)
})

// A code may be added, never taken away or made to mean something else.
catalog('no code has gone and none has changed its severity', () => {
  const of = (severity: string) =>
    entries
      .filter(([, entry]) => entry.severity === severity)
      .map(([code]) => code.slice(2))
      .join(' ')
  assert.is(
    of('error'),
    '001 002 003 004 006 007 009 010 011 012 020 021 022 025 030 031 032 033 034 035 036 037 038 039 040 041 045 050 051 052 053 054 060 061 063 070 073 074 075 080 081 082 084 100 120 122 124 130 131 132 133 134 140',
  )
  assert.is(
    of('warning'),
    '005 008 013 014 015 023 024 042 043 046 056 062 071 072 076 077 083 101 103 104 105 106 107 108 109 110 111 112 113 114 115 116 121 123 141 201 202 207 208 210 211 212 220 221 222 223 225 226 227 228 229 234 241 242 243 244 245 246 250 251 252 255 256 257 258 259 260 262 263 270 271 272 273 274 281 290 300 301 305 306 307 308 309 310 313 315 316 317',
  )
  assert.is(
    of('note'),
    '203 204 205 206 209 213 214 215 224 230 231 232 233 240 247 253 254 261 275 276 280 302 303 304 311 312 314 318 319 320',
  )
})

catalog('every entry explains itself in plain sentences', () => {
  for (const [code, { title, reason, remedy }] of entries) {
    assert.match(title, /^[A-Za-z][^.]*[^.]$/, code)
    for (const prose of [reason, remedy]) {
      assert.match(prose, /^[^ ].*\.$/, code)
      assert.match(prose, /^[ -~]+$/, `${code} is not ASCII`)
      assert.not.match(prose, / {2}/, code)
      assert.ok(prose.length >= 10 && prose.length <= 320, `${code}: ${prose.length} characters`)
    }
  }
})

catalog('no two entries say the same', () => {
  for (const field of ['title', 'reason', 'remedy'] as const) {
    const texts = entries.map(([, entry]) => entry[field])
    const twice = texts.filter((text, index) => texts.indexOf(text) !== index)
    assert.equal(twice, [], field)
  }
})

catalog.run()
