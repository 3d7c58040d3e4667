import { displayName } from '../model/service-port.js'
import { FAMILY } from '../rules/build.js'
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
} from '../rules/table.js'
import { invariant } from '../util/errors.js'
import {
  type ChainView,
  type EndpointMapView,
  FRAMES,
  type MapView,
  type SetView,
} from './frames.js'
import { keyText as fieldsText, ruleText, verdictText } from './nft.js'
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
  invariant(table.foreign === undefined, 'an imported table with foreign objects is not rendered')
  invariant(table.inet === undefined, 'a table of both families is not rendered')
  return FRAMES.table({
    family,
    name: identifier(table.name),
    ...commentOf(table),
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
  FRAMES.set({ ...setDefinition(family, set), elements: set.elements.map(setElementText) })

/** A set without its elements, in nft's words. */
export const setDefinition = (family: TableFamily, set: ElementSet): Omit<SetView, 'elements'> => ({
  name: identifier(set.name),
  type: typeText(family, set.key),
  ...(set.timeout === undefined ? {} : { flags: 'dynamic,timeout', timeout: `${set.timeout}s` }),
  ...(set.interval ? { flags: 'interval' } : {}),
  ...(set.autoMerge ? { autoMerge: true } : {}),
  ...commentOf(set),
})

/** An element of a set, and what an element of any set or map is deleted by: `10.96.0.1 . tcp . 80`. */
export const setElementText = ({ key }: { readonly key: readonly string[] }): string => keyText(key)

const mapText = (family: TableFamily, map: VerdictMap): string =>
  FRAMES.map({ ...mapDefinition(family, map), elements: map.elements.map(verdictElementText) })

/** A verdict map without its elements, in nft's words. */
export const mapDefinition = (family: TableFamily, map: VerdictMap): Omit<MapView, 'elements'> => ({
  name: identifier(map.name),
  type: `${typeText(family, map.key)} : verdict`,
  ...commentOf(map),
  counters: map.counters === true,
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
    ...endpointMapDefinition(family, map),
    elements: map.elements.map(endpointElementText),
  })

/** An endpoint map without its elements, in nft's words. */
export const endpointMapDefinition = (
  family: TableFamily,
  map: EndpointMap,
): Omit<EndpointMapView, 'elements'> => ({
  name: identifier(map.name),
  key: `${fieldsText(family, map.fields)} . ${BUCKET}`,
  value: fieldsText(family, ['daddr', ...map.fields.slice(-1)]),
  ...commentOf(map),
})

const chainText = (family: TableFamily, chain: Chain, comments: boolean): string =>
  FRAMES.chain({
    ...(comments && chain.origin.port ? { source: label(displayName(chain.origin.port)) } : {}),
    ...chainDefinition(chain),
    rules: chain.rules.map(rule => ruleText(family, rule)),
  })

/** A chain without its rules, in nft's words. */
export const chainDefinition = (chain: Chain): Omit<ChainView, 'rules' | 'source'> => ({
  name: identifier(chain.name),
  ...commentOf(chain),
  ...(chain.base === undefined
    ? {}
    : { base: { ...chain.base, priority: String(chain.base.priority) } }),
})

/** The comment of an object in the words that nft takes, if it has one. */
export const commentOf = (object: { readonly comment?: string }): { comment?: string } =>
  object.comment === undefined ? {} : { comment: comment(object.comment) }

const keyText = (key: readonly string[]): string => key.map(keyPart).join(' . ')

const typeText = (family: TableFamily, key: readonly KeyType[]): string =>
  key.map(type => FAMILY[family].types[type]).join(' . ')
