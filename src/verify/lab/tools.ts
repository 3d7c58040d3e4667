import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Family } from '../../address/address.js'
import { IPTABLES } from '../../rules/build.js'
import { EnvironmentError } from '../../util/errors.js'

/** The commands of this machine that load rules: each with the words before its arguments, if any. */
export interface Tools {
  readonly nft: readonly string[]
  /** `iptables-restore` and `ip6tables-restore`, as far as they were asked for. */
  readonly restore: Readonly<Partial<Record<Family, readonly string[]>>>
}

// Where administration commands lie, which is not on the PATH of every user.
const FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** The PATH with the folders of administration commands; who starts a lab has to run with it. */
export const labPath = (path = process.env.PATH ?? ''): string =>
  [...new Set([...path.split(delimiter).filter(folder => folder !== ''), ...FOLDERS])].join(
    delimiter,
  )

/** The package that brings each command, where distributions differ in their names. */
const PACKAGES = {
  nft: 'nftables',
  ip: 'iproute2, on Fedora iproute',
  unshare: 'util-linux, on Alpine util-linux-misc',
  nsenter: 'util-linux, on Alpine util-linux-misc',
} as const
const RESTORE_PACKAGE = 'iptables, on Fedora iptables-nft'

/** The command that loads rules for iptables of a family. */
export const restoreCommand = (family: Family): string => `${IPTABLES[family].command}-restore`

/**
 * The words before the arguments of a restore command. The legacy one takes a lock, which the whole
 * machine would share, and of which a file would remain: here it is that of the network namespace.
 */
export const restoreWords = (command: string): readonly string[] => [
  'env',
  'XTABLES_LOCKFILE=/proc/self/ns/net',
  command,
  '-w',
  '5',
]

/**
 * The commands of a lab on this machine.
 *
 * @param families those of which rules for iptables are to be loaded
 * @throws EnvironmentError naming every one that is missing, and its package
 */
export function findTools(
  families: readonly Family[] = [],
  folders: readonly string[] = labPath().split(delimiter),
): Tools {
  const wanted: readonly (readonly [name: string, source: string])[] = [
    ...Object.entries(PACKAGES),
    ...families.map(family => [restoreCommand(family), RESTORE_PACKAGE] as const),
  ]
  const pathOf = (name: string): string | undefined =>
    folders.map(folder => join(folder, name)).find(isExecutable)
  const found = new Map(wanted.map(([name]) => [name, pathOf(name)]))
  const missing = wanted.filter(([name]) => found.get(name) === undefined)
  if (missing.length === 0) {
    const restore = families.map(family => {
      const name = restoreCommand(family)
      return [family, restoreWords(found.get(name) ?? name)] as const
    })
    return { nft: [found.get('nft') ?? 'nft'], restore: Object.fromEntries(restore) }
  }
  const list = missing.map(([name, source]) => `${name} (package ${source})`)
  throw new EnvironmentError(`missing on this machine: ${list.join('; ')}`)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
