import { FAMILY } from '../ir/family.js'
import type { Chain, ElementSet, KeyType, Table, TableFamily, VerdictMap } from '../ir/table.js'
import { displayName } from '../model/service-port.js'
import { FRAMES } from './frames.js'
import { ruleText, verdictText } from './nft-rule.js'
import { comment, identifier, keyPart, label } from './safe.js'

/** What a rule file says beside the rules. */
export interface NftTextSettings {
  readonly node: string
  /** Names the service port above each of its chains. */
  readonly comments: boolean
}

/** One table as a declarative `nft -f` file that replaces what the table held before, atomically. */
export function renderNftTable(table: Table, settings: NftTextSettings): string {
  const { family } = table
  return FRAMES.table({
    family,
    name: identifier(table.name),
    comment: comment(table.comment),
    node: label(settings.node),
    objects: [
      ...table.sets.map(set => setText(family, set)),
      ...table.maps.map(map => mapText(family, map)),
      ...table.chains.map(chain => chainText(family, chain, settings.comments)),
    ],
  })
}

const setText = (family: TableFamily, set: ElementSet): string =>
  FRAMES.set({
    name: identifier(set.name),
    type: typeText(family, set.key),
    ...(set.timeout === undefined ? {} : { timeout: `${set.timeout}s` }),
    ...(set.comment === undefined ? {} : { comment: comment(set.comment) }),
    elements: set.elements.map(({ key }) => keyText(key)),
  })

const mapText = (family: TableFamily, map: VerdictMap): string =>
  FRAMES.map({
    name: identifier(map.name),
    type: `${typeText(family, map.key)} : verdict`,
    comment: comment(map.comment),
    elements: map.elements.map(element => {
      const note = element.comment === undefined ? '' : ` comment "${comment(element.comment)}"`
      return `${keyText(element.key)}${note} : ${verdictText(element.verdict)}`
    }),
  })

const chainText = (family: TableFamily, chain: Chain, comments: boolean): string =>
  FRAMES.chain({
    name: identifier(chain.name),
    ...(comments && chain.origin.port ? { source: label(displayName(chain.origin.port)) } : {}),
    ...(chain.comment === undefined ? {} : { comment: comment(chain.comment) }),
    ...(chain.base === undefined
      ? {}
      : { base: { ...chain.base, priority: String(chain.base.priority) } }),
    rules: chain.rules.map(rule => ruleText(family, rule)),
  })

const keyText = (key: readonly string[]): string => key.map(keyPart).join(' . ')

const typeText = (family: TableFamily, key: readonly KeyType[]): string =>
  key.map(type => FAMILY[family].types[type]).join(' . ')
