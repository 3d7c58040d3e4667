import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { importRuleset } from '../../src/listing/ruleset.js'

const about = suite('what a listing is of')

interface TableText {
  readonly family?: string
  readonly name?: string
  readonly chains?: readonly string[]
  readonly elements?: readonly string[]
}

function codesOf(...tables: readonly TableText[]): readonly string[] {
  const nftables = tables.flatMap(
    ({ family = 'ip', name: table = 'kube-proxy', chains = [], elements }) => [
      { table: { family, name: table, handle: 1 } },
      ...chains.map(name => ({ chain: { family, table, name, handle: 2 } })),
      {
        set: {
          family,
          table,
          name: 'cluster-ips',
          type: `${family === 'ip' ? 'ipv4' : 'ipv6'}_addr`,
          handle: 3,
          ...(elements ? { elem: elements } : {}),
        },
      },
    ],
  )
  const problems = new Diagnostics()
  importRuleset({ name: 'live.json', text: JSON.stringify({ nftables }) }, problems, [
    'IPv4',
    'IPv6',
  ])
  return problems.all().map(({ code, message }) => `${code} ${message}`)
}

const PORT = 'service-ULMVA6XW-shop/web/tcp/http'
const IPTABLES: TableText = { name: 'nat', chains: ['PREROUTING', 'KUBE-SERVICES'] }

about("nothing is said of kube-proxy's own rules", () => {
  assert.equal(codesOf({ chains: ['services', PORT], elements: ['10.96.0.1'] }), [])
  assert.equal(codesOf({ chains: ['services', 'service-endpoints-check'] }), [])
})

about('a table that is not there is named, where no family has one', () => {
  assert.equal(codesOf({ name: 'filter' }), [
    "KN121 holds no table ip kube-proxy and no table ip6 kube-proxy: kube-proxy's rules are not loaded, or were flushed",
  ])
})

about('iptables mode is recognised, alone and beside', () => {
  assert.match(codesOf(IPTABLES).join(), /^KN122 table ip nat has the chain KUBE-SERVICES/)
  assert.match(
    codesOf(IPTABLES, { chains: ['services'] }).join(),
    /^KN123 .* beside the table kube-proxy$/,
  )
})

about('a listing without elements is none', () => {
  assert.match(codesOf({ chains: ['services', PORT] }).join(), /^KN124 table ip kube-proxy/)
})

about.run()
