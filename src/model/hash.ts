import type { Ip } from '../address/address.js'
import { numberOf } from '../address/ranges.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import type { Service } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import { jhash } from '../util/jhash.js'
import { quote } from '../util/text.js'

/** kubenat's own annotation on a Service: its endpoint is chosen by a hash of the client. */
export const HASH_ANNOTATION = 'kubenat.dev/hash'
/** The number of buckets that the hash is spread over: a prime, 3 to 65521. */
export const HASH_BUCKETS_ANNOTATION = 'kubenat.dev/hash-buckets'

/** What of a client is hashed: its address, or its address and source port. */
export type HashBy = 'source-ip' | 'source-ip-port'

/** How a service port chooses its endpoint by the client. */
export interface StableHash {
  readonly by: HashBy
  /** The number of buckets that is asked for. */
  readonly buckets?: number
}

/** The seed of every hash of a client, the same on all nodes: `kube` in ASCII. */
export const HASH_SEED = 0x6b756265

const MIN_BUCKETS = 3
const MAX_BUCKETS = 65521

/** Reads the hash annotations of a Service; no hash where they are absent or invalid. */
export function parseHash(
  service: InputObject<Service>,
  problems: Diagnostics,
): StableHash | undefined {
  const by = annotation(service, HASH_ANNOTATION)
  const buckets = bucketsIn(service, by !== undefined, problems)
  if (by === undefined) return undefined
  const path = pathOf(HASH_ANNOTATION)
  if (!isHashBy(by)) {
    const message = `must be source-ip or source-ip-port (got ${quote(by)})`
    problems.report('KN073', service, path, message)
    return undefined
  }
  if (service.value.spec.sessionAffinity === 'ClientIP') {
    const message = 'takes the place of sessionAffinity: ClientIP, so the Service cannot have both'
    problems.report('KN075', service, path, message)
  }
  return { by, ...(buckets === undefined ? {} : { buckets }) }
}

const HASH_BY: readonly string[] = ['source-ip', 'source-ip-port'] satisfies HashBy[]
const isHashBy = (text: string): text is HashBy => HASH_BY.includes(text)

/** The number of buckets that is asked for, if it is one and anything is hashed into it. */
function bucketsIn(
  service: InputObject<Service>,
  isHashed: boolean,
  problems: Diagnostics,
): number | undefined {
  const text = annotation(service, HASH_BUCKETS_ANNOTATION)
  if (text === undefined) return undefined
  const number = primeOf(text)
  const expected = `must be a prime number from ${MIN_BUCKETS} to ${MAX_BUCKETS} (got ${quote(text)})`
  const message = isHashed ? expected : `does nothing without ${HASH_ANNOTATION}`
  if (number === undefined || !isHashed)
    problems.report('KN074', service, pathOf(HASH_BUCKETS_ANNOTATION), message)
  return number
}

const pathOf = (name: string) => ['metadata', 'annotations', name] as const

function annotation({ value }: InputObject<Service>, name: string): string | undefined {
  const { annotations } = value.metadata
  return annotations !== undefined && Object.hasOwn(annotations, name)
    ? (annotations[name] ?? '')
    : undefined
}

function primeOf(text: string): number | undefined {
  const number = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0
  if (number < MIN_BUCKETS || number > MAX_BUCKETS) return undefined
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) return undefined
  }
  return number
}

/**
 * The kernel's hash of a client: of its address, and behind it the source port if one is given, laid
 * out as nft does in a concatenated key: each part in network byte order, filled up to four bytes.
 */
export const clientHash = (ip: Ip, port?: number): number =>
  jhash(keyBytes(port === undefined ? [ip] : [ip, port]), HASH_SEED)

/** The bytes of a concatenated key of addresses and ports, as nft lays them out in registers. */
export const keyBytes = (parts: readonly (Ip | number)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap(part => (typeof part === 'number' ? portBytes(part) : ipBytes(part))),
  )

const portBytes = (port: number): readonly number[] => [port >> 8, port & 255, 0, 0]

function ipBytes(ip: Ip): readonly number[] {
  const number = numberOf(ip)
  const length = ip.includes(':') ? 16 : 4
  return Array.from({ length }, (_, at) => Number((number >> BigInt(8 * (length - 1 - at))) & 255n))
}
