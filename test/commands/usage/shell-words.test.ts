import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fishWord, shWord, zshSpecText } from '../../../src/commands/usage/completion.js'
import { isInstalled, outputOf, type Shell } from './shells.js'

const words = suite('words of shells')

const QUOTE: Readonly<Record<Shell, (text: string) => string>> = {
  bash: shWord,
  zsh: shWord,
  fish: fishWord,
}
const HERE = (Object.keys(QUOTE) as Shell[]).filter(isInstalled)
const ARGS: Readonly<Record<Shell, readonly string[]>> = {
  bash: ['--norc', '-c'],
  zsh: ['-f', '-c'],
  fish: ['--no-config', '-c'],
}

words('plain words stay as they are', () => {
  for (const text of ['compile', '--layout', 'KN012', 'a,b/c.d:e']) {
    assert.is(shWord(text), text)
    assert.is(fishWord(text), text)
  }
})

words('quotes, expansions and the empty word are quoted', () => {
  assert.is(shWord("it's $HOME"), "'it'\\''s $HOME'")
  assert.is(fishWord("it's \\n $HOME"), "'it\\'s \\\\n $HOME'")
  assert.is(shWord(''), "''")
  assert.is(fishWord(''), "''")
  // An assignment, a path of zsh's and a variable of fish's.
  assert.is(shWord('a=b'), "'a=b'")
  assert.is(fishWord('%self'), "'%self'")
})

words('what zsh takes for its own in a specification is escaped', () => {
  assert.is(zshSpecText('a:b [c] \\d'), 'a\\:b \\[c\\] \\\\d')
})

words('every shell reads back the very text', () => {
  const text = fc.string({ unit: fc.constantFrom(...` \t'"\\$\`!*?[]{}()<>|&;#~^%=:,.-+@/aKé\n`) })
  fc.assert(
    fc.property(fc.array(text, { minLength: 20, maxLength: 40 }), texts => {
      for (const shell of HERE) {
        const script = `printf '%s\\0' ${texts.map(QUOTE[shell]).join(' ')}`
        const output = outputOf(shell, [...ARGS[shell], script])
        assert.equal(output.split('\0').slice(0, -1), texts, shell)
      }
    }),
    { numRuns: 8 },
  )
})

words.run()
