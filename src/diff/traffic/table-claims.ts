import type { Ip } from '../../address/address.js'
import { chainOf } from '../../rules/check.js'
import type { Field, L4Protocol } from '../../rules/match.js'
import type { MapElement, Table } from '../../rules/table.js'
import { type Claim, type Destination, destinationKey, type Owner } from '../../traffic/packet.js'

const PROTOCOLS: readonly string[] = ['tcp', 'udp', 'sctp']

/** The destinations that rules look up in the verdict maps of tables, by destination key. */
export function tableClaims(tables: readonly Table[]): ReadonlyMap<string, Claim> {
  const claims = new Map<string, Claim>()
  for (const table of tables) {
    const keys = keysOfMaps(table)
    for (const { name, elements } of table.maps) {
      for (const fields of keys.get(name) ?? []) {
        for (const element of elements) {
          const destination = destinationOf(fields, element.key)
          if (destination === undefined) continue
          const key = destinationKey(destination)
          const owner = claims.get(key)?.owner ?? ownerOf(element)
          claims.set(key, { destination, owner })
        }
      }
    }
  }
  return claims
}

/** The fields that rules look into each map with. */
function keysOfMaps({ chains }: Table): ReadonlyMap<string, readonly (readonly Field[])[]> {
  const keys = new Map<string, (readonly Field[])[]>()
  for (const { rules } of chains) {
    for (const { statements } of rules) {
      for (const statement of statements) {
        if (statement.kind !== 'vmap') continue
        const known = keys.get(statement.map)
        const same = known?.some(fields => fields.join() === statement.key.join())
        if (known === undefined) keys.set(statement.map, [statement.key])
        else if (!same) known.push(statement.key)
      }
    }
  }
  return keys
}

function destinationOf(fields: readonly Field[], key: readonly string[]): Destination | undefined {
  const value = (field: Field): string | undefined => key[fields.indexOf(field)]
  const port = value('dport')
  const protocol = value('l4proto')
  if (port === undefined || protocol === undefined || !PROTOCOLS.includes(protocol))
    return undefined
  const at = value('daddr')
  if (at?.includes('/')) return undefined
  return {
    at: (at as Ip | undefined) ?? 'node',
    protocol: protocol as L4Protocol,
    port: Number(port),
  }
}

/** kube-proxy names its chains and the elements of its maps for the service port they belong to. */
function ownerOf({ comment, verdict }: MapElement): Owner | undefined {
  const [, namespace, name, portName = ''] = COMMENT.exec(comment ?? '') ?? []
  if (namespace !== undefined && name !== undefined) return { namespace, name, portName }
  const [, inChain, serviceName, nameOfPort] = CHAIN.exec(chainOf(verdict) ?? '') ?? []
  return inChain === undefined || serviceName === undefined || nameOfPort === undefined
    ? undefined
    : { namespace: inChain, name: serviceName, portName: nameOfPort }
}

/** `shop/web:http`. */
const COMMENT = /^([a-z0-9.-]{1,63})\/([a-z0-9.-]{1,253})(?::([a-z0-9-]{1,63}))?$/
/** `external-ULMVA6XW-shop/web/tcp/http`; one that is cut tells less than the whole name. */
const CHAIN =
  /^(?:service|local|external|firewall)-[A-Z2-7]{8}-([a-z0-9.-]+)\/([a-z0-9.-]+)\/(?:tcp|udp|sctp)\/([a-z0-9-]*)$/
