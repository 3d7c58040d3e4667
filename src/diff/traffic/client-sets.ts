import type { Family } from '../../address/address.js'
import { groupBy } from '../../util/collections.js'
import { CLIENT_CLASSES, type Client } from './clients.js'
import { inFewWords } from './region-words.js'
import type { Region } from './regions.js'
import type { ClientSet } from './report.js'

/** Names some clients of all there are, in as few words as they allow. */
export function clientSets(
  some: ReadonlySet<Client>,
  all: readonly Client[],
  family: Family,
): readonly ClientSet[] {
  const byClass = groupBy(all, client => client.class)
  return CLIENT_CLASSES.flatMap(name => {
    const members = byClass.get(name) ?? []
    const seen = members.filter(client => some.has(client))
    if (seen.length === 0) return []
    if (seen.length === members.length) return { class: name }
    if (name === 'node') return { class: name, only: seen.map(({ saddr }) => saddr.after) }
    return partsOf(seen, members, family)
  })
}

/** Sources by the interface that they come in by, where that makes a difference. */
function partsOf(
  seen: readonly Client[],
  members: readonly Client[],
  family: Family,
): readonly ClientSet[] {
  const byInterface = groupBy(members, client => client.inputInterface)
  const of = (client: Client): boolean => seen.includes(client)
  return [...byInterface].flatMap(([name, clients]) => {
    const inside = clients.filter(of)
    const [first] = inside
    if (first === undefined) return []
    const via = byInterface.size > 1 && name !== undefined ? { interface: name } : {}
    if (inside.length === clients.length) return { class: first.class, ...via }
    const regions = (list: readonly Client[]): readonly Region[] =>
      list.flatMap(({ region }) => region ?? [])
    const outside = regions(clients.filter(client => !of(client)))
    const { only, except } = inFewWords(regions(inside), outside, family)
    return {
      class: first.class,
      ...(only ? { only } : {}),
      ...(except ? { except } : {}),
      ...via,
    }
  })
}
