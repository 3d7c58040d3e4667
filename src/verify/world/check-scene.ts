import { familyOf, type Ip, isLoopback, isUnusable } from '../../address/address.js'
import { type Scene, UPLINK } from '../../traffic/packet.js'

/** A scene that cannot be built, and why. */
export class SceneError extends Error {
  override readonly name = 'SceneError'
}

/** Names that the kernel takes, and that mean nothing in a file of commands. */
const DEVICE = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/
const TAKEN = new Set([UPLINK, 'lo', 'all', 'default'])
const BROADCAST = '255.255.255.255'

/**
 * Makes sure that a scene can be built.
 *
 * @throws SceneError with the first reason why not
 */
export function checkScene({ node, pods, bridge, beyond, listeners }: Scene): void {
  const owners = new Map<Ip, string>()
  const claim = (ip: Ip, owner: string): void => {
    if (!isHostAddress(ip)) throw new SceneError(`${owner} cannot have the address ${ip}`)
    const other = owners.get(ip)
    if (other !== undefined) throw new SceneError(`${ip} belongs to ${other} and to ${owner}`)
    owners.set(ip, owner)
  }
  const devices = new Set<string>()
  const claimDevice = (device: string): void => {
    if (!DEVICE.test(device) || TAKEN.has(device) || devices.has(device))
      throw new SceneError(`the node cannot have a device ${JSON.stringify(device)}`)
    devices.add(device)
  }

  for (const ip of new Set(node.addresses)) claim(ip, `node ${node.name}`)
  if (bridge !== undefined) claimDevice(bridge)
  for (const { name, addresses, device } of pods) {
    claimDevice(device)
    for (const ip of new Set(addresses)) claim(ip, `pod ${name}`)
    if (new Set(addresses.map(familyOf)).size < new Set(addresses).size)
      throw new SceneError(`pod ${name} has two addresses of one family: ${addresses.join(', ')}`)
  }
  for (const ip of new Set(beyond)) claim(ip, 'a host behind the uplink')
  for (const { ip, port, protocol } of listeners)
    if (!canBeAsked(ip) || !isPort(port))
      throw new SceneError(`nobody can listen at ${ip} ${protocol} port ${port}`)
}

/** Whether packets can be sent to an address at all: loopback addresses are the node's own. */
export const canBeAsked = (ip: Ip): boolean => isLoopback(ip) || isHostAddress(ip)

const isHostAddress = (ip: Ip): boolean => !isUnusable(ip) && ip !== BROADCAST

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port <= 65_535
