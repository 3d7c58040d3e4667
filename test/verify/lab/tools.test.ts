import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { EnvironmentError } from '../../../src/util/errors.js'
import { findTools, labPath } from '../../../src/verify/lab/tools.js'

const tools = suite('tools of a lab')
const folder = mkdtempSync(join(tmpdir(), 'kubenat-tools-'))
tools.after(() => rmSync(folder, { recursive: true }))

tools('are looked for on the PATH first, then where administration commands lie', () => {
  assert.is(labPath('/a:/usr/sbin:'), '/a:/usr/sbin:/usr/local/sbin:/sbin')
  for (const name of ['nft', 'ip', 'unshare', 'nsenter']) {
    writeFileSync(join(folder, name), '#!/bin/sh\n')
    chmodSync(join(folder, name), 0o755)
  }
  assert.equal(findTools([], ['/nowhere', folder]), { nft: [join(folder, 'nft')], restore: {} })
})

tools('to load rules for iptables are those of the families asked for', () => {
  const find = (): unknown => findTools(['IPv6'], [folder])
  assert.throws(find, /^missing on this machine: ip6tables-restore \(package iptables/)
  const command = join(folder, 'ip6tables-restore')
  writeFileSync(command, '#!/bin/sh\n')
  chmodSync(command, 0o755)
  const { restore } = findTools(['IPv6'], [folder])
  assert.equal(Object.keys(restore), ['IPv6'])
  assert.ok(restore.IPv6?.includes(command))
})

tools('that are missing are named with their packages, all at once', () => {
  // Neither a folder nor a file that cannot be run is a command.
  rmSync(join(folder, 'unshare'))
  mkdirSync(join(folder, 'unshare'))
  chmodSync(join(folder, 'nsenter'), 0o644)
  const find = (): unknown => findTools([], [folder])
  assert.throws(find, (error: unknown) => error instanceof EnvironmentError)
  assert.throws(find, /^missing on this machine: unshare \(package .*\); nsenter \(package .*\)$/)
})

tools.run()
