import { type Family, familyOf, type Ip } from '../address/address.js'
import type { Service } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import type { Cluster } from '../model/cluster.js'
import type { Node } from '../model/node.js'
import { UsageError } from '../options/read.js'
import { didYouMean, quote } from '../util/text.js'

/** What names on the command line may refer to. */
export interface Directory {
  readonly cluster: Cluster
  /** Every valid Service. */
  readonly services: readonly InputObject<Service>[]
}

/** What an end of a packet is in a family; nothing where it has no address of it. */
export type In<T> = (family: Family) => T | undefined

/** An end that has one address. */
export const inFamilyOf =
  <T extends { readonly ip: Ip }>(one: T): In<T> =>
  family =>
    family === familyOf(one.ip) ? one : undefined

/** @throws UsageError for a name that no node has */
export function nodeNamed(
  name: string,
  node: Node,
  directory: Directory | undefined,
  flag: string,
): Node {
  if (name === node.name) return node
  const nodes = directory?.cluster.nodes ?? []
  const found = nodes.find(one => one.name === name)
  if (found) return found
  throw unknownName(flag, 'node', name, [node.name, ...nodes.map(one => one.name)])
}

/** The error for a name that nothing has, with those nearest to it. */
export function unknownName(
  flag: string,
  what: string,
  name: string,
  known: readonly string[],
): UsageError {
  const hint = didYouMean(name, new Set(known))
  return new UsageError(`${flag}: no ${what} is named ${quote(name)}${hint}`)
}

/** The error for a name where nothing says what names there are. */
export const needsObjects = (flag: string): UsageError =>
  new UsageError(`${flag} takes names only beside objects (-f FILE): give an address`)
