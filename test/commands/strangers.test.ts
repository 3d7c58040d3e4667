import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kubenat, makeFolder, refused } from '../cli.js'

// What people give first: each says what it is and what to do, once.

const strangers = suite('what is given instead of objects')
const { folder } = makeFolder()

const put = (path: string, text: string): string => {
  const file = join(folder, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  return file
}
const SERVICE = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {clusterIP: 10.96.0.9, ports: [{port: 80}]}\n`
const EDGE = [
  '--node',
  'edge',
  '--node-addresses',
  '192.0.2.9',
  '--ip-family',
  'ipv4',
  '--cluster-cidr',
  '10.244.0.0/16',
]

const HELM = {
  'an action as a value': `apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include "x" . }}\nspec:\n  type: {{ .Values.type }}\n`,
  'an action on a line of its own': `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels:\n    {{- include "x" . | nindent 4 }}\nspec: {}\n`,
  'an action before all': `{{- if .Values.on }}\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n{{- end }}\n`,
  'a port': `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n    - port: {{ .Values.port }}\n`,
  'a list made by toYaml': `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n{{ toYaml .Values.ports | indent 4 }}\n`,
}

for (const [what, text] of Object.entries(HELM)) {
  strangers(`a Helm template that is not rendered is one error: ${what}`, () => {
    const { code, out, err } = kubenat(['compile', ...EDGE], text)
    assert.equal([code, out], [2, ''])
    assert.match(
      err,
      /^<stdin>:\d+:\d+: error\[KN003\]: is a template that is not rendered yet: .*helm template/,
    )
    assert.match(err, /\n1 error\n/)
  })
}

strangers('templates of kinds that are not read are passed over', () => {
  const rule = `---\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec: {text: "{{ $labels.x }}"}\n`
  const other = `---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Values.name }}\n  {{- include "x" . }}\n`
  const { code, err } = kubenat(['compile', ...EDGE], SERVICE('web') + rule + other)
  assert.is(code, 0)
  assert.match(err, /warning\[KN013\]: is a template that is not rendered yet/)
  assert.match(err, /1 warning\n/)
})

const TEXTS: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  [
    'a table of kubectl',
    'NAMESPACE   NAME   TYPE        CLUSTER-IP    EXTERNAL-IP   PORT(S)   AGE\nshop        web    ClusterIP   10.96.10.20   <none>        80/TCP    5d\n',
    /is a table that kubectl prints for people: kubectl get/,
  ],
  [
    'its table of nodes',
    'NAME   STATUS   ROLES    AGE   VERSION\nn1     Ready    <none>   5d    v1.37.2\n',
    /is a table/,
  ],
  [
    'its error',
    'Error from server (Forbidden): services is forbidden: User "x" cannot list resource\n',
    /is a message of kubectl that it failed/,
  ],
  ['nothing found', 'No resources found in default namespace.\n', /has found nothing/],
  [
    'kubectl describe',
    'Name:              web\nNamespace:         shop\nLabels:            <none>\nPort:  http  80/TCP\n',
    /is what kubectl describe prints/,
  ],
  ['a web page', '<!DOCTYPE html>\n<html></html>\n', /is a web page/],
  ['rules of nft', 'table ip nat {\n\tchain a {\n\t}\n}\n', /is a rule set of nft/],
  [
    'a kubeconfig',
    'apiVersion: v1\nkind: Config\nclusters: []\n',
    /nothing here is a Service, .* \(found 1 v1 Config\): a kubeconfig says/,
  ],
  [
    'manifests of other kinds alone',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n',
    /nothing here is a Service, .* \(found 1 apps\/v1 Deployment\)/,
  ],
  [
    'values of a chart',
    'replicaCount: 1\nimage: {repository: nginx}\n',
    /KN014.*holds the values of a Helm chart[\s\S]*KN002/,
  ],
]

for (const [what, text, message] of TEXTS) {
  strangers(`${what}: compile says what it is, in one error`, () => {
    const outcome = kubenat(['compile', ...EDGE], text)
    refused(outcome, message)
    assert.match(outcome.err, /\n1 error(?: and 1 warning)?\n/)
  })
}

strangers('to check files of other kinds alone is no failure', () => {
  const { code, out } = kubenat(['check', '-f', '-'], 'apiVersion: apps/v1\nkind: Deployment\n')
  assert.is(code, 0)
  assert.match(out, /^no findings in no objects; nothing here is a Service/)
})

strangers('URLs are not fetched, patterns are expanded', () => {
  const compile = (path: string) => kubenat(['compile', ...EDGE, '-f', path])
  refused(compile('https://example.com/a.yaml'), /KN001.*is a URL, and nothing is fetched: curl/)
  put('glob/a1.yaml', SERVICE('a1'))
  put('glob/a2.yaml', SERVICE('a2').replace('10.96.0.9', '10.96.0.8'))
  put('glob/b1.yaml', 'broken: [')
  put('glob/.a3.yaml', 'broken: [')
  put('glob/[x].yaml', SERVICE('brackets'))
  assert.match(compile(join(folder, 'glob/a*.yaml')).out, /10\.96\.0\.8[\s\S]*10\.96\.0\.9/)
  assert.is(compile(join(folder, 'gl?b/a[12].yaml')).code, 0)
  assert.is(compile(join(folder, 'glob/[x].yaml')).code, 0)
  refused(compile(join(folder, 'glob/c*.yaml')), /is a pattern that no file matches/)
  refused(
    kubenat(['compile', ...EDGE, '-f', 'a.yaml', 'b.yaml']),
    /too many arguments.*Each file needs its own -f/,
  )
})

strangers('the folder of a golden case is read without its options', () => {
  const golden = fileURLToPath(new URL('../../golden/node-port', import.meta.url))
  const cluster = ['--node', 'worker-1', '--cluster-cidr', '10.244.0.0/16']
  const { code, err } = kubenat(['compile', '-f', golden, ...cluster])
  assert.is(code, 0, err)
})

strangers('the folder of a kustomization is read, with a word on what it lacks', () => {
  put('kustomize/kustomization.yaml', 'resources: [service.yaml]\nnamespace: shop\n')
  put('kustomize/service.yaml', SERVICE('web'))
  const { code, err } = kubenat(['compile', ...EDGE, '-f', join(folder, 'kustomize')])
  assert.is(code, 0)
  assert.match(err, /warning\[KN015\]: is a kustomization: .*kubectl kustomize DIR/)
  assert.match(err, /1 warning\n/)
})

strangers.run()
