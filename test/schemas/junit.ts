import { readFileSync } from 'node:fs'
import { XmlDocument, XmlValidateError, XsdValidator } from 'libxml2-wasm'

/** The published schema of JUnit reports. */
const schema = XsdValidator.fromDoc(
  XmlDocument.fromBuffer(readFileSync(new URL('./junit-10.xsd', import.meta.url))),
)

/** What is wrong with a JUnit report by its published schema; throws on anything that is no XML. */
export function junitFaults(text: string): string[] {
  const document = XmlDocument.fromString(text)
  try {
    schema.validate(document)
    return []
  } catch (error) {
    if (error instanceof XmlValidateError) return error.details.map(({ message }) => message)
    throw error
  } finally {
    document.dispose()
  }
}
