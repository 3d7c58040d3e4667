import { FAMILY } from '../ir/family.js'
import type {
  Chain,
  ElementSet,
  EndpointElement,
  EndpointMap,
  KeyType,
  MapElement,
  Table,
  TableFamily,
  VerdictMap,
} from '../ir/table.js'
import { displayName } from '../model/service-port.js'
import { FRAMES } from './frames.js'
import { keyText as fieldsText, ruleText, verdictText } from './nft-rule.js'
import { address, comment, identifier, keyPart, label } from './safe.js'

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
      ...table.endpointMaps.map(map => endpointMapText(family, map)),
      ...table.chains.map(chain => chainText(family, chain, settings.comments)),
    ],
  })
}

const setText = (family: TableFamily, set: ElementSet): string =>
  FRAMES.set({
    name: identifier(set.name),
    type: typeText(family, set.key),
    ...(set.timeout === undefined ? {} : { flags: 'dynamic,timeout', timeout: `${set.timeout}s` }),
    ...(set.interval ? { flags: 'interval' } : {}),
    ...(set.comment === undefined ? {} : { comment: comment(set.comment) }),
    elements: set.elements.map(({ key }) => keyText(key)),
  })

const mapText = (family: TableFamily, map: VerdictMap): string =>
  FRAMES.map({
    name: identifier(map.name),
    type: `${typeText(family, map.key)} : verdict`,
    comment: comment(map.comment),
    counters: map.counters === true,
    elements: map.elements.map(verdictElementText),
  })

/** An element of a verdict map: `10.96.0.1 . tcp . 80 : goto service-...`. */
export const verdictElementText = (element: MapElement): string =>
  `${keyText(element.key)}${noteText(element)} : ${verdictText(element.verdict)}`

/** An element of an endpoint map: `10.96.0.1 . tcp . 80 . 0 : 10.244.0.9 . 8080`. */
export const endpointElementText = (element: EndpointElement): string =>
  `${keyText(element.key)}${noteText(element)} : ${address(element.to.ip)} . ${element.to.port}`

const noteText = (element: { readonly comment?: string }): string =>
  element.comment === undefined ? '' : ` comment "${comment(element.comment)}"`

/** Any random number serves for the declaration: rules look up with moduli of their own. */
const BUCKET = 'numgen random mod 65536'

const endpointMapText = (family: TableFamily, map: EndpointMap): string =>
  FRAMES.endpointMap({
    name: identifier(map.name),
    key: `${fieldsText(family, map.fields)} . ${BUCKET}`,
    value: fieldsText(family, ['daddr', 'dport']),
    comment: comment(map.comment),
    elements: map.elements.map(endpointElementText),
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
