import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { xmlAttribute, xmlText } from '../../src/text/frames.js'
import { elementsOf } from '../xml.js'

const xml = suite('text in XML')

xml('signs of XML become references', () => {
  assert.is(
    xmlText(`<a href="x">'&'</a>`),
    '&lt;a href=&quot;x&quot;&gt;&apos;&amp;&apos;&lt;/a&gt;',
  )
  assert.is(xmlText(']]>'), ']]&gt;')
})

xml('lines stay lines, and what XML 1.0 forbids is spelt', () => {
  assert.is(xmlText('a\nb'), 'a\nb')
  assert.is(xmlText('a\tb'), 'a&#9;b')
  assert.is(
    xmlText('\u0000\u001b\r\ufffe\uffff\ud800'),
    '\\u0000\\u001b\\u000d\\ufffe\\uffff\\ud800',
  )
  assert.is(xmlText('\ud83d\ude00'), '\ud83d\ude00')
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through.
const UNFIT = /[<>"'\u0000-\u0009\u000b-\u001f\ufffe\uffff]|&(?![a-z]+;|#9;)/

xml('no text gets out of its place', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      assert.not.match(xmlText(text), UNFIT)
    }),
  )
})

xml('a reader gets back what was written', () => {
  const text = ' <a href="b">&amp;\n\t]]> '
  const [element] = elementsOf(`<a b="${xmlAttribute(text)}">${xmlText(text)}</a>`)
  assert.is(element?.attributes.get('b'), text)
  assert.is(element?.text, text)
})

xml.run()
