import { parseIp } from '../../../src/address/address.js'
import type { Client, Place, Scene } from '../../../src/traffic/packet.js'
import { openLab } from '../../../src/verify/lab/lab.js'
import { findTools, inOwnNetwork } from '../../../src/verify/lab/tools.js'
import { openWorld } from '../../../src/verify/lab/world.js'

// A run like that of `kubenat verify`, for cleanup.test.ts to interrupt: opens a world, says so, and
// sends one probe that nobody answers for so many seconds. Ends with status 0.

const address = (text: string) => {
  const parsed = parseIp(text)
  if (!parsed) throw new Error(`no address: ${text}`)
  return parsed.ip
}
const POD = address('10.244.1.2')
const TO: Place = { ip: address('10.96.0.1'), port: 80, protocol: 'udp' }
const CLIENT: Client = { kind: 'pod', name: 'pod', ip: POD, inputInterface: 'veth1' }
const SCENE: Scene = {
  node: { name: 'worker-1', addresses: [address('192.168.50.11')] },
  pods: [{ name: 'pod', addresses: [POD], device: 'veth1' }],
  bridge: undefined,
  beyond: [],
  listeners: [{ ip: POD, port: 8080, protocol: 'tcp' }],
}
const DROP = 'table ip t { chain c { type filter hook forward priority 0; policy drop; }; }'

process.exitCode = await inOwnNetwork(async () => {
  const lab = openLab()
  try {
    const world = await openWorld(SCENE, findTools(), lab)
    await world.load({ kind: 'nft', text: DROP })
    console.log(`open ${process.pid}`)
    await world.probe(CLIENT, TO, { times: 1, patience: Number(process.argv[2]) * 1000 })
    return 0
  } finally {
    await lab.close()
  }
})
