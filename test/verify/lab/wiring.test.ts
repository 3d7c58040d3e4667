import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { podPlan, uplinkCommand } from '../../../src/verify/lab/scene.js'

const wiring = suite('wiring of a scene')

wiring('the two ends of a cable cannot have the same number', () => {
  const pod = { name: 'web', addresses: [], device: 'veth1' }
  const { commands = [] } = podPlan(pod, 0, { bridge: undefined }, { node: 1, hosts: 2 })
  const ofPod = commands.filter(command => command.includes(' type veth '))
  assert.is(ofPod.length, 2)
  for (const commands of [ofPod, [uplinkCommand(2)]]) {
    const indexes = commands.map(command => / index (\d+) .* type veth /.exec(command)?.[1])
    assert.ok(indexes.every(index => Number(index) >= 1_000_000))
    assert.is(new Set(indexes).size, indexes.length)
  }
})

wiring.run()
