import type { Lint } from './lint.js'

/** Where the kernel begins to take whole seconds to load kube-proxy's layout. */
const MANY_PORTS = 1000

/** KN290. */
export const SIZE_LINTS = {
  KN290: {
    needs: 'object',
    check: ({ cluster, settings }, tell) => {
      const most = Math.max(...settings.families.map(family => cluster.ports[family].length))
      if (settings.layout !== 'kube-proxy' || most <= MANY_PORTS) return
      const message = `${most} service ports: --layout maps does the same and loads in a fraction of the time`
      tell.field(undefined, [], message)
    },
  },
} as const satisfies Record<string, Lint>
