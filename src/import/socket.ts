import type { SocketAddress } from '../rules/statement.js'
import type { AddressReader } from './address.js'
import { isCount, partsOf } from './json.js'

export const MAX_PORT = 65535

/** An address and a port that stand apart. */
export function socketOf(
  address: unknown,
  port: unknown,
  read: AddressReader,
): SocketAddress | undefined {
  const ip = read(address)
  return ip !== undefined && isCount(port, MAX_PORT) ? { ip, port } : undefined
}

/** The concatenation `address . port` as the value of a map element. */
export function socketValue(value: unknown, read: AddressReader): SocketAddress | undefined {
  const parts = partsOf(value)
  return parts.length === 2 ? socketOf(parts[0], parts[1], read) : undefined
}
