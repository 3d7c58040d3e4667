import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { xsdFaults } from './xsd.js'

const XSD_FILE = fileURLToPath(new URL('./junit-10.xsd', import.meta.url))
/** The published schema of JUnit reports. */
export const JUNIT_XSD = readFileSync(XSD_FILE, 'utf8')
const hasXmllint = spawnSync('xmllint', ['--version']).error === undefined

/** What is wrong with a JUnit report by its published schema; xmllint is asked too, where it is. */
export function junitFaults(text: string): string[] {
  const faults = xsdFaults(JUNIT_XSD, text)
  if (!hasXmllint) return faults
  const args = ['--noout', '--schema', XSD_FILE, '-']
  const { status, stderr } = spawnSync('xmllint', args, { input: text, encoding: 'utf8' })
  return status === 0 ? faults : [...faults, stderr]
}
