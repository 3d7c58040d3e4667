import type { Service } from '../../generated/types.gen.js'
import type { InputObject } from '../../input/objects.js'
import { isServed, type Lint, listText, type World } from '../lint.js'

/** The API's default, which is three hours. */
const DEFAULT_SECONDS = 10800
/** Every unknown client is looked up in as many sets, one after the other. */
const MANY_ENDPOINTS = 100
const PATH = ['spec', 'sessionAffinity'] as const
const TIMEOUT = ['spec', 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds'] as const

const sticky = ({ objects }: World): readonly InputObject<Service>[] =>
  objects.Service.filter(
    service => service.value.spec.sessionAffinity === 'ClientIP' && isServed(service),
  )

/** KN230-KN234. */
export const AFFINITY_LINTS = {
  KN230: {
    needs: 'object',
    check: (world, tell) => {
      for (const service of sticky(world)) {
        const udp = (service.value.spec.ports ?? []).filter(({ protocol }) => protocol === 'UDP')
        if (udp.length === 0) continue
        const ports = listText(udp.map(({ port }) => `${port}/UDP`))
        tell.field(service, PATH, `is for flows, and conntrack decides how long one of ${ports} is`)
      }
    },
  },
  KN231: {
    needs: 'object',
    check: (world, tell) => {
      for (const service of sticky(world)) {
        const { length } = service.value.spec.ports ?? []
        if (length < 2) continue
        tell.field(service, PATH, `is kept for each of ${length} ports by itself`)
      }
    },
  },
  KN232: {
    needs: 'object',
    check: (world, tell) => {
      for (const service of sticky(world)) {
        const seconds = service.value.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds
        if (seconds === undefined) {
          tell.field(service, PATH, `lasts for ${DEFAULT_SECONDS} s, since no timeout is written`)
        } else if (seconds > DEFAULT_SECONDS) {
          tell.field(service, TIMEOUT, `is ${hoursText(seconds)} after a client's last connection`)
        }
      }
    },
  },
  KN233: {
    needs: 'all',
    check: ({ services }, tell) => {
      for (const { service, ports } of services) {
        const isWeighted = ports.some(
          ({ affinitySeconds, endpoints }) =>
            affinitySeconds !== undefined && endpoints.some(({ weight }) => weight !== 1),
        )
        if (isWeighted) tell.field(service, PATH, 'comes before weights: known clients stay')
      }
    },
  },
  KN234: {
    needs: 'all',
    check: ({ services }, tell) => {
      for (const { service, ports } of services) {
        const counts = ports.map(one =>
          one.affinitySeconds === undefined ? 0 : one.endpoints.length,
        )
        const most = Math.max(0, ...counts)
        if (most <= MANY_ENDPOINTS) continue
        tell.field(service, PATH, `makes a chain, a set and a rule for each of ${most} endpoints`)
      }
    },
  },
} as const satisfies Record<string, Lint>

const hoursText = (seconds: number): string => `${Math.round(seconds / 360) / 10} hours`
