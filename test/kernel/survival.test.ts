import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type CompileResult, compile } from '../../src/compile.js'
import { transactionText } from '../../src/diff/rules/transaction.js'
import { LAYOUTS } from '../../src/layouts/registry.js'
import type { LayoutName } from '../../src/options/modes.js'
import type { RawOptions } from '../../src/options/table.js'
import {
  cable,
  ip,
  type Lab,
  type Namespace,
  openLab,
  setSysctls,
} from '../../src/verify/lab/lab.js'
import { clusterChange } from '../arbitrary/change.js'
import type { KubeObject } from '../arbitrary/cluster.js'
import { inFreshNamespace, loadRules, type NftBinary, nftVersions } from './nft.js'

// What a transaction does not mean to change is not touched: counters, clients on record, connections.

const survival = suite('survival of transactions')

const LAYOUT_NAMES = Object.keys(LAYOUTS) as LayoutName[]
const TRANSACTIONS = 100
const TSX = import.meta.resolve('tsx')
const CONVERSATION = fileURLToPath(new URL('./conversation.ts', import.meta.url))
const CLIENT = '192.0.2.2'
const NODE = '192.0.2.1'
const POD = '10.244.200.2'
const KEPT = '10.96.1.1'
const POD_PORT = 8080
// Milliseconds that an answer may take.
const PATIENCE = 20_000

for (const nft of nftVersions()) {
  for (const layout of LAYOUT_NAMES) {
    survival(`counters and clients of unchanged services, ${layout}, nft ${nft.version}`, () =>
      checkState(nft, layout),
    )
  }

  survival(
    `a TCP connection lives through ${TRANSACTIONS} of them, nft ${nft.version}`,
    async () => {
      const lab = openLab()
      try {
        await checkConnection(lab, nft)
      } finally {
        await lab.close()
      }
    },
  )
}

survival.run()

/** Puts a counter and a client in place as packets would, and changes another Service. */
async function checkState(nft: NftBinary, layout: LayoutName): Promise<void> {
  const sticky = { sessionAffinity: 'ClientIP' }
  const kept = service('kept', KEPT, [POD, '10.244.200.3'], sticky)
  const options = { layout, counters: true }
  const before = compiled([...kept, ...service('web', '10.96.1.2', ['10.244.200.4'])], options)
  const after = compiled(
    [...kept, ...service('web', '10.96.1.2', ['10.244.200.4', '10.244.200.5'])],
    options,
  )
  const [table] = before.tables
  const clients = table?.sets.find(({ timeout }) => timeout !== undefined)?.name
  const element = table?.maps
    .find(({ name }) => name === 'service-ips')
    ?.elements.find(({ key }) => key.includes(KEPT))
  const chain = element && 'chain' in element.verdict ? element.verdict.chain : undefined
  const key = element?.key.join(' . ')
  const state = [
    `add element ip kube-proxy ${clients} { ${CLIENT} }`,
    `delete element ip kube-proxy service-ips { ${key} }`,
    `add element ip kube-proxy service-ips { ${key} counter packets 7 bytes 420 : goto ${chain} }`,
    '',
  ].join('\n')
  const texts = [before.rules ?? '', state, transactionText(before.tables, after.tables)]
  const script = `
    while read -r length; do head -c "$length" | "$@" -f -; done
    "$@" list set ip kube-proxy '${clients}'; "$@" list map ip kube-proxy service-ips`
  const input = texts.map(text => `${Buffer.byteLength(text)}\n${text}`).join('')
  const listed = await inFreshNamespace(nft, script, input)
  assert.ok(texts[2]?.includes('10.244.200.5'), 'the transaction changes something')
  assert.match(listed, `elements = { ${CLIENT} expires`)
  assert.match(listed, 'counter packets 7 bytes 420')
}

/** A client talks to a pod through the node while its rules change around the one Service. */
async function checkConnection(lab: Lab, nft: NftBinary): Promise<void> {
  const [client, node, pod] = await Promise.all(['client', 'node', 'pod'].map(lab.namespace))
  if (!client || !node || !pod) throw new Error('no namespaces')
  await connectAll(client, node, pod)
  const states = clusters()
  await loadRules(nft, node, states[0]?.rules ?? '')
  await guest(lab, pod, 'serve', String(POD_PORT))
  const talk = await guest(lab, client, 'talk', KEPT, '80')
  for (const [index, { tables }] of states.entries()) {
    const change = transactionText(states[index - 1]?.tables ?? tables, tables)
    const [answer] = await Promise.all([talk(`say-${index}`), loadRules(nft, node, change)])
    assert.is(answer, `say-${index} say-${index}`, change)
  }
}

async function connectAll(client: Namespace, node: Namespace, pod: Namespace): Promise<void> {
  await cable([client, 'eth0'], [node, 'outside'])
  await cable([pod, 'eth0'], [node, 'pod'])
  await ip(node, `address add ${NODE}/24 dev outside`, `route add ${POD} dev pod`)
  await ip(client, `address add ${CLIENT}/24 dev eth0`, `route add default via ${NODE}`)
  await ip(pod, `address add ${POD} dev eth0`, `route add ${NODE} dev eth0`)
  await ip(pod, `route add default via ${NODE}`)
  await setSysctls(node, ['net/ipv4/ip_forward=1'])
}

/** Starts one side of a conversation; resolves, when it is ready, to a way of asking it. */
async function guest(
  lab: Lab,
  { enter }: Namespace,
  ...words: readonly string[]
): Promise<(line: string) => Promise<string>> {
  const started = lab.start([...enter, process.execPath, '--import', TSX, CONVERSATION, ...words])
  const lines = createInterface({ input: started.stdout })
  assert.is(await nextLine(lines), 'ready')
  return line => {
    const answer = nextLine(lines)
    started.stdin.write(`${line}\n`)
    return answer
  }
}

async function nextLine(lines: Interface): Promise<string> {
  const [line] = await once(lines, 'line', { signal: AbortSignal.timeout(PATIENCE) })
  return String(line)
}

/** Random clusters in random layouts, with the Service that is talked to in each. */
function clusters(): readonly CompileResult[] {
  const kept = service('kept', KEPT, [POD])
  const draws = fc.sample(
    fc.tuple(clusterChange(), fc.constantFrom(...LAYOUT_NAMES), fc.constantFrom(...LAYOUT_NAMES)),
    TRANSACTIONS / 2 + 1,
  )
  return draws
    .flatMap(([[before, after], ...layouts]) => [
      compiled([...before, ...kept], { layout: layouts[0] }),
      compiled([...after, ...kept], { layout: layouts[1] }),
    ])
    .slice(0, TRANSACTIONS + 1)
}

function compiled(items: readonly KubeObject[], options: RawOptions): CompileResult {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  const result = compile([{ name: 'list.json', text }], {
    node: 'worker-1',
    'node-addresses': NODE,
    'cluster-cidr': '10.244.0.0/16',
    ...options,
  })
  assert.ok(result.rules)
  return result
}

function service(
  name: string,
  clusterIP: string,
  endpoints: readonly string[],
  spec = {},
): readonly KubeObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'steady', name },
      spec: { clusterIP, ports: [{ port: 80 }], ...spec },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        namespace: 'steady',
        name: `${name}-a`,
        labels: { 'kubernetes.io/service-name': name },
      } as KubeObject['metadata'],
      addressType: 'IPv4',
      ports: [{ port: POD_PORT }],
      endpoints: endpoints.map(address => ({ addresses: [address] })),
    },
  ]
}
