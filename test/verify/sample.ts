import type { Ip } from '../../src/address/address.js'
import type { Check } from '../../src/verify/check.js'
import type { FlowCheck } from '../../src/verify/flows.js'
import type { Failed, Report, Result } from '../../src/verify/report.js'
import type { Setting } from '../../src/verify/report-text.js'
import { servicePort } from '../build.js'

// A report with everything in it that a report may have.

export const SETTING: Setting = { node: 'worker-1', color: false, left: [] }

const CLIENT = { kind: 'outside', name: 'outside 203.0.113.5', ip: '203.0.113.5' as Ip } as const
const HALF = { numerator: 1, denominator: 2 }
const [A, B] = [
  { ip: '10.244.1.10' as Ip, port: 8080 },
  { ip: '10.244.2.10' as Ip, port: 8080 },
]

/** A check of the port `http` of `default/web`, which stands in line 2 of `web.yaml`. */
export function checkOf(more: Partial<Check> = {}): Check {
  return {
    client: { ...CLIENT, inputInterface: 'eth0' },
    destination: {
      kind: 'cluster-ip',
      ip: '10.96.0.1' as Ip,
      port: 80,
      protocol: 'tcp',
      servicePort: servicePort({ portName: 'http' }),
    },
    expected: {
      verdict: 'backends',
      reason: { code: 'policy', text: 'internalTrafficPolicy Cluster' },
      backends: [
        { at: A, share: HALF, masqueraded: true },
        { at: B, share: HALF, masqueraded: true },
      ],
    },
    ...more,
  }
}

/** A failure of it: the source was not masqueraded. */
export function failedCheck(more: Partial<Failed> = {}): Failed {
  return {
    kind: 'packets',
    status: 'failed',
    check: checkOf(),
    problem: '10.244.1.10:8080 saw the source 203.0.113.5: not masqueraded',
    observed: [
      { observation: { kind: 'answer', at: A, source: CLIENT.ip }, count: 2 },
      { observation: { kind: 'stray', at: { ip: B.ip, port: 81 } }, count: 1 },
    ],
    where: { file: 'web.yaml', line: 2, column: 7 },
    explanation: {
      kind: 'paths',
      hidden: 1,
      paths: [
        {
          share: HALF,
          outcome: { kind: 'accept' },
          to: '10.244.1.10:8080',
          masqueraded: false,
          asExpected: false,
          steps: [
            {
              hook: 'prerouting',
              table: 'ip kube-proxy',
              chain: 'nat-prerouting',
              rule: 'jump services',
            },
            {
              hook: 'prerouting',
              table: 'ip kube-proxy',
              chain: 'services',
              rule: 'ip daddr . meta l4proto . th dport vmap @service-ips',
              element: '10.96.0.1 . tcp . 80',
            },
          ],
        },
      ],
    },
    ...more,
  }
}

/** A check of a flow that contradicts the objects. */
export function flowCheck(name: string): FlowCheck {
  const check = checkOf()
  const text = 'flows:\n  - from: outside\n    to: default/web:80\n'
  const source = { name: `${name}.yaml`, text }
  const place = { source, start: 0, end: text.length, path: ['flows', 0] }
  return {
    ...check,
    expected: { verdict: 'dropped', reason: { code: 'flow', text: 'the flow says so' } },
    derived: check.expected,
    flow: {
      name,
      subject: { label: name, place },
      from: { kind: 'clients', clients: 'outside' },
      to: { kind: 'service', namespace: 'default', name: 'web', port: '80', protocol: undefined },
      via: undefined,
      family: undefined,
      expect: { verdict: 'dropped', backends: undefined, masquerade: undefined },
    },
  }
}

/** A failure of a test of shares. */
export const failedShares = (): Failed => {
  const { explanation: _, ...failed } = failedCheck()
  return {
    ...failed,
    kind: 'shares',
    problem: 'the shares differ',
    observed: [],
    shares: {
      samples: 200,
      p: 0.00001,
      rounds: 2,
      detectable: 0.3,
      backends: [
        { at: A, share: HALF, expected: 100, observed: 150 },
        { at: B, share: HALF, expected: 100, observed: 50 },
      ],
    },
  }
}

export const PASSED: Result = { kind: 'packets', status: 'passed', check: checkOf() }
export const SKIPPED: Result = {
  kind: 'packets',
  status: 'skipped',
  check: checkOf(),
  reason: 'the kernel has no SCTP',
}

/** A report of results. */
export function reportOf(results: readonly Result[], more: Partial<Report> = {}): Report {
  const count = (status: Result['status']) => results.filter(one => one.status === status).length
  return {
    results,
    totals: {
      destinations: 1,
      checks: results.length,
      passed: count('passed'),
      failed: count('failed'),
      skipped: count('skipped'),
      probes: 42,
    },
    sampled: undefined,
    unexplainedArrivals: 0,
    milliseconds: 1234,
    ...more,
  }
}
