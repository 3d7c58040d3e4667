import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { builtComponents, type Component, startComponent } from './components.js'

const API = { host: '127.0.0.1', port: 6443 }
const TOKEN = 'token'
/** Every system has it, and nothing of the test's lies there. */
const FOLDER = '/mnt'
/** Controllers that the objects of a golden case need: those that would make or take away others do not run. */
const CONTROLLERS = 'endpointslice-mirroring-controller,service-cidr-controller'

/** An object as the API has it. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly [field: string]: unknown
}

/** A real API server with etcd and controllers, on the loopback interface of a network namespace of its own. */
export interface ControlPlane {
  readonly folder: string
  readonly kubeconfig: string
  /** The folder of the built components. */
  readonly components: string
  /** One call of the API; refusals are answers too. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** Creates an object, with its status. @throws Error with the API server's words if it refuses */
  readonly create: (object: KubeObject) => Promise<void>
  /** All objects of the kinds that kubenat reads, as `kubectl get -A -o json` prints them. */
  readonly dump: () => Promise<string>
  /** Takes away everything that was created, but for namespaces. */
  readonly clear: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** The kinds that are read, by their paths. */
const KINDS: Readonly<
  Record<
    string,
    { readonly prefix: string; readonly plural: string; readonly isNamespaced: boolean }
  >
> = {
  Service: { prefix: '/api/v1', plural: 'services', isNamespaced: true },
  Endpoints: { prefix: '/api/v1', plural: 'endpoints', isNamespaced: true },
  EndpointSlice: {
    prefix: '/apis/discovery.k8s.io/v1',
    plural: 'endpointslices',
    isNamespaced: true,
  },
  Node: { prefix: '/api/v1', plural: 'nodes', isNamespaced: false },
  ServiceCIDR: {
    prefix: '/apis/networking.k8s.io/v1',
    plural: 'servicecidrs',
    isNamespaced: false,
  },
}

/**
 * Starts a control plane; ready in some seconds.
 *
 * @throws Error with the end of a log if a component does not come up
 */
export async function openControlPlane(): Promise<ControlPlane> {
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  const components = builtComponents()
  // In a mount namespace of its own, this file system ends with the test, however that ends.
  execFileSync('mount', ['-t', 'tmpfs', 'kubenat-real', FOLDER])
  const folder = FOLDER
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(join(folder, 'tokens'), `${TOKEN},admin,admin,"system:masters"\n`)
  writeFileSync(kubeconfig, kubeconfigText())
  const key = join(folder, 'key.pem')
  const pub = join(folder, 'pub.pem')
  execFileSync('openssl', ['genrsa', '-out', key, '2048'], { stdio: 'ignore' })
  execFileSync('openssl', ['rsa', '-in', key, '-pubout', '-out', pub], { stdio: 'ignore' })
  let running: Component[] = []

  const start = async (): Promise<void> => {
    const data = mkdtempSync(join(folder, 'etcd-'))
    const run = (name: string, words: readonly string[]): Component => {
      const component = startComponent(join(components, name), words, folder)
      running.push(component)
      return component
    }
    run('etcd', ['--data-dir', data, '--unsafe-no-fsync', '--log-level', 'error'])
    const api = run('kube-apiserver', [
      ...['--etcd-servers', 'http://127.0.0.1:2379', '--secure-port', String(API.port)],
      ...['--bind-address', API.host, '--cert-dir', join(folder, 'certs')],
      ...['--token-auth-file', join(folder, 'tokens'), '--authorization-mode', 'AlwaysAllow'],
      ...['--service-account-issuer', 'https://kubernetes.default.svc'],
      ...['--service-account-key-file', pub, '--service-account-signing-key-file', key],
      ...['--service-cluster-ip-range', '10.96.0.0/16,fd00:10:96::/112'],
      ...['--advertise-address', '192.168.10.250'],
      ...['--disable-admission-plugins', 'ServiceAccount'],
      ...['--allow-privileged=true', '--v=0'],
    ])
    await until(async () => (await call('GET', '/readyz')).status === 200, api, 'kube-apiserver')
    await until(
      async () => (await call('GET', '/api/v1/namespaces/default')).status === 200,
      api,
      'kube-apiserver',
    )
    run('kube-controller-manager', [
      ...['--kubeconfig', kubeconfig, '--controllers', CONTROLLERS, '--leader-elect=false'],
      ...['--service-account-private-key-file', key, '--bind-address', API.host],
    ])
  }
  const stop = async (): Promise<void> => {
    await Promise.all(running.map(component => component.stop()))
    running = []
  }

  const namespaces = new Set<string>()
  const plane: ControlPlane = {
    folder,
    kubeconfig,
    components,
    call,
    create: async object => {
      const { namespace = 'default' } = object.metadata
      const { prefix, plural, isNamespaced } = kindOf(object.kind)
      if (isNamespaced && !namespaces.has(namespace)) {
        const metadata = { name: namespace }
        await call('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata })
        namespaces.add(namespace)
      }
      const path = `${prefix}/${isNamespaced ? `namespaces/${namespace}/` : ''}${plural}`
      // What a cluster has given once is not for another one.
      const {
        resourceVersion: _,
        uid: __,
        ...metadata
      } = object.metadata as Readonly<Record<string, unknown>>
      accepted(await call('POST', path, { ...object, metadata }), object)
      if (object.status !== undefined && object.kind !== 'ServiceCIDR') {
        const patch = `${path}/${object.metadata.name}/status`
        accepted(await call('PATCH', patch, { status: object.status }), object)
      }
    },
    dump: async () => {
      const items: unknown[] = []
      for (const [kind, { prefix, plural }] of Object.entries(KINDS)) {
        const { body } = await call('GET', `${prefix}/${plural}`)
        const list = body as { readonly apiVersion: string; readonly items: readonly object[] }
        for (const item of list.items) items.push({ apiVersion: list.apiVersion, kind, ...item })
      }
      return JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: {}, items }, undefined, 4)
    },
    clear: async () => {
      // Services first: the controllers take away what belongs to them.
      for (const kind of Object.keys(KINDS)) await clearKind(kind)
    },
    close: stop,
  }
  mkdirSync(join(folder, 'certs'))
  await start()
  return plane
}

/** Whether objects of a kind can be created here: those that kubenat reads. */
export const isCreated = (kind: string): boolean => Object.hasOwn(KINDS, kind)

function kindOf(kind: string) {
  const found = KINDS[kind]
  if (found === undefined) throw new Error(`objects of kind ${kind} are not created here`)
  return found
}

/** Deletes all objects of a kind but the API server's own, and waits until they are gone. */
async function clearKind(kind: string): Promise<void> {
  const { prefix, plural } = kindOf(kind)
  for (let attempt = 0; attempt < 1500; attempt++) {
    const { body } = await call('GET', `${prefix}/${plural}`)
    const { items } = body as { readonly items: readonly KubeObject[] }
    const left = items.filter(({ metadata: { name, namespace = 'default' } }) =>
      namespace === 'default' ? name !== 'kubernetes' : true,
    )
    if (left.length === 0) return
    for (const {
      metadata: { name, namespace },
    } of left) {
      const where = namespace === undefined ? '' : `namespaces/${namespace}/`
      await call('DELETE', `${prefix}/${where}${plural}/${name}`)
    }
    await sleep(20)
  }
  throw new Error(`objects of kind ${kind} do not go away`)
}

function accepted({ status, body }: Answer, { kind, metadata }: KubeObject): void {
  if (status < 300) return
  const { message } = body as { readonly message?: string }
  throw new Error(`the API server refuses ${kind} ${metadata.name}: ${message ?? status}`)
}

/** Waits for something, as long as its component lives. */
async function until(
  isSo: () => Promise<boolean>,
  component: Component,
  name: string,
  seconds = 60,
): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (Date.now() < end && !component.hasEnded()) {
    if (await isSo().catch(() => false)) return
    await sleep(50)
  }
  throw new Error(`${name} is not ready: ${component.log().slice(-2000)}`)
}

function call(method: string, path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': type }
    const sent = request({ ...API, method, path, headers, rejectUnauthorized: false }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', chunk => chunks.push(chunk as Buffer))
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const isJson = answer.headers['content-type']?.includes('json')
        resolve({ status: answer.statusCode ?? 0, body: isJson ? JSON.parse(text) : text })
      })
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

const kubeconfigText = (): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'real',
        cluster: { server: `https://${API.host}:${API.port}`, 'insecure-skip-tls-verify': true },
      },
    ],
    users: [{ name: 'admin', user: { token: TOKEN } }],
    contexts: [{ name: 'real', context: { cluster: 'real', user: 'admin' } }],
    'current-context': 'real',
  })
