import type { PortPlan } from '../../plan/plan.js'
import { portChains } from '../../rules/iptables.js'
import { servicePortNames, TABLE_NAME } from '../../rules/names.js'
import type { Change, Sides } from '../finding.js'
import { changeOf, touchPort } from '../touches.js'

/** KN314: clients on record; with one endpoint there is nothing to remember. */
export function affinity({ iptables }: Sides): Change | undefined {
  const touches = iptables.ports.flatMap(({ port, cluster, local }) => {
    const { affinitySeconds: seconds } = port
    const most = Math.max(cluster.length, local.length)
    return seconds === undefined || most < 2
      ? []
      : touchPort(port, `${seconds} s, ${most} endpoints`, ['spec', 'sessionAffinity'])
  })
  return changeOf('the clients on record are forgotten once', touches)
}

/** KN318: the chains of each service port that leads anywhere. */
export const names = ({ iptables }: Sides): Change | undefined =>
  changeOf(
    `KUBE-* chains of nat and filter become chains of the table ${TABLE_NAME}`,
    iptables.ports
      .filter(({ reachable }) => reachable.length > 0)
      .map(planned => touchPort(planned.port, renaming(planned))),
  )

function renaming({ port, cluster }: PortPlan): string {
  const chain = cluster.length > 0 ? 'service' : 'local'
  return `${portChains(port)[chain]} becomes ${servicePortNames(port)[chain]}`
}
