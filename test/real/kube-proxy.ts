import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ip } from '../../src/address/address.js'
import type { RawOptions } from '../../src/options/table.js'
import { type Component, startComponent } from './components.js'
import type { ControlPlane } from './control-plane.js'

const listOf = (value: unknown): readonly string[] =>
  value === undefined ? [] : String(value).split(',')

/** The configuration of a kube-proxy that has the options of a compile. */
function proxyConfiguration(
  plane: ControlPlane,
  options: RawOptions,
  mode: 'nftables' | 'iptables',
): object {
  const masquerade = {
    masqueradeAll: options['masquerade-all'] === true || options['masquerade-all'] === 'true',
    masqueradeBit: Number(options['masquerade-bit'] ?? 14),
    minSyncPeriod: '0s',
    syncPeriod: '1h',
  }
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode,
    hostnameOverride: options.node,
    clientConnection: { kubeconfig: plane.kubeconfig },
    clusterCIDR: listOf(options['cluster-cidr']).join(','),
    nodePortAddresses: listOf(options['nodeport-addresses']),
    detectLocalMode: options['detect-local-mode'] ?? 'ClusterCIDR',
    detectLocal: {
      bridgeInterface: options['pod-bridge-interface'] ?? '',
      interfaceNamePrefix: options['pod-interface-name-prefix'] ?? '',
    },
    nftables: masquerade,
    iptables: {
      ...masquerade,
      localhostNodePorts: String(options['iptables-localhost-nodeports'] ?? 'true') === 'true',
    },
    // A test's network namespace has the sysctls of the machine, which are not its own to write.
    conntrack: {
      maxPerCore: 0,
      tcpEstablishedTimeout: '0s',
      tcpCloseWaitTimeout: '0s',
      tcpBeLiberal: String(options['conntrack-tcp-be-liberal'] ?? 'false') === 'true',
    },
    healthzBindAddress: '127.0.0.1:10256',
    metricsBindAddress: '127.0.0.1:10249',
  }
}

/** Starts kube-proxy in the network namespace of the control plane, on an uplink with the node's addresses. */
export function startKubeProxy(
  plane: ControlPlane,
  options: RawOptions,
  mode: 'nftables' | 'iptables',
  addresses: readonly Ip[],
): Component {
  layUplink(addresses)
  const path = join(plane.folder, 'kube-proxy.json')
  writeFileSync(path, JSON.stringify(proxyConfiguration(plane, options, mode)))
  return startComponent(join(plane.components, 'kube-proxy'), ['--config', path], plane.folder)
}

/** An uplink that has the addresses and no others; its other end leads nowhere. */
function layUplink(addresses: readonly Ip[]): void {
  const ip = (...words: readonly string[]): void => {
    execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  try {
    execFileSync('ip', ['link', 'del', 'up0'], { stdio: 'ignore' })
  } catch {
    // There is none before the first case.
  }
  ip('link', 'add', 'up0', 'type', 'veth', 'peer', 'name', 'up1')
  ip('link', 'set', 'up1', 'up')
  ip('link', 'set', 'up0', 'up')
  for (const address of addresses) {
    const isV6 = address.includes(':')
    ip('addr', 'add', `${address}/${isV6 ? 64 : 24}`, 'dev', 'up0', ...(isV6 ? ['nodad'] : []))
  }
  if (addresses.some(one => !one.includes(':'))) ip('route', 'add', 'default', 'dev', 'up0')
  if (addresses.some(one => one.includes(':'))) ip('-6', 'route', 'add', 'default', 'dev', 'up0')
}
