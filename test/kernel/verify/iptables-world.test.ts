import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLab } from '../../../src/verify/lab/lab.js'
import { openWorld } from '../../../src/verify/lab/world.js'
import { type Ruleset, RulesetError, type World } from '../../../src/verify/run/run.js'
import { iptablesVersions } from '../iptables.js'
import { BACKEND_PORT, FAMILIES, FAR, ip, NODE, POD, SCENE, STRANGER, serviceIp } from './scene.js'
import { toolsOf } from './trials.js'

// The world of `kubenat verify` with rules for iptables, in every implementation that works here.

const lab = openLab()
const versions = iptablesVersions()
// Milliseconds.
const PATIENCE = 600

/** Every table there is, with policies and chains; DNAT of a Service, and all else dropped. */
const tables = (service: string, pod: string, to: string): string => `
# as iptables-save prints it
*mangle
:FORWARD DROP [3:4]
[1:2] -A FORWARD -d ${pod} -j ACCEPT
[1:2] -A FORWARD -s ${pod} -j ACCEPT
COMMIT
*raw
:PREROUTING ACCEPT [0:0]
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OTHERS - [0:0]
-A FORWARD -j OTHERS
-A OTHERS -m comment --comment "somebody else's" -j ACCEPT
COMMIT
*nat
-A PREROUTING -d ${service} -p tcp -m tcp --dport 80 -j DNAT --to-destination ${to}:${BACKEND_PORT}
COMMIT
`
const RULES: Ruleset = {
  kind: 'iptables',
  texts: {
    IPv4: tables(serviceIp(10)[0], POD[0], POD[0]),
    IPv6: tables(serviceIp(10)[1], POD[1], `[${POD[1]}]`),
  },
  localhost: false,
}

for (const [index, version] of versions.entries()) {
  const worlds = suite(`a world with rules for iptables-${version.name}`)
  let opening: Promise<World> | undefined
  const opened = (): Promise<World> => {
    opening ??= openWorld(SCENE, toolsOf(version), lab)
    return opening
  }
  if (index === versions.length - 1) worlds.after(lab.close)

  /** What a probe from outside to an address comes to. */
  const meet = async (family: 0 | 1, address: string, port: number): Promise<string> => {
    const sender = { kind: 'outside', name: 'outside', inputInterface: 'eth0' } as const
    const client = { ...sender, ip: STRANGER[family] }
    const to = { ip: ip(address), port, protocol: 'tcp' } as const
    const world = await opened()
    const [found] = await world.probe(client, to, { times: 1, patience: PATIENCE })
    return found?.kind === 'answer' ? found.at.ip : (found?.kind ?? '')
  }

  worlds('all tables of a dump are loaded, in both families', async () => {
    await (await opened()).load(RULES)
    for (const family of FAMILIES) {
      assert.is(await meet(family, serviceIp(10)[family], 80), POD[family])
      assert.is(await meet(family, POD[family], BACKEND_PORT), POD[family])
      assert.is(await meet(family, FAR[family], BACKEND_PORT), 'silence')
    }
  })

  worlds('other rules take the place of all of them, in either language', async () => {
    const world = await opened()
    for (const next of [
      { kind: 'nft', text: '' },
      { kind: 'iptables', texts: {}, localhost: true },
      { kind: 'iptables', texts: { IPv4: '', IPv6: '' }, localhost: false },
    ] as const) {
      await world.load(RULES)
      assert.match(await world.list(), /^\*filter$/m)
      await world.load(next)
      for (const family of FAMILIES) {
        assert.is(await meet(family, FAR[family], BACKEND_PORT), FAR[family])
        assert.is(await meet(family, NODE[family], BACKEND_PORT), NODE[family])
      }
    }
    await world.load({ kind: 'nft', text: '' })
    assert.match(await world.list(), /"nftables"/)
  })

  worlds('what is refused is told in the words of the command', async () => {
    const world = await opened()
    const refused = async (texts: object): Promise<RulesetError> => {
      const loading = world.load({ kind: 'iptables', texts, localhost: false })
      const error = await loading.catch((error: unknown) => error)
      assert.instance(error, RulesetError)
      return error as RulesetError
    }
    const { tool, message } = await refused({ IPv4: '*nat\n-A PREROUTING --bogus\nCOMMIT\n' })
    assert.is(tool, 'iptables-restore')
    assert.match(message, /unknown option "--bogus"[\s\S]*line: 2/)
    assert.is((await refused({ IPv6: 'table ip x { }' })).tool, 'ip6tables-restore')
    assert.is(await meet(0, FAR[0], BACKEND_PORT), FAR[0])
  })

  worlds.run()
}
