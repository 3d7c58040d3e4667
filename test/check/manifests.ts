// Manifests as repositories hold them: no API server has seen them, so there are no cluster IPs, no
// endpoints and no nodes.

/** One file of such a repository. */
export interface ManifestFile {
  readonly name: string
  readonly text: string
}

const NAMES = [
  'cart',
  'checkout',
  'search',
  'web',
  'api',
  'auth',
  'mail',
  'orders',
  'stock',
  'users',
]
const SPACES = ['shop', 'staging', 'payments', 'tools']

type Shape = (name: string, space: string, n: number) => string

const head = (name: string, space: string, more = ''): string =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n  namespace: ${space}\n  labels:\n    app.kubernetes.io/name: ${name}\n${more}`
const selector = (name: string): string => `  selector:\n    app.kubernetes.io/name: ${name}\n`
const HTTP = '  ports:\n    - name: http\n      port: 80\n      targetPort: http\n'

/** Services in the shapes that charts and tutorials write, most of them without any fault. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  'ClusterIP, type left out': (name, space) =>
    `${head(name, space)}spec:\n${selector(name)}${HTTP}`,
  'ClusterIP of helm create': (name, space) =>
    `${head(name, space, '    helm.sh/chart: web-0.1.0\n    app.kubernetes.io/managed-by: Helm\n')}spec:\n  type: ClusterIP\n  ports:\n    - port: 80\n      targetPort: http\n      protocol: TCP\n      name: http\n${selector(name)}`,
  'without a namespace': name =>
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n${selector(name)}  ports:\n  - port: 80\n    targetPort: 8080\n`,
  'several ports': (name, space) =>
    `${head(name, space)}spec:\n${selector(name)}  ports:\n    - { name: http, port: 80, targetPort: 8080 }\n    - { name: metrics, port: 9090, targetPort: metrics }\n`,
  'headless for a StatefulSet': (name, space) =>
    `${head(`${name}-headless`, space)}spec:\n  clusterIP: None\n  publishNotReadyAddresses: true\n${selector(name)}  ports:\n    - name: peer\n      port: 7946\n`,
  'NodePort without a number': (name, space) =>
    `${head(name, space)}spec:\n  type: NodePort\n${selector(name)}${HTTP}`,
  'NodePort with a number': (name, space, n) =>
    `${head(name, space)}spec:\n  type: NodePort\n${selector(name)}  ports:\n    - name: http\n      port: 80\n      nodePort: ${30000 + n}\n`,
  'LoadBalancer of a cloud': (name, space) =>
    `${head(name, space, '  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-type: nlb\n')}spec:\n  type: LoadBalancer\n  externalTrafficPolicy: Local\n${selector(name)}  ports:\n    - name: https\n      port: 443\n      targetPort: https\n`,
  'LoadBalancer with source ranges': (name, space) =>
    `${head(name, space)}spec:\n  type: LoadBalancer\n  loadBalancerSourceRanges: [198.51.100.0/24]\n${selector(name)}${HTTP}`,
  'LoadBalancer of MetalLB': (name, space, n) =>
    `${head(name, space, `  annotations:\n    metallb.universe.tf/loadBalancerIPs: 192.0.2.${n % 250}\n`)}spec:\n  type: LoadBalancer\n${selector(name)}${HTTP}`,
  'dual stack where there is': (name, space) =>
    `${head(name, space)}spec:\n  ipFamilyPolicy: PreferDualStack\n${selector(name)}${HTTP}`,
  'session affinity': (name, space) =>
    `${head(name, space)}spec:\n  sessionAffinity: ClientIP\n${selector(name)}${HTTP}`,
  'topology aware': (name, space) =>
    `${head(name, space)}spec:\n  trafficDistribution: PreferClose\n${selector(name)}${HTTP}`,
  'local traffic alone': (name, space) =>
    `${head(name, space)}spec:\n  internalTrafficPolicy: Local\n${selector(name)}  ports:\n    - { name: otlp, port: 4317, targetPort: otlp }\n`,
  'an alias': (name, space) =>
    `${head(`${name}-db`, space)}spec:\n  type: ExternalName\n  externalName: db.example.com\n`,
  'a database outside, by Endpoints': (name, space, n) =>
    `${head(`${name}-sql`, space)}spec:\n  ports:\n    - { port: 5432 }\n---\napiVersion: v1\nkind: Endpoints\nmetadata: { name: ${name}-sql, namespace: ${space} }\nsubsets:\n  - addresses: [{ ip: 192.0.2.${1 + (n % 250)} }]\n    ports: [{ port: 5432 }]\n`,
  'DNS on two protocols': (name, space) =>
    `${head(`${name}-dns`, space)}spec:\n${selector(name)}  ports:\n    - { name: dns, port: 53, protocol: UDP }\n    - { name: dns-tcp, port: 53, protocol: TCP }\n`,
}

const DEPLOYMENT = (name: string, space: string): string =>
  `---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: ${space} }\nspec:\n  selector: { matchLabels: { app.kubernetes.io/name: ${name} } }\n  template:\n    metadata: { labels: { app.kubernetes.io/name: ${name} } }\n    spec:\n      containers:\n        - name: web\n          image: registry.example.com/${name}:1.4.2\n          args: [\n            --log=json,\n          ]\n          ports: [{ name: http, containerPort: 8080 }]\n          volumeMounts: [{ name: conf, mountPath: /etc/conf }]\n      volumes: [{ name: conf, configMap: { name: ${name}, defaultMode: 0644 } }]\n`
const INGRESS = (name: string, space: string): string =>
  `---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: ${name}, namespace: ${space} }\nspec:\n  rules:\n    - host: ${name}.example.com\n      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { name: http } } } }] }\n`

/** A repository with some of each shape, a Service and what stands beside it in a file. */
export function repository(count: number): readonly ManifestFile[] {
  const shapes = Object.values(SHAPES)
  return Array.from({ length: count }, (_, n) => {
    const name = `${NAMES[n % NAMES.length]}-${n}`
    const space = SPACES[n % SPACES.length] ?? ''
    const shape = shapes[n % shapes.length] as Shape
    const beside =
      n % 3 === 0 ? '' : DEPLOYMENT(name, space) + (n % 3 === 1 ? '' : INGRESS(name, space))
    return { name: `apps/${space}/${name}.yaml`, text: shape(name, space, n) + beside }
  })
}
