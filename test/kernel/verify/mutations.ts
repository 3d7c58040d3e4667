import type { LayoutName } from '../../../src/options/modes.js'
import type { ServiceName } from '../shop.js'
import {
  ANSWERED,
  NOT_MASQUERADED,
  OTHER_SOURCE,
  REFUSED,
  SILENT,
  STRANGE,
  STRAY,
  UNFAITHFUL,
} from './wordings.js'

/** One way to break the shop's rules, and how verification is to notice. */
export interface Mutation {
  readonly layout: LayoutName
  /** The Services whose checks are tried; `beside` is what no Service stands behind. */
  readonly tries: readonly (ServiceName | 'beside')[]
  /** What the rules are searched for, everywhere, and what comes in its place. */
  readonly replace: RegExp
  readonly by: string
  /** How a failure is worded. */
  readonly says: RegExp
}

const kubeProxy = (
  tries: Mutation['tries'],
  replace: RegExp,
  by: string,
  says: RegExp,
): Mutation => ({ layout: 'kube-proxy', tries, replace, by, says })
const maps = (...[tries, replace, by, says]: Parameters<typeof kubeProxy>): Mutation => ({
  ...kubeProxy(tries, replace, by, says),
  layout: 'maps',
})

/** A rule or element of the kube-proxy layout, by a part of its line. */
const line = (part: string): RegExp =>
  new RegExp(`^.*${part.replace(/[.$@{}|*+?()[\]^]/g, '\\$&')}.*\\n`, 'gm')

/** Every mutation by what it does. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'no rules at all': kubeProxy(['web'], /^[\s\S]*$/, '', ANSWERED),
  'ClusterIPs are not masqueraded for outside': kubeProxy(
    ['web'],
    line('masquerade clusterIP traffic'),
    '',
    NOT_MASQUERADED,
  ),
  'ClusterIPs are masqueraded for pods too': kubeProxy(
    ['web'],
    / ip saddr != 10\.244\.0\.0\/16/g,
    '',
    OTHER_SOURCE,
  ),
  'node ports and external addresses are not masqueraded': kubeProxy(
    ['web'],
    line('comment "masquerade"'),
    '',
    NOT_MASQUERADED,
  ),
  'the node reaches Local destinations without masquerade': kubeProxy(
    ['local'],
    line('masquerade local traffic'),
    '',
    /masquerade/,
  ),
  'Local destinations are masqueraded': kubeProxy(
    ['local'],
    /fib saddr type local mark set/g,
    'mark set',
    OTHER_SOURCE,
  ),
  'the mark is another one than masquerading asks for': kubeProxy(
    ['web'],
    /mark and 0x004000 != 0 mark set mark xor 0x004000/g,
    'mark and 0x008000 != 0 mark set mark xor 0x008000',
    NOT_MASQUERADED,
  ),
  'everything is masqueraded': kubeProxy(
    ['local'],
    /mark and 0x004000 != 0 mark set mark xor 0x004000/g,
    '',
    OTHER_SOURCE,
  ),
  'the hairpin rule is gone': kubeProxy(['solo'], line('@hairpin-connections'), '', SILENT),
  'a hairpin element is gone': kubeProxy(
    ['solo'],
    line('10.244.1.10 . 10.244.1.10 . tcp . 8080'),
    '',
    SILENT,
  ),
  'a backend is missing': kubeProxy(
    ['web'],
    /mod 2 map \{ 0 : 10\.244\.1\.10 \. 8080, 1 : 10\.244\.2\.10 \. 8080 \}/g,
    'mod 1 map { 0 : 10.244.1.10 . 8080 }',
    /share|never/,
  ),
  'a backend is too many': kubeProxy(
    ['web'],
    /mod 2 map \{ 0 : 10\.244\.1\.10 \. 8080,/g,
    'mod 3 map { 2 : 10.244.9.9 . 8080, 0 : 10.244.1.10 . 8080,',
    STRAY,
  ),
  'a backend is another one': kubeProxy(
    ['solo'],
    /dnat to 10\.244\.1\.10:8080/g,
    'dnat to 10.244.2.10:8080',
    STRANGE,
  ),
  'a backend port is wrong': kubeProxy(
    ['solo'],
    /dnat to 10\.244\.1\.10:8080/g,
    'dnat to 10.244.1.10:8081',
    STRAY,
  ),
  'a refusal is a DNAT to a dead port': kubeProxy(
    ['empty'],
    /(10\.96\.0\.14 \. tcp \. 80 : goto [\s\S]*?\n)(\tchain reject-chain)/,
    '10.96.0.13 . tcp . 80 : goto dead, $1\tchain dead { meta l4proto tcp dnat to 10.244.1.10:8081; }\n$2',
    STRAY,
  ),
  'equal shares are skewed': kubeProxy(
    ['web'],
    /mod 2 map \{ 0 : 10\.244\.1\.10 \. 8080, 1 :/g,
    'mod 4 map { 0-2 : 10.244.1.10 . 8080, 3 :',
    /share/,
  ),
  'weights are ignored': kubeProxy(
    ['weighted'],
    /mod 4 map \{ 0-2 : 10\.244\.1\.10 \. 8080, 3 :/g,
    'mod 2 map { 0 : 10.244.1.10 . 8080, 1 :',
    /share/,
  ),
  'no endpoints: drop instead of reject': kubeProxy(
    ['empty'],
    /goto reject-chain/g,
    'drop',
    SILENT,
  ),
  'no endpoints: nothing refuses': kubeProxy(['empty'], line('goto reject-chain'), '', ANSWERED),
  'no endpoints: the refusing chain accepts': kubeProxy(
    ['empty'],
    /^\t\treject$/gm,
    '\t\taccept',
    ANSWERED,
  ),
  'no local endpoints: reject instead of drop': kubeProxy(
    ['lonely', 'remote'],
    / : drop,/g,
    ' : goto reject-chain,',
    REFUSED,
  ),
  'no local endpoints: nothing drops at external addresses': kubeProxy(
    ['remote'],
    line('203.0.113.12 . tcp . 80 comment'),
    '',
    ANSWERED,
  ),
  'no local endpoints: nothing drops at the node port': kubeProxy(
    ['remote'],
    line('tcp . 30012 comment'),
    '',
    ANSWERED,
  ),
  'wrong ports of ClusterIPs pass': kubeProxy(
    ['web'],
    line('Reject traffic to invalid ports'),
    '',
    /./,
  ),
  'wrong ports of ClusterIPs are dropped': kubeProxy(
    ['web'],
    /@cluster-ips reject/g,
    '@cluster-ips drop',
    SILENT,
  ),
  'unallocated ClusterIPs pass': kubeProxy(
    ['beside'],
    line('Drop traffic to unallocated'),
    '',
    ANSWERED,
  ),
  'unallocated ClusterIPs are refused': kubeProxy(
    ['beside'],
    /\{ 10\.96\.0\.0\/16 \} drop/g,
    '{ 10.96.0.0/16 } reject',
    REFUSED,
  ),
  'an external address is guarded like a ClusterIP': kubeProxy(
    ['web'],
    /\{ 10\.96\.0\.0\/16 \} drop/g,
    '{ 10.96.0.0/16, 203.0.113.0/24 } drop',
    SILENT,
  ),
  'input does not look for node ports without endpoints': kubeProxy(
    ['empty'],
    line('jump nodeport-endpoints-check'),
    '',
    ANSWERED,
  ),
  'forward does not look for Services without endpoints': kubeProxy(
    ['empty'],
    /(hook forward priority 0;\n)\t\tct state new jump service-endpoints-check\n/g,
    '$1',
    /./,
  ),
  'output does not look for Services without endpoints': kubeProxy(
    ['empty'],
    /(hook output priority 0;\n)\t\tct state new jump service-endpoints-check\n/g,
    '$1',
    /./,
  ),
  'the node itself gets no DNAT': kubeProxy(
    ['web'],
    /(hook output priority -100;\n)\t\tjump services\n/g,
    '$1',
    /./,
  ),
  'others get no DNAT': kubeProxy(
    ['web'],
    /(hook prerouting priority -100;\n)\t\tjump services\n/g,
    '$1',
    /./,
  ),
  'nothing is masqueraded at all': kubeProxy(
    ['web'],
    line('jump masquerading'),
    '',
    NOT_MASQUERADED,
  ),
  'source ranges are looked at after the DNAT': kubeProxy(
    ['fenced'],
    /priority -110/g,
    'priority -90',
    ANSWERED,
  ),
  'the filter of output runs before the DNAT': kubeProxy(
    ['remote'],
    /hook output priority 0/g,
    'hook output priority -110',
    SILENT,
  ),
  'source ranges are ignored': kubeProxy(['fenced'], line('ip saddr != {'), '', ANSWERED),
  'source ranges are too wide': kubeProxy(
    ['fenced'],
    /192\.168\.50\.100\/32/g,
    '0.0.0.0/0',
    ANSWERED,
  ),
  'source ranges are others': kubeProxy(
    ['fenced'],
    /192\.168\.50\.100\/32/g,
    '192.168.50.101/32',
    SILENT,
  ),
  'source ranges bind external addresses too': kubeProxy(
    ['fenced'],
    /(198\.51\.100)\.14( \. tcp \. 80 : goto firewall)(.*)/g,
    '$1.14$2$3\n203.0.113.14$2$3',
    SILENT,
  ),
  'pods get no short circuit': kubeProxy(
    ['remote', 'local'],
    line('short-circuit pod traffic'),
    '',
    /./,
  ),
  'the node gets no short circuit': kubeProxy(
    ['remote', 'local'],
    line('short-circuit local traffic'),
    '',
    /./,
  ),
  'Local leads outside to endpoints elsewhere': kubeProxy(
    ['local'],
    /^\t\tgoto local-(.*)$/gm,
    '\t\tgoto service-$1',
    STRANGE,
  ),
  'internal Local leads to endpoints elsewhere': kubeProxy(
    ['inner'],
    /: goto local-/g,
    ': goto service-',
    STRANGE,
  ),
  'an external address is not served': kubeProxy(
    ['web'],
    line('203.0.113.10 . tcp . 80 : goto'),
    '',
    /203\.0\.113\.10:80 answered/,
  ),
  'a load balancer address leads to the ClusterIP chain': kubeProxy(
    ['web'],
    /(198\.51\.100\.10 \. tcp \. 80 : goto) external-/g,
    '$1 service-',
    NOT_MASQUERADED,
  ),
  'a node port is not served': kubeProxy(['web'], line('tcp . 30010 : goto'), '', ANSWERED),
  'a node port is another one': kubeProxy(['web'], /tcp \. 30010 :/g, 'tcp . 30020 :', ANSWERED),
  'node ports are served at all addresses': kubeProxy(
    ['web'],
    /^\t\t\t192\.168\.50\.11,$/gm,
    '\t\t\t192.168.50.11, 172.31.0.1,',
    ANSWERED,
  ),
  'affinity is not recorded': kubeProxy(['sticky'], line('update @affinity'), '', UNFAITHFUL),
  'affinity is not looked up': kubeProxy(['sticky'], line('ip saddr @affinity'), '', UNFAITHFUL),
  'affinity binds everybody to one endpoint': kubeProxy(
    ['sticky'],
    /numgen random mod 4 vmap \{ 0-2 : (goto \S+), 3 : goto \S+ \}/g,
    'numgen random mod 4 vmap { 0-3 : $1 }',
    /share|never/,
  ),
  'UDP is not served': kubeProxy(['web'], line('10.96.0.10 . udp . 80 : goto'), '', /./),
  'somebody else drops what is forwarded to a pod': kubeProxy(
    ['solo'],
    /$(?![\s\S])/,
    '\ntable ip other { chain forward { type filter hook forward priority 10; ip daddr 10.244.1.10 drop; }; }\n',
    SILENT,
  ),
  'source ranges are one address too wide': kubeProxy(
    ['fenced'],
    /192\.168\.50\.100\/32/g,
    '192.168.50.100/31',
    ANSWERED,
  ),
  'source ranges are looked at before a connection is known': kubeProxy(
    ['fenced'],
    /priority -110/g,
    'priority -300',
    ANSWERED,
  ),
  'unallocated ClusterIPs pass for UDP': kubeProxy(
    ['beside'],
    /\{ 10\.96\.0\.0\/16 \} drop/g,
    '{ 10.96.0.0/16 } meta l4proto tcp drop',
    ANSWERED,
  ),
  'wrong ports of ClusterIPs are refused for TCP only': kubeProxy(
    ['web'],
    /@cluster-ips reject/g,
    '@cluster-ips meta l4proto tcp reject',
    SILENT,
  ),
  'a hairpin element is gone for UDP': kubeProxy(
    ['solo'],
    line('10.244.1.10 . 10.244.1.10 . udp . 8080'),
    '',
    SILENT,
  ),
  'the node itself gets no DNAT for UDP': kubeProxy(
    ['solo'],
    /(hook output priority -100;\n\t\t)jump/g,
    '$1meta l4proto tcp jump',
    REFUSED,
  ),
  'node ports are served at loopback addresses': kubeProxy(
    ['solo'],
    /^\t\t\t192\.168\.50\.11,$/gm,
    '\t\t\t192.168.50.11, 127.0.0.1,',
    /./,
  ),
  'a ClusterIP is not among the active ones': kubeProxy(
    ['empty'],
    /^\t\t\t10\.96\.0\.13,\n/gm,
    '',
    SILENT,
  ),
  'a client always gets the same backend': kubeProxy(
    ['web'],
    /numgen random mod 2/g,
    'jhash ip saddr mod 2',
    /share|never/,
  ),
  'one connection in a hundred goes to a stranger': kubeProxy(
    ['web'],
    /mod 2 map \{ 0 : (10\S+ \. 8080), 1 : (10\S+ \. 8080) \}/g,
    'mod 100 map { 0-49 : $1, 50-98 : $2, 99 : 10.244.9.9 . 8080 }',
    STRAY,
  ),
  'somebody else sets the mark that asks for masquerade': kubeProxy(
    ['local'],
    /$(?![\s\S])/,
    '\ntable ip other { chain early { type filter hook prerouting priority -150; meta mark set 0x4000; }; }\n',
    OTHER_SOURCE,
  ),
  'maps: a bucket leads elsewhere': maps(
    ['solo'],
    /(10\.96\.0\.15 \. 80 \. 0 :) 10\.244\.1\.10/g,
    '$1 10.244.2.10',
    STRANGE,
  ),
  'maps: a bucket is missing': maps(['web'], line('10.96.0.10 . 80 . 1 :'), '', /./),
  'maps: buckets are skewed': maps(
    ['weighted'],
    /(\. 80 \. 2 :) 10\.244\.1\.10/g,
    '$1 10.244.2.10',
    /share/,
  ),
  'maps: a source range is gone': maps(
    ['fenced'],
    line('198.51.100.14 . tcp . 80 . 192.168.50.100/32'),
    '',
    SILENT,
  ),
  'maps: a destination takes the chain of another policy': maps(
    ['local'],
    /goto external-local-tcp-2-1/g,
    'goto external-tcp-2',
    OTHER_SOURCE,
  ),
}
