import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { EnvironmentError } from '../../util/environment-error.js'

/** The commands of this machine that load rules. */
export interface Tools {
  /** The command, and the words that come before its arguments, if any. */
  readonly nft: readonly string[]
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

/**
 * The commands of a lab on this machine.
 *
 * @throws EnvironmentError naming every one that is missing, and its package
 */
export function findTools(folders: readonly string[] = labPath().split(delimiter)): Tools {
  const found = new Map(
    Object.keys(PACKAGES).map(name => [
      name,
      folders.map(folder => join(folder, name)).find(isExecutable),
    ]),
  )
  const missing = Object.entries(PACKAGES).filter(([name]) => found.get(name) === undefined)
  if (missing.length === 0) return { nft: [found.get('nft') ?? 'nft'] }
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
