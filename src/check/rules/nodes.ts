import { FAMILIES, familyOf } from '../../address/address.js'
import { type Lint, listText } from '../lint.js'

/** KN062, KN280 and KN281. */
export const NODE_LINTS = {
  KN062: {
    needs: 'object',
    check: ({ nodes }, tell) => {
      for (const node of nodes) {
        if (node.addresses.length > 0) continue
        tell.node(node, ['status', 'addresses'], who => `no InternalIP or ExternalIP on ${who}`)
      }
    },
  },
  KN280: {
    needs: 'all',
    check: ({ nodes, cluster, settings }, tell) => {
      const entries = settings.plan.nodePortAddresses
      if (entries.length !== 1 || entries[0] !== 'primary') return
      for (const family of settings.families) {
        if (!cluster.ports[family].some(({ nodePort }) => nodePort !== undefined)) continue
        for (const node of nodes) {
          const own = node.addresses.filter(ip => familyOf(ip) === family)
          const rest = own.filter(ip => ip !== node.primary[family])
          if (rest.length === 0) continue
          tell.node(
            node,
            ['status', 'addresses'],
            who => `NodePorts answer on the primary ${family} address of ${who} alone`,
          )
        }
      }
    },
  },
  KN281: {
    needs: 'object',
    check: ({ nodes, settings }, tell) => {
      if (settings.plan.localTraffic.mode !== 'NodeCIDR') return
      for (const node of nodes) {
        for (const family of FAMILIES) {
          const [first, ...others] = node.podCIDRs.filter(cidr => familyOf(cidr) === family)
          if (others.length === 0) continue
          const message = `only ${first} tells pods, not ${listText(others)}`
          tell.field(node.object, ['spec', 'podCIDRs'], message)
        }
      }
    },
  },
} as const satisfies Record<string, Lint>
